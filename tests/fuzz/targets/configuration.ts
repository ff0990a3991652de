/** The environment of a process: every fault is told in our words and never shows a value that may be a secret. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { configurationNames } from '../../../src/config/settings.ts';
import { ConfigError, loadConfig } from '../../../src/config.ts';
import { OperatorError } from '../../../src/log.ts';
import type { Target } from '../engine.ts';
import { law } from '../law.ts';

let dataFolder: string | undefined;
/** Paths of an input are not ours to open or to make. */
const isPath = (name: string): boolean => /_FILE$|^KAMOME_DATA$/.test(name);

function readEnvironment(input: Buffer): void {
  dataFolder ??= mkdtempSync(path.join(tmpdir(), 'kamome-fuzz-config-'));
  const env: Record<string, string> = {};
  for (const line of input.toString('utf8').split('\n')) {
    const at = line.indexOf('=');
    const name = line.slice(0, at);
    if (at > 0 && !isPath(name)) env[name] = line.slice(at + 1);
  }
  env.KAMOME_DATA = dataFolder;
  try {
    const config = loadConfig(env);
    law(config.http.port >= 0 && config.http.port <= 65_535, 'a port that is none');
    law(config.card.pepper.length >= 32, 'a pepper that is too short');
  } catch (error) {
    if (!(error instanceof ConfigError || error instanceof OperatorError)) throw error;
    for (const [name, value] of Object.entries(env))
      if (/TOKEN|PASSWORD|KEY$|PEPPER|ACCOUNT$|SECRET/.test(name) && value.trim().length >= 8)
        law(!error.message.includes(value.trim()), `a fault shows the value of ${name}`);
  }
}

const lines = (...given: string[]): Buffer => Buffer.from(given.join('\n'));

export const configurationTargets: readonly Target[] = [
  {
    name: 'configuration',
    seeds: async () => [
      lines(
        'PORT=8080',
        'LOG_LEVEL=info',
        'DATABASE_URL=postgres://a:b@127.0.0.1/kamome',
        'REDIS_URL=redis://127.0.0.1:6379',
      ),
      lines(
        `TWILIO_ACCOUNT_SID=AC${'0'.repeat(32)}`,
        `TWILIO_AUTH_TOKEN=${'t'.repeat(32)}`,
        'PUBLIC_BASE_URL=https://kamome.example',
        `CARD_PEPPER=${Buffer.alloc(32, 1).toString('base64')}`,
        `CASE_KEY=${Buffer.alloc(32, 2).toString('base64')}`,
      ),
      lines(
        'FAX_PROVIDER=telnyx',
        'TELNYX_API_KEY=KEY0123456789abcdef',
        'TELNYX_PUBLIC_KEYS=AAAA,BBBB',
        'TELNYX_API_BASE=https://x.example',
      ),
      lines(
        'FALLBACK_PUBLISH_TO=s3+https://s3.example/bucket/x',
        'FALLBACK_PUBLISH_ACCOUNT=id:verysecret',
        'FALLBACK_URL=https://f.example/x.xml',
        'KAMOME_ENV=production',
      ),
    ],
    words: [
      ...configurationNames.map((name) => `\n${name}=`),
      'https://',
      's3+https://',
      '://',
      '-1',
      '1e9',
      '../',
      '127.0.0.1',
    ],
    most: 2000,
    run: readEnvironment,
    close: async () => {
      if (dataFolder) rmSync(dataFolder, { recursive: true, force: true });
      dataFolder = undefined;
    },
  },
];
