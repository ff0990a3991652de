/**
 * Looks on while a night is played, and knows what the house does not: who really pressed which key, how long a caller heard nothing,
 * where every telephone is. Each rule of the product that a night can break is held against that; what is found is a breach.
 */
import type { Fact } from '../escalations/urgent-call.ts';
import type { Line, Observer } from './lines.ts';
import type { Story } from './story.ts';
import type { EntryRow, Tables } from './tables.ts';
import type { Timeline } from './timeline.ts';
import type { Town } from './town.ts';
import { auditBreaks, createBedBook } from './truth.ts';

export type Rule =
  | 'lost'
  | 'double_accept'
  | 'accepted_without_key'
  | 'double_bed'
  | 'silent_over_20s'
  | 'wait_over_180s'
  | 'wrong_destination'
  | 'audit_break'
  | 'two_calls_to_one_phone'
  | 'two_cases_of_one_doctor'
  | 'wrong_patient'
  | 'thrown'
  | 'answered_differently'
  | 'leaked';

/** Where something could leave the house that must not (product.md, rule 8). */
export type Place = 'log' | 'job' | 'url';

/** A telephone, or the number of a card: what a night knows of people. */
export const isLeak = (text: string): boolean => /\+81\d{8}|(?<![0-9a-z])[5-8]\d{11}(?![0-9a-z])/.test(text);

export interface Breach {
  rule: Rule;
  at: number;
  what: string;
}

export interface Told {
  at: number;
  /** The case, or null for what befalls everybody. */
  caseId: string | null;
  what: string;
}

interface Case {
  id: string;
  openedAt: number;
  seen: number;
  holder: { role: string; subjectId: string } | null;
  /** Who took it at last. */
  takenBy: string | null;
  personAt: number | null;
  isClosed: boolean;
}

export interface Watch extends Observer {
  breaches: Breach[];
  told: Told[];
  cases: Map<string, Case>;
  broken(rule: Rule, what: string): void;
  /** After each piece of work of the house: what is new in the notebook. */
  look(): void;
  /** When the night is over and everybody had time to finish. */
  lookBack(): void;
}

const silenceMs = 20_000;
/** A gap is counted from where words are believed to end; that belief is a guess of tenths of a second. */
const silenceGuessMs = 500;
const waitMs = 180_000;

export function createWatch(parts: {
  story: Story;
  town: Town;
  tables: Tables;
  timeline: Timeline;
  isTelling: boolean;
}): Watch {
  const { story, town, tables, timeline, isTelling } = parts;
  const breaches: Breach[] = [];
  const told: Told[] = [];
  const cases = new Map<string, Case>();
  const pressedLegs = new Set<string>();
  const live = new Map<string, Line>();
  const waitingSince = new Map<Line, number>();
  const intended = new Map(story.calls.map((call) => [call.id, call.patientId]));
  const callers = new Map<string, Line>();
  const beds = createBedBook(tables);
  let disclosuresSeen = 0;

  const broken = (rule: Rule, what: string): void => {
    breaches.push({ rule, at: timeline.now, what });
    if (isTelling) told.push({ at: timeline.now, caseId: null, what: `!! ${rule}: ${what}` });
  };
  const tell = (caseId: string | null, what: string): void => {
    if (isTelling) told.push({ at: timeline.now, caseId, what });
  };
  /** While a clock is wrong by minutes, and for a while after, nobody can keep to seconds. */
  const isClockWrong = (from: number, until: number): boolean =>
    story.faults.some(
      (fault) =>
        fault.kind === 'clock_jump' &&
        until > fault.at &&
        from < fault.at + fault.lastsSeconds * 1000 + Math.abs(fault.seconds) * 1000 + 60_000,
    );

  function waited(line: Line, isOnHold: boolean): void {
    const since = waitingSince.get(line);
    if (since !== undefined && timeline.now - since > waitMs && !isClockWrong(since, timeline.now))
      broken(
        'wait_over_180s',
        `${line.person.id} waits ${Math.round((timeline.now - since) / 1000)} s without a person or a choice`,
      );
    if (isOnHold) waitingSince.set(line, timeline.now);
    else waitingSince.delete(line);
  }
  const isCaller = (line: Line): boolean => intended.has(line.person.id);
  /**
   * Not as one who called us himself (he may pick up his other telephone), nor as one who asked with 0 for a person (somebody
   * else of his house may take the call meanwhile), and no hospital: its desk has several people.
   */
  const isDoctorsCase = (line: Line): boolean => {
    const leg = tables.legs.get(/lg_[0-9a-z]+/.exec(line.answerPath)?.[0] ?? '');
    return !line.isInbound && leg?.role === 'doctor' && line.confer?.conference.name === leg.case_id;
  };

  // ------------------------------------------------------------------------------------------------ the notebook

  function lookAtCase(id: string, list: readonly EntryRow[]): void {
    const one = cases.get(id) ?? {
      ...{ id, openedAt: timeline.now, seen: 0, holder: null, takenBy: null, personAt: null },
      isClosed: false,
    };
    cases.set(id, one);
    for (; one.seen < list.length; one.seen++) {
      const entry = list[one.seen]!;
      if (entry.kind === 'refused') continue;
      factOf(one, entry.data as Fact);
    }
  }

  function factOf(one: Case, fact: Fact): void {
    tell(one.id, JSON.stringify(fact));
    switch (fact.type) {
      case 'case_opened': {
        const line = callers.get(fact.caller.callId ?? '');
        const wanted = line && intended.get(line.person.id);
        if (fact.patientId !== null && wanted !== undefined && wanted !== fact.patientId)
          broken('wrong_patient', `${line?.person.id} rang about ${wanted}, and ${fact.patientId} was opened`);
        return;
      }
      case 'accepted':
        if (one.holder) broken('double_accept', `${fact.subjectId} took ${one.id}, which ${one.holder.subjectId} had`);
        if (!pressedLegs.has(fact.legId))
          broken('accepted_without_key', `${fact.subjectId} took ${one.id} and pressed no key`);
        one.holder = { role: fact.role, subjectId: fact.subjectId };
        one.takenBy = fact.role;
        return;
      case 'acceptance_given_up':
        one.holder = null;
        one.takenBy = null;
        return;
      case 'bridge_started':
        one.personAt ??= timeline.now;
        return;
      case 'closed':
        one.isClosed = true;
        return;
    }
  }

  function lookAtDisclosures(): void {
    if (tables.disclosures.rows.size === disclosuresSeen) return;
    const fresh = [...tables.disclosures.rows.values()].slice(disclosuresSeen);
    disclosuresSeen = tables.disclosures.rows.size;
    for (const { id, doctor_id, hospital_id, destination_id, association_id } of fresh) {
      const fax = town.faxes.get(destination_id ?? '');
      const owner = doctor_id ?? hospital_id;
      const isRight =
        fax?.owner.id === owner &&
        fax?.association_id === association_id &&
        fax?.status === 'confirmed' &&
        fax.confirm_due_at !== null &&
        fax.confirm_due_at.getTime() > timeline.now;
      if (!isRight)
        broken('wrong_destination', `${id} goes to ${destination_id} (${fax?.status ?? 'nobody'}), for ${owner}`);
    }
  }

  return {
    breaches,
    told,
    cases,
    broken,
    look() {
      for (const [id, row] of tables.cases.rows) {
        const one = cases.get(id);
        if (one?.seen !== row.audit_seq) lookAtCase(id, tables.entries.get(id)?.list ?? []);
      }
      for (const what of beds.look(timeline.now)) broken('double_bed', what);
      lookAtDisclosures();
    },
    lookBack() {
      for (const line of waitingSince.keys()) waited(line, false);
      for (const one of cases.values())
        if (!one.isClosed || one.takenBy === null)
          broken('lost', `${one.id} is ${one.isClosed ? 'closed' : 'open'} and nobody has it`);
      for (const what of auditBreaks(tables)) broken('audit_break', what);
    },
    lineBegan(line) {
      if (line.isInbound) callers.set(line.id, line);
      if (line.e164 === null || line.isInbound) return;
      const other = live.get(line.e164);
      if (other)
        broken(
          'two_calls_to_one_phone',
          `${line.person.id} is rung while another call of ours rings the same telephone`,
        );
      live.set(line.e164, line);
      tell(null, `rings ${line.person.id}`);
    },
    lineEnded(line) {
      if (line.e164 !== null && live.get(line.e164) === line) live.delete(line.e164);
      if (isCaller(line)) waited(line, false);
      tell(null, `${line.person.id}: ${line.status}`);
    },
    asked(line, path) {
      if (isCaller(line) && /\/(choice|message|again)\//.test(path)) waited(line, true);
    },
    pressed(line, path, digits) {
      const leg = /\/leg\/(lg_[0-9a-z]+)\/key\//.exec(path)?.[1];
      if (leg && digits === '1') pressedLegs.add(leg);
      tell(null, `${line.person.id} presses ${path.includes('/card/') ? 'the card number' : digits}`);
    },
    silent(line, from, until) {
      if (!isCaller(line) || until - from <= silenceMs + silenceGuessMs || isClockWrong(from, until)) return;
      broken('silent_over_20s', `${line.person.id} hears nothing for ${Math.round((until - from) / 1000)} s`);
    },
    converses(line, isTalking) {
      if (isCaller(line)) waited(line, !isTalking);
      if (!isTalking || !isDoctorsCase(line)) return;
      for (const other of live.values())
        if (other !== line && other.person.id === line.person.id && other.ear.inConversation && isDoctorsCase(other))
          if (other.confer && line.confer && other.confer.conference !== line.confer.conference)
            broken('two_cases_of_one_doctor', `${line.person.id} talks in two conferences`);
      tell(null, `${line.person.id} is joined`);
    },
    happened(line, what) {
      tell(null, line ? `${line.person.id}: ${what}` : what);
    },
  };
}
