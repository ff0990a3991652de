/** The simulated telephone exchange and fax house inside `npm start`, each on its port of the configuration. */
import { randomBytes } from 'node:crypto';
import http from 'node:http';
import type { Config } from '../../config.ts';
import { keepSecret } from '../../embedded/secrets.ts';
import { systemClock } from '../../lib/clock.ts';
import { OperatorError } from '../../log.ts';
import { createExchange } from '../exchange/exchange.ts';
import { startFaxHouse } from '../faxhouse/faxhouse.ts';

export interface OpenHouse {
  port: number;
  close(): Promise<void>;
}

/** @throws OperatorError that names the port when another program has it. */
export async function openExchange(config: Config): Promise<OpenHouse> {
  const { accountSid, authTokens } = config.twilio;
  const authToken = authTokens[0] ?? '';
  const exchange = createExchange({ clock: systemClock, random: randomBytes, accountSid, authToken });
  const server = http.createServer(exchange.app);
  server.keepAliveTimeout = 65_000; // longer than the client keeps idle connections
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(config.exchangePort, '127.0.0.1', resolve);
  }).catch(taken('EXCHANGE_PORT', config.exchangePort));
  const address = server.address();
  return {
    port: typeof address === 'object' && address ? address.port : config.exchangePort,
    close: async () => {
      exchange.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

const seedFile = 'faxhouse-signing-seed';

/**
 * The fax house that the configuration wants; null: pages go over a real line, or to a house somewhere else. Its signing key stays
 * the same across starts. @throws OperatorError when another program has the port.
 */
export async function openFaxHouse({ fax, dataFolder }: Config): Promise<OpenHouse | null> {
  const { faxhousePort: port, interfax, simulated } = fax;
  if (!simulated || !interfax || interfax.apiBase !== `http://127.0.0.1:${port}`) return null;
  const { username, password } = interfax;
  const signingSeed = Buffer.from(
    keepSecret(dataFolder, seedFile, () => randomBytes(32).toString('base64')),
    'base64',
  );
  const telnyx = { apiKey: randomBytes(16).toString('hex') }; // nobody's: the simulated line speaks InterFAX
  const accounts = { interfax: { username, password }, telnyx };
  return startFaxHouse({ port, clock: systemClock, random: randomBytes, accounts, signingSeed }).catch(
    taken('FAXHOUSE_PORT', port),
  );
}

const taken =
  (name: string, port: number) =>
  (cause: NodeJS.ErrnoException): never => {
    if (cause.code !== 'EADDRINUSE') throw cause;
    const said = `port ${port} is taken: stop the other program, or choose another with ${name}`;
    throw new OperatorError(said, { cause });
  };
