import { randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import { systemClock } from '../../lib/clock.ts';
import { createExchange } from './exchange.ts';

/**
 * The exchange by itself, for the bench and for trying things out:
 * `TWILIO_ACCOUNT_SID=… TWILIO_AUTH_TOKEN=… EXCHANGE_PORT=8081 node --import tsx src/simulators/exchange/main.ts`
 */
const { TWILIO_ACCOUNT_SID: accountSid, TWILIO_AUTH_TOKEN: authToken, EXCHANGE_PORT = '8081' } = process.env;
const port = Number(EXCHANGE_PORT);
if (!accountSid || !authToken || !Number.isInteger(port)) {
  process.stderr.write(
    'Set TWILIO_ACCOUNT_SID (AC and 32 hexadecimal digits), TWILIO_AUTH_TOKEN, and EXCHANGE_PORT (a number).\n',
  );
  process.exit(2);
}

const exchange = createExchange({ clock: systemClock, random: randomBytes, accountSid, authToken });
const server = createServer(exchange.app);
server.keepAliveTimeout = 65_000; // longer than clients keep idle connections, so that none is closed under a request
server.listen(port, '127.0.0.1', () => {
  const address = server.address();
  const listening = typeof address === 'object' && address ? address.port : port;
  process.stdout.write(`exchange http://127.0.0.1:${listening}\n`);
});

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    exchange.close();
    server.close(() => process.exit(0));
    server.closeAllConnections();
  });
}
