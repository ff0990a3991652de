/** Puts together what the functions of the system are handed. The only other place that does so is a test's world. */
import type pg from 'pg';
import type { SecondCarrierConfig } from './config/second-carrier.ts';
import type { Config } from './config.ts';
import { createNumberBook, createWordsBook } from './directory/actions.ts';
import type { CallbackContext } from './disclosures/callbacks.ts';
import type { ReleaseTools } from './disclosures/context.ts';
import { createCaseMemory, createLegBook } from './escalations/memory.ts';
import { planShape } from './escalations/plan.ts';
import type { FaxContext } from './fax/context.ts';
import { type CardDeriver, createCardDeriver } from './lib/card.ts';
import type { Clock } from './lib/clock.ts';
import type { Ids } from './lib/ids.ts';
import type { Log } from './log.ts';
import type { Metrics } from './metrics.ts';
import type { OutboxContext } from './outbox/perform.ts';
import { texmlTelephone } from './providers/telnyx/telephone.ts';
import { texmlGate } from './providers/telnyx/voice-gate.ts';
import { twilioGate } from './providers/twilio/gate.ts';
import { twilioTelephone } from './providers/twilio/telephone.ts';
import type { VoiceContext } from './voice/context.ts';
import type { VoiceGate } from './voice/gate.ts';
import { type Language, loadPrompts, type Prompts } from './voice/prompts.ts';
import { type Telephone, twoTelephones } from './voice/telephone.ts';

/** The parts that differ between production, trial and test. */
export interface Parts {
  config: Pick<Config, 'publicBaseUrl' | 'twilio' | 'card' | 'plan'> & Partial<Pick<Config, 'secondCarrier'>>;
  language: Language;
  db: pg.Pool;
  clock: Clock;
  ids: Ids;
  log: Log;
  wake: VoiceContext['wake'];
  /** At once in this process. */
  cardConcurrency: number;
  /** What sends and receives pages (fax-context.ts); no routes and no jobs for them when absent. */
  fax?: FaxContext;
  /** Where occasions are counted; nowhere when absent. */
  metrics?: Metrics;
  /** Vault, fax line and page engine, as releases of records use them. */
  release(cards: CardDeriver): ReleaseTools;
}

export interface Context extends VoiceContext, OutboxContext, CallbackContext {
  gate: VoiceGate;
  /** The second carrier's webhooks; null: there is none. */
  secondGate: VoiceGate | null;
  telephone: Telephone;
  fax: FaxContext | null;
}

const promptsFolder = new URL('../config/prompts/', import.meta.url);

/** @throws when the default plan of the configuration does not parse: nothing may start with a broken plan. */
export function createContext(parts: Parts): Context {
  const { config, db, clock, ids, log, wake, language } = parts;
  const plan = planShape.parse(config.plan);
  const prompts: Prompts = loadPrompts(promptsFolder, language);
  const speech = { prompts, nonce: () => ids.next('ef').slice(3, 15) };
  const { publicBaseUrl, twilio } = config;
  const keys = { accountSid: twilio.accountSid, authTokens: twilio.authTokens, publicBaseUrl };
  const second = config.secondCarrier ? secondCarrier(config.secondCarrier, parts) : null;
  const gate = twilioGate(keys, { publicBaseUrl, language, bridgeHost: config.secondCarrier?.sipHost ?? null });
  const authToken = twilio.authTokens[0];
  if (authToken === undefined) throw new Error('no carrier token is configured');
  const { accountSid, apiBase, fallbackUrl, callsPerSecond } = twilio;
  const first = twilioTelephone({ accountSid, authToken, apiBase, publicBaseUrl, fallbackUrl });
  // Named one by one: the pepper is hidden from enumeration, so that spreading it would lose it.
  const { pepper, costLog2 } = config.card;
  const cards: CardDeriver = createCardDeriver({ pepper, costLog2, concurrency: parts.cardConcurrency });
  return {
    ...{
      db,
      clock,
      ids,
      log,
      plan,
      wake,
      release: parts.release(cards),
      count: counter(parts.metrics),
      speech,
      gate,
      secondGate: second?.gate ?? null,
      telephone: second ? twoTelephones(first, second.telephone) : first,
      carriers: second && { isFirstWorking: async () => (await first.isWorking?.()) ?? true },
      waitsOutside: false,
      callsPerSecond,
      cards,
    },
    fax: parts.fax ?? null,
    render: (script) => gate.render(script),
    associationOf: createNumberBook(db, clock),
    legOf: createLegBook(db),
    memory: createCaseMemory(),
    doctorsWords: createWordsBook(db, clock),
  };
}

/** Path of the second carrier's webhooks, before those of the first (app.ts). */
export const secondPath = '/second';

function secondCarrier(account: SecondCarrierConfig, { config, language, clock }: Parts) {
  const webhookBase = config.publicBaseUrl + secondPath;
  const { accountSid, publicKeys, firstSipHost } = account;
  const keys = { accountSid, publicKeys, now: () => clock.now() };
  // Named one by one: the key is hidden from enumeration.
  const { applicationId, apiKey, apiBase } = account;
  return {
    gate: texmlGate(keys, { publicBaseUrl: webhookBase, language, bridgeHost: firstSipHost }),
    telephone: texmlTelephone({ accountSid, applicationId, apiKey, apiBase, webhookBase }),
  };
}

/** Three counters, by kind: what happened to cases, what came too late or twice, what was done at the carrier. */
function counter(metrics: Metrics | undefined): Context['count'] {
  if (!metrics) return () => undefined;
  const counters = {
    fact: metrics.counter('kamome_facts_total', 'What happened in urgent calls', ['kind']),
    refusal: metrics.counter('kamome_refusals_total', 'Late, doubled or impossible events', ['kind']),
    effect: metrics.counter('kamome_effects_total', 'Effects carried out, with their outcome', ['kind']),
  };
  return (what, kind) => counters[what].add({ kind });
}
