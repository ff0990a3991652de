/** One night from its first minute to the end of its last case. */
import type { ReleaseTools } from '../disclosures/context.ts';
import { faxDesk } from '../disclosures/fax-desk.ts';
import type { Clock } from '../lib/clock.ts';
import type { Ids } from '../lib/ids.ts';
import { loadPrompts, type Prompts } from '../voice/prompts.ts';
import { createCarrier } from './carrier.ts';
import { caseLessons } from './case-lessons.ts';
import { chanceOf } from './chance.ts';
import { openHouse } from './house.ts';
import type { Gateway, Line } from './lines.ts';
import { createNetwork } from './network.ts';
import { createNotebook, type Lessons } from './notebook.ts';
import { bedLessons, outboxLessons } from './outbox-lessons.ts';
import { callingPerson } from './people.ts';
import { releaseLessons } from './release-lessons.ts';
import { reservationLessons } from './reservation-lessons.ts';
import type { Story } from './story.ts';
import { createTables, type Tables } from './tables.ts';
import { createTimeline } from './timeline.ts';
import { idOf, type Town } from './town.ts';
import { townLessons } from './town-lessons.ts';
import { type Breach, createWatch, isLeak, type Place, type Told, type Watch } from './watch.ts';

export interface Night {
  story: Story;
  cases: number;
  accepted: number;
  bedded: number;
  human: number;
  /** Seconds from the opening of each case to the first word with a person, where there was one. */
  secondsToPerson: number[];
  ends: CaseEnd[];
  breaches: Breach[];
  told: Told[];
}

/** How one case went, for those who count. */
export interface CaseEnd {
  areaId: string | null;
  /** Milliseconds since 1970. */
  openedAt: number;
  /** Until the first word with a person; null: there was none. */
  secondsToPerson: number | null;
  takenBy: string | null;
  /** Doctors who were rung about it, each once, and who of them has it. */
  asked: string[];
  acceptedBy: string | null;
}

export interface NightOptions {
  isTelling?: boolean;
  /** How long cases may take to come to their end after the last hour; three hours. */
  afterglowMs?: number;
  /** Told of all that leaves the house. */
  sees?: (place: Place, text: string) => void;
  /** Tests break a rule on purpose and look whether it is found. */
  unsafeLessons?: (lessons: Lessons, tables: Tables) => Lessons;
}

const usualAfterglowMs = 3 * 3_600_000;

let prompts: Prompts | null = null;
const spoken = (): Prompts => (prompts ??= loadPrompts(new URL('../../config/prompts/', import.meta.url), 'ja'));

export async function playNight(story: Story, town: Town, options: NightOptions = {}): Promise<Night> {
  const timeline = createTimeline(story.from - 60_000);
  const tables = createTables();
  const real: Lessons = {
    ...caseLessons(town, tables),
    ...reservationLessons(town, tables),
    ...townLessons(town, tables),
    ...outboxLessons(tables),
    ...bedLessons(town, tables),
    ...releaseLessons(town, tables),
  };
  const notebook = createNotebook(tables.journal, options.unsafeLessons?.(real, tables) ?? real);
  const watch = createWatch({ story, town, tables, timeline, isTelling: options.isTelling ?? false });
  tellBeds(story, town, tables);

  // The house is asked by the network and asks the network itself: the one that is made first finds the other by then.
  const gateway: Gateway = {
    ask: (...asked) => house.gateway.ask(...asked),
    tell: (...told) => house.gateway.tell(...told),
    tellConference: (...told) => house.gateway.tellConference(...told),
  };
  const network = createNetwork(timeline, gateway, watch);
  const families = new Map<string, Line['person']>();
  const telephone = createCarrier({
    ...{ story, town, timeline, network, gateway, observer: watch },
    familyAt: (e164) => families.get(e164) ?? null,
  });
  const ids = countingIds();
  const house = openHouse({
    ...{ story, town, tables, timeline, ids, telephone, prompts: spoken(), connect: notebook.connect },
    release: (_db, clock) => releaseTools(tables, ids, clock),
    broken: watch.broken,
    leaves(place, text) {
      options.sees?.(place, text);
      if (isLeak(text)) watch.broken('leaked', `${place}: ${text}`);
    },
    told: (what) => watch.happened(null, what),
    afterWork: watch.look,
  });

  for (const call of story.calls) {
    timeline.at(call.at, () => {
      const person = callingPerson(story, town, call);
      const number = numberOf(call.id);
      families.set(number, person);
      const own = town.associations.get(call.associationId)!.caller_number;
      const line = network.ring({ key: call.id, e164: call.isWithheld ? null : number, own, person });
      if (call.waits.does === 'leaves') timeline.after(call.waits.afterSeconds * 1000, () => network.hangUp(line));
    });
  }
  await timeline.playUntil(story.until + (options.afterglowMs ?? usualAfterglowMs));
  watch.look();
  watch.lookBack();

  const cases = [...watch.cases.values()];
  const taken = (by: string): number => cases.filter((one) => one.isClosed && one.takenBy === by).length;
  return {
    ...{ story, cases: cases.length, accepted: taken('doctor'), bedded: taken('hospital'), human: taken('standby') },
    secondsToPerson: cases.flatMap((one) => (one.personAt === null ? [] : [(one.personAt - one.openedAt) / 1000])),
    ends: cases.map((one) => endOf(one, tables)),
    ...{ breaches: watch.breaches, told: watch.told },
  };
}

type CaseSeen = Watch['cases'] extends Map<string, infer One> ? One : never;

function endOf({ id, openedAt, personAt, takenBy, holder }: CaseSeen, { cases, legs }: Tables): CaseEnd {
  const rung = [...legs.rows.values()].filter((leg) => leg.case_id === id && leg.role === 'doctor');
  return {
    ...{ areaId: cases.get(id)?.area_id ?? null, openedAt, takenBy },
    secondsToPerson: personAt === null ? null : (personAt - openedAt) / 1000,
    asked: [...new Set(rung.map((leg) => leg.subject_id))],
    acceptedBy: takenBy === 'doctor' ? (holder?.subjectId ?? null) : null,
  };
}

const numberOf = (callId: string): string => `+81907${callId.replace(/\D/g, '').padStart(7, '0').slice(-7)}`;

function countingIds(): Ids {
  let count = 0;
  return { next: (prefix) => idOf(prefix, ++count) };
}

/** What the hospitals said before the night: fresh or stale, many or none, or nothing at all. */
function tellBeds(story: Story, town: Town, { offers }: Tables): void {
  for (const { id, bedTypes } of town.hospitals.values())
    for (const bed_type of bedTypes) {
      const chance = chanceOf(story.seed, 'beds', id, bed_type);
      if (chance.is(0.2)) continue;
      const free_count = chance.is(0.1) ? null : chance.below(4);
      const acceptance = free_count === null ? 'consult' : chance.pick({ open: 7, consult: 2, closed: 1 });
      const as_of = new Date(story.from - Math.round(chance.between(0, 16) * 3_600_000));
      offers.put(`${id} ${bed_type}`, { hospital_id: id, bed_type, free_count, acceptance, as_of, holds_until: null });
    }
}

/** Sealing is proved elsewhere: here a record is its patient's id, kept while the case is open as the vault keeps its key. */
function releaseTools(tables: Tables, ids: Ids, _clock: Clock): ReleaseTools {
  const random = (size: number): Buffer => Buffer.alloc(size, 7);
  const caseKey = Buffer.alloc(32, 9);
  const content = (patientId: string) =>
    ({ registration: { consentFax: Number(patientId.slice(-2)) % 17 !== 0 } }) as never;
  return {
    random,
    faxes: faxDesk({ ids, random, caseKey }, () => undefined),
    vault: {
      keepForCase: async ({ caseId, patientId }: { caseId: string; patientId: string }) => {
        if (tables.cases.get(caseId)?.status === 'closed') return null;
        tables.caseKeys.put(caseId, { patient_id: patientId });
        return 'kept';
      },
      openForCase: async (_sql: unknown, { caseId }: { caseId: string }) => {
        const kept = tables.caseKeys.get(caseId);
        return kept ? { version: 1, dataKey: Buffer.alloc(32), content: content(kept.patient_id) } : null;
      },
      seal: (bytes: Uint8Array) => Buffer.from(bytes),
      unseal: (bytes: Buffer) => bytes,
    } as unknown as ReleaseTools['vault'],
    pages: {} as ReleaseTools['pages'],
  };
}
