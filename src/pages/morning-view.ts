/**
 * The page that the attending doctor finds in the morning (朝の報告): one urgent call about his patient, told from its own
 * facts: who was rung when, who answered what, what followed. Pure; the patient is named by the hub's own number.
 */
import type { Fact, LegOutcome, LegRole } from '../escalations/urgent-call.ts';
import { formatLocal } from '../lib/japan-time.ts';
import { formatNational } from '../lib/phone.ts';
import { moment } from './letters.ts';
import { type Field, field } from './rows.ts';
import type { BothWords, Words } from './words.ts';

export interface MorningContext {
  /** The hub's own number of the patient; null: the call was about no card (area or a person wanted). */
  patientCode: string | null;
  associationName: string;
  hubPhone: string;
  /** When the page is made. */
  at: Date;
  /** Printed names of doctors, hospitals and standby persons by id. An id that is not here is printed as unknown. */
  names: ReadonlyMap<string, string>;
}

/** The facts of one case in their order, each with its instant (epoch milliseconds), as the audit log keeps them. */
export type CaseLog = readonly { fact: Fact; at: number }[];

/** Everybody whom a page about the case may name. */
export const subjectsOf = (log: CaseLog): string[] => [
  ...new Set(
    log.flatMap(({ fact }) => {
      if (fact.type === 'bed_asked') return [fact.hospitalId];
      return 'subjectId' in fact ? [fact.subjectId] : [];
    }),
  ),
];

export interface MorningView {
  title: string;
  english: string;
  fields: Field[];
  /** How it ended, in one line. */
  outcome: string;
  rung: { title: string; heads: string[]; rows: string[][] };
  events: { title: string; rows: [time: string, text: string][] };
  footer: string[];
}

/** One phone rung once to find somebody. Instants are epoch milliseconds. */
export interface Ring {
  legId: string;
  at: number;
  role: LegRole;
  subjectId: string;
  ring: number;
  answeredAt: number | null;
  endedAt: number | null;
  result: LegOutcome | 'accepted' | 'open';
}

/**
 * @throws when the first fact does not open a case.
 */
export function morningView(log: CaseLog, context: MorningContext, { ja, en }: BothWords): MorningView {
  const [opening] = log;
  if (opening?.fact.type !== 'case_opened') throw new Error('the log of a case begins with its opening');
  const said = (key: string, values = {}) => ja.say(`morning.${key}`, values);
  const name = (id: string) => context.names.get(id) ?? said('somebody');
  const rings = ringsOf(log);
  const hub = (words: Words) =>
    words.say('letter.hub', { name: context.associationName, phone: formatNational(context.hubPhone) });
  return {
    title: said('title'),
    english: en.say('morning.title'),
    fields: [
      field(said('patient'), context.patientCode ?? said(`kind.${opening.fact.kind}`)),
      field(said('opened'), moment(new Date(opening.at))),
      field(ja.say('letter.reference'), opening.fact.id),
      field(ja.say('letter.made_at'), moment(context.at)),
    ],
    outcome: outcomeOf(log, name, ja),
    rung: {
      title: said('rung.title'),
      heads: ['time', 'who', 'ring', 'answered', 'result'].map((head) => said(`rung.${head}`)),
      rows: rings.map(({ at, role, subjectId, ring, answeredAt, result }) => [
        clock(at),
        `${said(`role.${role}`)} ${name(subjectId)}`,
        said('rung.count', { count: ring }),
        answeredAt === null ? said('rung.not_answered') : clock(answeredAt),
        said(`result.${result}`),
      ]),
    },
    events: { title: said('events'), rows: eventsOf(log, name, ja) },
    footer: [said('legal'), hub(ja), hub(en)],
  };
}

/** Phones rung to find somebody; calls that bring a lost line back are no new ringing. */
export function ringsOf(log: CaseLog): Ring[] {
  const rings = new Map<string, Ring>();
  for (const { fact, at } of log) {
    if (fact.type === 'leg_requested' && ['doctor', 'hospital', 'standby'].includes(fact.role) && !fact.isReturn) {
      const { legId, role, subjectId, ring } = fact;
      rings.set(legId, { legId, at, role, subjectId, ring, answeredAt: null, endedAt: null, result: 'open' });
    }
    const ring = 'legId' in fact ? rings.get(fact.legId) : undefined;
    if (!ring) continue;
    if (fact.type === 'leg_answered') ring.answeredAt ??= at;
    if (fact.type === 'accepted') ring.result = 'accepted';
    if (fact.type !== 'leg_ended') continue;
    ring.endedAt = at;
    if (ring.result === 'open') ring.result = fact.outcome;
  }
  return [...rings.values()];
}

/** Who took it and how it ended, in one line. */
export function outcomeOf(log: CaseLog, name: (id: string) => string, words: Words): string {
  const said = (key: string, values = {}) => words.say(`morning.${key}`, values);
  const accepted = log.findLast(({ fact }) => fact.type === 'accepted')?.fact;
  const closed = log.find(({ fact }) => fact.type === 'closed')?.fact;
  const who =
    accepted?.type === 'accepted' ? said('taken_by', { who: name(accepted.subjectId) }) : said('taken_by_nobody');
  return `${who}　${closed?.type === 'closed' ? said(`outcome.${closed.outcome}`) : said('still_open')}`;
}

function eventsOf(log: CaseLog, name: (id: string) => string, words: Words): [string, string][] {
  const hospitals = new Map<string, string>();
  return log.flatMap(({ fact, at }): [string, string][] => {
    if (fact.type === 'bed_asked') hospitals.set(fact.requestId, fact.hospitalId);
    const text = eventText(fact, { name, hospitalOf: (requestId) => name(hospitals.get(requestId) ?? '') }, words);
    return text === null ? [] : [[clock(at), text]];
  });
}

/** Only what a doctor asks next morning; the carrier's own comings and goings stay in the log. */
export function eventText(
  fact: Fact,
  about: { name(id: string): string; hospitalOf(requestId: string): string },
  words: Words,
): string | null {
  const said = (key: string, values = {}) => words.say(`morning.event.${key}`, values);
  switch (fact.type) {
    case 'case_opened':
      return said(`opened.${fact.kind}`);
    case 'accepted':
      return said('accepted', { who: about.name(fact.subjectId) });
    case 'bed_asked':
      return said('bed_asked', { who: about.name(fact.hospitalId) });
    case 'bed_accepted':
      return said('bed_accepted', { who: about.hospitalOf(fact.requestId) });
    case 'bed_refused':
      return said(`bed_refused.${fact.refusal}`, { who: about.hospitalOf(fact.requestId) });
    case 'bed_wanted':
      return said(`bed_wanted.${fact.by}`);
    case 'stage_entered':
      return said(`stage.${fact.status}`);
    case 'round_started':
      return said('round_started', { round: fact.round });
    case 'unanswered':
      return said('unanswered', { at: clock(fact.retryAt) });
    case 'outcome_reported':
      return fact.visitMinutes === null
        ? said('reported', { outcome: words.say(`morning.outcome.${fact.outcome}`) })
        : said('reported_visit', { minutes: fact.visitMinutes });
    case 'closed':
      return said('closed', { outcome: words.say(`morning.outcome.${fact.outcome}`) });
    case 'bridge_broken':
      return said(`bridge_broken.${fact.missing}`);
    case 'bridge_started':
    case 'bridge_over':
    case 'acceptance_given_up':
    case 'beds_exhausted':
    case 'message_left':
    case 'call_back_chosen':
    case 'caller_left':
    case 'caller_returned':
      return said(fact.type);
    default:
      return null;
  }
}

/** '03:12:05' in Japan. */
export const clock = (at: number): string =>
  `${formatLocal(new Date(at)).slice(11)}:${new Date(at).toISOString().slice(17, 19)}`;
