/** Puts together what sends and receives pages: the line of the configuration, the case key, and who is told. */
import { randomBytes } from 'node:crypto';
import type pg from 'pg';
import type { FaxConfig } from './config/fax.ts';
import type { Config } from './config.ts';
import type { FaxContext, FaxHooks } from './fax/context.ts';
import type { FaxLine } from './fax/fax-line.ts';
import { resendMaker } from './fax/resend.ts';
import { testPageMaker } from './fax/test-page.ts';
import type { Clock } from './lib/clock.ts';
import type { Ids } from './lib/ids.ts';
import type { Log } from './log.ts';
import type { PageMaker } from './pages/maker.ts';
import { loadWords } from './pages/words.ts';
import { hylafaxLine } from './providers/hylafax/line.ts';
import { doorbellSecret, interfaxLine } from './providers/interfax/line.ts';
import { telnyxLine } from './providers/telnyx/line.ts';

export interface FaxParts {
  config: Pick<Config, 'fax' | 'publicBaseUrl' | 'vault'>;
  db: pg.Pool;
  clock: Clock;
  ids: Ids;
  log: Log;
  wake: FaxContext['wake'];
  maker: PageMaker;
  /** Who wants to know what became of a page; nobody when absent. A received page is kept for 30 days in any case. */
  hooks?: Partial<FaxHooks>;
}

export function createFaxContext({ config, db, clock, ids, log, wake, maker, hooks = {} }: FaxParts): FaxContext {
  const { publicBaseUrl, vault } = config;
  const words = loadWords();
  return {
    ...{ db, clock, ids, log, wake, publicBaseUrl, random: randomBytes, caseKey: vault.caseKey },
    faxLine: faxLineOf(config.fax, publicBaseUrl, clock),
    remakeFax: resendMaker(maker, words),
    drawTestPage: testPageMaker({ db, clock }, maker, words),
    onFaxSettled: async () => undefined,
    onFaxReceived: async () => undefined,
    onFaxLost: async () => undefined,
    ...hooks,
  };
}

/** The path that the provider must call; null: it calls nobody (HylaFAX leaves files). A secret for InterFAX. */
export function faxWebhookPath(fax: FaxConfig): string | null {
  if (fax.interfax) return `/fax/interfax/${doorbellSecret(fax.interfax.password)}`;
  return fax.telnyx ? '/fax/telnyx' : null;
}

function faxLineOf(fax: FaxConfig, publicBaseUrl: string, clock: Clock): FaxLine {
  const { interfax, telnyx, hylafax } = fax;
  // Named one by one: secrets are hidden from enumeration, so that spreading could lose them.
  if (interfax) {
    const { username, password, apiBase } = interfax;
    return interfaxLine({ username, password, apiBase });
  }
  if (telnyx) {
    const { apiKey, publicKeys, apiBase, connectionId } = telnyx;
    const webhookUrl = `${publicBaseUrl}/fax/telnyx`;
    return telnyxLine({ apiKey, publicKeys, apiBase, connectionId, webhookUrl, now: () => clock.now() });
  }
  if (hylafax) return hylafaxLine(hylafax);
  throw new Error(`no fax line is configured for ${fax.provider}`);
}
