/**
 * One urgent call as a time line, from its own facts: every phone rung, key pressed, question to a hospital and page, in words. For
 * the console's screen and for the printed copy; pure. Nobody but doctors, hospitals and the hub's people is named.
 */
import type { Fact, Outcome } from '../escalations/urgent-call.ts';
import { moment } from './letters.ts';
import { type CaseLog, clock, eventText, outcomeOf, type Ring, ringsOf } from './morning-view.ts';
import { type Field, field } from './rows.ts';
import type { BothWords, Words } from './words.ts';

export interface Said {
  ja: string;
  en: string;
}

export interface CaseContext {
  names: ReadonlyMap<string, string>;
  /** What a phone of this role says first, exactly; null: not known any more. */
  question(role: Ring['role'], subjectId: string): Said | null;
}

export interface CaseEvent {
  at: number;
  text: Said;
  /** What the person on that phone was told. */
  said: Said | null;
}

export interface CaseRing extends Ring {
  name: string;
  roleText: Said;
  resultText: Said;
}

export interface CaseTimeline {
  outcome: Said;
  rings: CaseRing[];
  events: CaseEvent[];
}

/** @param log of one case; @param context names by id. */
export function caseTimeline(log: CaseLog, context: CaseContext, words: BothWords): CaseTimeline {
  const both = (say: (words: Words) => string): Said => ({ ja: say(words.ja), en: say(words.en) });
  const nameIn = (id: string, to: Words): string => context.names.get(id) ?? to.say('morning.somebody');
  return {
    outcome: both((to) => outcomeOf(log, (id) => nameIn(id, to), to)),
    rings: ringsOf(log).map((ring) => ({
      ...{ ...ring, name: nameIn(ring.subjectId, words.ja) },
      roleText: both((to) => to.say(`morning.role.${ring.role}`)),
      resultText: both((to) => to.say(resultKey(ring))),
    })),
    events: eventsOf(log, context, words, nameIn),
  };
}

/** A phone that was picked up rings no more, and nobody has said anything yet. */
const resultKey = ({ result, answeredAt }: Ring): string =>
  result === 'open' && answeredAt !== null ? 'case.picked_up' : `morning.result.${result}`;

/** What later facts refer to: whose phone a leg is, and which hospital a request asked. */
interface Known {
  legs: Map<string, Extract<Fact, { type: 'leg_requested' }>>;
  hospitals: Map<string, string>;
}

function eventsOf(
  log: CaseLog,
  context: CaseContext,
  words: BothWords,
  nameIn: (id: string, to: Words) => string,
): CaseEvent[] {
  const known: Known = { legs: new Map(), hospitals: new Map() };
  return log.flatMap(({ fact, at }): CaseEvent[] => {
    if (fact.type === 'leg_requested') known.legs.set(fact.legId, fact);
    if (fact.type === 'bed_asked') known.hospitals.set(fact.requestId, fact.hospitalId);
    const textIn = (to: Words): string | null => wordsOf(fact, known, (id) => nameIn(id, to), to);
    const [ja, en] = [textIn(words.ja), textIn(words.en)];
    if (ja === null || en === null) return [];
    return [{ at, text: { ja, en }, said: questionAt(fact, known, context) }];
  });
}

function questionAt(fact: Fact, { legs }: Known, context: CaseContext): Said | null {
  const leg = fact.type === 'leg_answered' ? legs.get(fact.legId) : undefined;
  return leg && !leg.isReturn ? context.question(leg.role, leg.subjectId) : null;
}

const outcomeKeys: Readonly<Partial<Record<Outcome, string>>> = {
  visiting: '1',
  advice: '2',
  bed: '3',
  handed_on: '4',
};

/** The sentence of a fact; null: the carrier's own comings and goings, and what other sentences say already. */
function wordsOf(fact: Fact, known: Known, name: (id: string) => string, to: Words): string | null {
  const said = (key: string, values: Record<string, string | number> = {}) => to.say(`case.event.${key}`, values);
  const hospitalOf = (requestId: string): string => name(known.hospitals.get(requestId) ?? '');
  switch (fact.type) {
    case 'accepted':
      return said('accepted', { who: name(fact.subjectId) });
    case 'bed_accepted':
      return said('bed_accepted', { who: hospitalOf(fact.requestId) });
    case 'bed_refused':
      if (fact.refusal === 'full') return said('bed_full', { who: hospitalOf(fact.requestId) });
      if (fact.refusal === 'ask_again' && fact.askAgainAt !== null)
        return said('bed_ask_again', { who: hospitalOf(fact.requestId), at: clock(fact.askAgainAt) });
      return eventText(fact, { name, hospitalOf }, to);
    case 'outcome_reported':
      return reported(fact, to);
    case 'rering_planned':
      return said('rering', { who: name(fact.subjectId), at: clock(fact.dueAt) });
    case 'record_released':
      return said('record_released', { who: name(fact.subjectId), reference: fact.disclosureId });
    case 'record_withheld':
      return said(`record_withheld.${fact.because}`, { who: name(fact.subjectId) });
    case 'caller_joined':
    case 'caller_stepped_out':
    case 'conversation_resumed':
    case 'caller_attached':
    case 'choice_offered':
    case 'call_back_chosen':
      return said(fact.type);
    default:
      return 'legId' in fact ? wordsOfLeg(fact, known, name, to) : eventText(fact, { name, hospitalOf }, to);
  }
}

function reported({ outcome, visitMinutes }: Extract<Fact, { type: 'outcome_reported' }>, to: Words): string {
  const text = to.say(`morning.outcome.${outcome}`);
  const key = outcomeKeys[outcome];
  if (key === undefined) return to.say('case.event.reported_by_state', { outcome: text });
  if (visitMinutes === null) return to.say('case.event.reported', { key, outcome: text });
  return to.say('case.event.reported_visit', { key, outcome: text, minutes: visitMinutes });
}

function wordsOfLeg(
  fact: Extract<Fact, { legId: string }>,
  { legs }: Known,
  name: (id: string) => string,
  to: Words,
): string | null {
  const leg = legs.get(fact.legId);
  if (!leg) return null;
  const said = (key: string, values: Record<string, string | number> = {}) =>
    to.say(`case.event.${key}`, { who: name(leg.subjectId), ...values });
  const isCaller = leg.role === 'caller';
  switch (fact.type) {
    case 'leg_requested':
      if (isCaller) return said('caller_returned_to');
      if (leg.role === 'outcome') return said('outcome_call');
      return leg.isReturn ? said('returned_to') : said('rung', { count: leg.ring });
    case 'leg_answered':
      return said(isCaller ? 'caller_answered' : 'answered');
    case 'leg_unanswered_prompt':
      return isCaller ? null : said('silent', { count: fact.prompts });
    case 'leg_accepted':
      return said(isCaller ? 'caller_joined_by_key' : 'joined_by_key');
    case 'leg_unknown':
      return isCaller ? null : said('unknown');
    case 'leg_ended':
      return isCaller ? null : said(`ended.${fact.outcome}`);
    case 'leg_joined':
      return isCaller ? null : said('joined');
    case 'leg_stepped_out':
      return isCaller ? null : said('stepped_out');
    default:
      return null;
  }
}

// ---------------------------------------------------------------------------------------------------- the printed copy

export interface CasePage {
  title: string;
  english: string;
  fields: Field[];
  outcome: string;
  rung: { title: string; heads: string[]; rows: string[][]; none: string };
  events: { title: string; rows: [time: string, text: string, said: string][] };
  footer: string[];
}

export interface CaseCopy {
  caseId: string;
  openedAt: Date;
  closedAt: Date | null;
  /** The hub's own number of the patient; null: the call was about no card. */
  patientCode: string | null;
  kind: 'patient' | 'area' | 'person';
  area: string | null;
  printedBy: string;
  at: Date;
  footer: string[];
}

/** The time line as the template `case` sets it. The patient is named by the hub's own number, as on the morning page. */
export function casePage({ outcome, rings, events }: CaseTimeline, copy: CaseCopy, { ja, en }: BothWords): CasePage {
  const rung = (key: string) => ja.say(`morning.rung.${key}`);
  return {
    title: ja.say('case.title'),
    english: en.say('case.title'),
    fields: [
      field(ja.say('morning.patient'), copy.patientCode ?? ja.say(`morning.kind.${copy.kind}`)),
      ...(copy.area === null ? [] : [field(ja.say('case.area'), copy.area)]),
      field(ja.say('morning.opened'), moment(copy.openedAt)),
      ...(copy.closedAt === null ? [] : [field(ja.say('case.closed'), moment(copy.closedAt))]),
      field(ja.say('letter.reference'), copy.caseId),
      field(ja.say('case.printed_by'), `${copy.printedBy}　${moment(copy.at)}`),
    ],
    outcome: outcome.ja,
    rung: {
      title: rung('title'),
      heads: [
        rung('time'),
        rung('who'),
        rung('ring'),
        ja.say('case.rung_seconds'),
        ja.say('case.talked'),
        rung('result'),
      ],
      rows: rings.map((ring) => [
        clock(ring.at),
        `${ring.roleText.ja} ${ring.name}`,
        ja.say('morning.rung.count', { count: ring.ring }),
        spanText(ring.at, ring.answeredAt ?? ring.endedAt, ja),
        ring.answeredAt === null ? '―' : spanText(ring.answeredAt, ring.endedAt, ja),
        ring.resultText.ja,
      ]),
      none: ja.say('case.nobody'),
    },
    events: {
      title: ja.say('case.events'),
      rows: events.map(({ at, text, said }) => [
        clock(at),
        text.ja,
        said === null ? '' : ja.say('case.said', { words: said.ja }),
      ]),
    },
    footer: [ja.say('morning.legal'), ...copy.footer],
  };
}

/** '24秒', '3分05秒'; a span that is not over yet is '―'. */
function spanText(from: number, until: number | null, words: Words): string {
  if (until === null) return '―';
  const seconds = Math.max(0, Math.round((until - from) / 1000));
  if (seconds < 60) return words.say('case.seconds', { count: seconds });
  return words.say('case.minutes', {
    minutes: Math.floor(seconds / 60),
    seconds: String(seconds % 60).padStart(2, '0'),
  });
}
