import type { Prompts } from './prompts.ts';

/** What scripts are made with: the catalogue, and a nonce that makes each question's URL unlike every other. */
export interface Speech {
  prompts: Prompts;
  /** Opaque; a repeated delivery carries the same one, a new question a new one. */
  nonce(): string;
}

/** Paths of the voice webhooks. Opaque ids, small counters and nonces only: nothing of a patient (rule 8). */
export const paths = {
  menu: (s: Speech, tries: number) => `/voice/menu/${tries}/${s.nonce()}`,
  card: (s: Speech, tries: number) => `/voice/card/${tries}/${s.nonce()}`,
  area: (s: Speech, tries: number) => `/voice/area/${tries}/${s.nonce()}`,
  recordsOpen: (s: Speech) => `/voice/records/open/${s.nonce()}`,
  record: (s: Speech, step: RecordStep, requestId: string, tries: number) =>
    `/voice/records/${step}/${requestId}/${tries}/${s.nonce()}`,
  callbackAnswer: (callbackId: string) => `/voice/callback/${callbackId}/answer`,
  callbackStatus: (callbackId: string) => `/voice/callback/${callbackId}/status`,
  callback: (s: Speech, step: CallbackStep, callbackId: string, tries: number) =>
    `/voice/callback/${callbackId}/${step}/${tries}/${s.nonce()}`,
  duty: (s: Speech, tries: number) => `/voice/duty/${tries}/${s.nonce()}`,
  dutyAfter: (s: Speech, doctorId: string, tries: number) => `/voice/duty/after/${doctorId}/${tries}/${s.nonce()}`,
  dutySwap: (s: Speech, swapId: string, doctorId: string, tries: number) =>
    `/voice/duty/swap/${swapId}/${doctorId}/${tries}/${s.nonce()}`,
  watch: (s: Speech, roundId: string) => `/voice/watch/${roundId}/${s.nonce()}`,
  deskCode: (s: Speech, tries: number) => `/voice/desk/code/${tries}/${s.nonce()}`,
  deskPin: (s: Speech, code: string, tries: number) => `/voice/desk/pin/${code}/${tries}/${s.nonce()}`,
  desk: (s: Speech, step: DeskStep, sessionId: string, tries: number) =>
    `/voice/desk/${step}/${sessionId}/${tries}/${s.nonce()}`,
  choice: (s: Speech, caseId: string) => `/voice/case/${caseId}/choice/${s.nonce()}`,
  callerAfter: (s: Speech, caseId: string) => `/voice/case/${caseId}/after/${s.nonce()}`,
  callerNow: (s: Speech, caseId: string) => `/voice/case/${caseId}/now/${s.nonce()}`,
  callerWait: (s: Speech, caseId: string) => `/voice/case/${caseId}/wait/${s.nonce()}`,
  again: (s: Speech, caseId: string) => `/voice/case/${caseId}/again/${s.nonce()}`,
  message: (s: Speech, caseId: string) => `/voice/case/${caseId}/message/${s.nonce()}`,
  conference: (caseId: string) => `/voice/case/${caseId}/conference`,
  announce: (caseId: string, what: string) => `/voice/case/${caseId}/announce/${what}`,
  bridgeOver: '/voice/bridge/over',
  legAnswer: (legId: string) => `/voice/leg/${legId}/answer`,
  legStatus: (legId: string) => `/voice/leg/${legId}/status`,
  legKey: (s: Speech, legId: string, tries: number) => `/voice/leg/${legId}/key/${tries}/${s.nonce()}`,
  legMinutes: (s: Speech, legId: string, tries: number) => `/voice/leg/${legId}/minutes/${tries}/${s.nonce()}`,
  legAfter: (s: Speech, legId: string) => `/voice/leg/${legId}/after/${s.nonce()}`,
  legNow: (s: Speech, legId: string) => `/voice/leg/${legId}/now/${s.nonce()}`,
  legWait: (s: Speech, legId: string) => `/voice/leg/${legId}/wait/${s.nonce()}`,
  legSecret: (s: Speech, legId: string) => `/voice/leg/${legId}/secret/${s.nonce()}`,
  legMenu: (s: Speech, legId: string, tries: number) => `/voice/leg/${legId}/menu/${tries}/${s.nonce()}`,
  legOutcome: (s: Speech, legId: string, tries: number) => `/voice/leg/${legId}/outcome/${tries}/${s.nonce()}`,
  legVisit: (s: Speech, legId: string, tries: number) => `/voice/leg/${legId}/visit/${tries}/${s.nonce()}`,
} as const;

/** Steps of a doctor who wants a record; `now` says what fits and asks nothing of the row, `help` leads to people. */
export const recordSteps = [
  ...(['code', 'pin', 'card', 'birth', 'verdict', 'reason', 'attest', 'where', 'help', 'after', 'now'] as const),
] as const;
export type RecordStep = (typeof recordSteps)[number];
export const callbackSteps = ['pin', 'speak', 'after', 'duty'] as const;
export type CallbackStep = (typeof callbackSteps)[number];

export type DeskStep = 'type' | 'count' | 'acceptance' | 'confirm' | 'more' | 'fax';

/** Seconds a caller may think in a menu, and how often a question is put before a person is called instead. */
export const menuSeconds = 6;
export const mostTries = 3;
