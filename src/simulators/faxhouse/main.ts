import { randomBytes } from 'node:crypto';
import { systemClock } from '../../lib/clock.ts';
import { startFaxHouse } from './faxhouse.ts';

/**
 * The fax house by itself, for the bench and for trying things out:
 * `INTERFAX_USERNAME=… INTERFAX_PASSWORD=… TELNYX_API_KEY=… FAXHOUSE_PORT=8082 node --import tsx src/simulators/faxhouse/main.ts`
 * `FAXHOUSE_SIGNING_SEED` (32 bytes in base64) keeps the key of Telnyx's webhooks across restarts.
 */
const {
  INTERFAX_USERNAME: username,
  INTERFAX_PASSWORD: password,
  TELNYX_API_KEY: apiKey,
  FAXHOUSE_PORT = '8082',
  FAXHOUSE_SIGNING_SEED: seed,
} = process.env;
const port = Number(FAXHOUSE_PORT);
const signingSeed = seed === undefined ? undefined : Buffer.from(seed, 'base64');
if (!username || !password || !apiKey || !Number.isInteger(port) || (signingSeed && signingSeed.length !== 32)) {
  process.stderr.write(
    'Set INTERFAX_USERNAME, INTERFAX_PASSWORD, TELNYX_API_KEY (any words), FAXHOUSE_PORT (a number), and if the webhook key is to stay, FAXHOUSE_SIGNING_SEED (32 bytes in base64).\n',
  );
  process.exit(2);
}

const house = await startFaxHouse({
  port,
  clock: systemClock,
  random: randomBytes,
  accounts: { interfax: { username, password }, telnyx: { apiKey } },
  ...(signingSeed && { signingSeed }),
});
process.stdout.write(`fax house ${house.url}\nTELNYX_PUBLIC_KEYS=${house.telnyxPublicKey}\n`);

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => void house.close().then(() => process.exit(0)));
}
