/** People who ring, ask and fax all the time: each case with doctors of its own, so that none stands in another's way. */
import { setTimeout as pause } from 'node:timers/promises';
import { accepts, type Call, ringsOn, takesCallBack, voicemail } from '../processes/people.ts';
import { asksForRecord, copiesCard, type ExamplePatient, openExample } from './records.ts';
import { bridgeGuardSeconds, exampleNumber, loadNumber, type Stage } from './stage.ts';

export interface Told {
  caller: string;
  kind: string;
  /** Phones that may be rung for it. */
  phones: string[];
  card: string;
  /** 0: not yet, or never. */
  keyedAt: number;
  /** When the first phone was rung, and when the caller heard a person; null: never. */
  rungAt: number | null;
  joinedAt: number | null;
  /** Of a caller who could never key a card: whether somebody of the document on the other host talked with him. */
  isByDocument: boolean;
  /** Nobody could be reached in the first round: he was told so, and is called back. */
  isPromised: boolean;
  fault: string | null;
}

export interface Load {
  told: Told[];
  /** Copies of cards that were laid into a machine and taken. */
  copies(): number;
  /** Calls about which nobody has been reached yet. */
  live(): number;
  /** The same, and those who talk. */
  underWay(): number;
  /** From now on calls come so often, so many at once. */
  pace(everyMs: number, mostLive: number): void;
  /** No new ones; waits for those under way. */
  end(): Promise<void>;
}

const urgentKinds = ['accepts', 'busy', 'bed', 'record', 'voicemail', 'wants bed', 'standby'] as const;
type UrgentKind = (typeof urgentKinds)[number];

const pressed = (onPrompt: string, digits: string, afterSeconds = 1) => ({ onPrompt, digits, afterSeconds });
const desk = {
  ...{ behaviour: 'answer', answerAfterSeconds: 1 },
  keys: [2, 8, 14].map((afterSeconds) => ({ afterSeconds, digits: '1' })),
};
/** Takes it, and tells the outcome when he is asked for it later. */
const doctor = { ...accepts(), keys: [...accepts().keys, pressed('結果を押してください', '2')] };
const doctorWantsBed = {
  ...doctor,
  keys: [...doctor.keys, { afterSeconds: 12, digits: '*' }, pressed('病床を探すときは1', '1')],
};
/** Also answers the document for the hour without us. */
const standbyPerson = {
  ...doctor,
  keys: [...doctor.keys, pressed('担当者をお待ちです', '1'), pressed('システムが止まっているため', '1')],
};
const habits: Record<UrgentKind, readonly [object, object]> = {
  accepts: [doctor, doctor],
  busy: [{ behaviour: 'busy' }, doctor],
  voicemail: [voicemail, doctor],
  bed: [ringsOn, ringsOn],
  standby: [ringsOn, ringsOn],
  record: [doctor, doctor],
  'wants bed': [doctorWantsBed, doctor],
};

/** Longer than `bridgeGuardSeconds`: who talked for less was cut off, and both are called back. */
const talkSeconds = bridgeGuardSeconds + 3;
const mostFarewellSeconds = 25;

/** Longest that a caller of the run waits for a person or a choice before the case counts as lost (rule 1). */
const mostSeconds = 180;
/** Whoever was promised to be called back waits so long for it: a round later, while others want the same people. */
const mostPatientSeconds = 600;
const promise = /呼び出しは続けます/;

/** @param kinds the callers' fates, in turn. */
export async function startLoad(
  stage: Stage,
  everyMs: number,
  mostLive: number,
  kinds: readonly UrgentKind[] = urgentKinds,
): Promise<Load> {
  const { lists, town } = stage;
  const setHabit = (phone: string, habit: object) => town.exchange.setHabit(phone, habit as Record<string, unknown>);
  const hospitals = await Promise.all([1, 2, 3].map((n) => lists.hospital(`第${n}病院`, { byDay: true, staffed: 50 })));
  for (const hospital of hospitals) {
    await lists.duty(hospital, 1);
    await lists.beds(hospital, bedsOffered, new Date());
    await setHabit(hospital.phones[0]!, desk);
  }
  const { rows: standby } = await stage.db.query<{ e164: string }>(
    'select e164 from phone where standby_id is not null',
  );
  for (const { e164 } of standby) await setHabit(e164, standbyPerson);
  const example = await openExample(stage);
  const told: Told[] = [];
  const running = new Set<Promise<void>>();
  let turn = 0;
  let copies = 0;
  let isOver = false;
  let rhythm = { everyMs, mostLive };

  async function prepare(kind: UrgentKind) {
    if (kind === 'record') {
      const patient = await example.free();
      if (patient) return { ...(await withDoctors(patient)), number: exampleNumber, kind };
    }
    const [first, second] = [await lists.doctor(`医師${turn}`), await lists.doctor(`副医師${turn}`)];
    for (const [index, one] of [first, second].entries()) await setHabit(one.phones[0]!, habits[kind][index]!);
    const { card } = await lists.patient({
      ...{ attending: first, deputies: [second], hospital: hospitals[turn % 3]! },
      needs: kind === 'standby' ? ['ventilator'] : [],
    });
    return { card, phones: [...first.phones, ...second.phones], number: loadNumber, kind };
  }
  const withDoctors = async ({ card, phones }: ExamplePatient) => {
    for (const phone of phones) await setHabit(phone, doctor);
    return { card, phones };
  };

  async function urgent(kind: UrgentKind): Promise<void> {
    const caller = `+8180${String(10_000_000 + turn++)}`;
    const given = await retried(() => prepare(kind));
    await town.exchange.setHabit(caller, takesCallBack);
    const entry: Told = {
      ...given,
      ...{ caller, keyedAt: 0, rungAt: null, joinedAt: null },
      ...{ isByDocument: false, isPromised: false, fault: null },
    };
    told.push(entry);
    try {
      await tell(entry, given.number);
      if (!entry.isByDocument) await follow(entry);
    } catch (error) {
      entry.fault = error instanceof Error ? error.message.replaceAll('\n', ' / ') : String(error);
      if (entry.keyedAt === 0) entry.fault = `before the card was keyed: ${entry.fault}`;
      await partFrom(caller);
    } finally {
      // Called back once more (a talk was cut, a report of its end was lost), he talks and hangs up: nobody's line is kept for good.
      await setHabit(caller, { ...takesCallBack, hangUpAfterSeconds: 40 });
    }
  }

  /** Rings until the card is keyed, or somebody talks with him: who is cut off before that rings again. */
  async function tell(entry: Told, number: string): Promise<void> {
    const { caller, card } = entry;
    for (const since = Date.now(); ; ) {
      try {
        entry.keyedAt = (await town.ringsAbout(card, caller, number)).keyedAt;
        return;
      } catch (error) {
        const calls = await town.calls(caller);
        entry.isByDocument = calls.some(({ bridgedWith }) => bridgedWith.length > 0);
        if (entry.isByDocument) return partFrom(caller);
        if (stage.watch.secondsSince(since) > mostSeconds) throw error;
        await partFrom(caller);
        await pause(2000);
      }
    }
  }

  async function follow(entry: Told): Promise<void> {
    while (entry.joinedAt === null) {
      const calls = await town.calls(entry.caller);
      entry.isPromised ||= calls.some(({ transcript }) => transcript.some(({ text }) => promise.test(text)));
      const most = entry.isPromised ? mostPatientSeconds : mostSeconds;
      if (stage.watch.secondsSince(entry.keyedAt) > most) throw new Error(`no person in ${most} s`);
      if (calls.some(({ bridgedWith }) => bridgedWith.length > 0)) entry.joinedAt = Date.now();
      if (entry.rungAt === null) entry.rungAt = await firstRing(entry.phones, entry.keyedAt);
      await pause(1000);
    }
    await pause(entry.kind === 'wants bed' ? 20_000 : talkSeconds * 1000);
    await partFrom(entry.caller);
  }

  /** The caller hangs up; whoever talked with him is asked for the outcome, and his line ends. A desk that kept it would be busy for everybody else. */
  async function partFrom(caller: string): Promise<void> {
    const talkers = [...new Set((await town.calls(caller)).flatMap(({ bridgedWith }) => bridgedWith))];
    const live = async (phone: string, isOf: (call: Call) => boolean): Promise<Call[]> =>
      (await town.calls(phone)).filter((call) => call.endedAt === null && isOf(call));
    const hangUp = async (calls: readonly Call[]): Promise<void> => {
      for (const { id } of calls) await town.exchange.hangUp(id).catch(() => undefined);
    };
    await hangUp(await live(caller, () => true));
    const left = async (): Promise<Call[]> =>
      (
        await Promise.all(talkers.map((phone) => live(phone, ({ bridgedWith }) => bridgedWith.includes(caller))))
      ).flat();
    for (let seconds = 0; seconds < mostFarewellSeconds && (await left()).length > 0; seconds++) await pause(1000);
    await hangUp(await left());
  }

  const firstRing = async (phones: readonly string[], since: number): Promise<number | null> => {
    const calls = (await Promise.all(phones.map((phone) => town.calls(phone)))).flat();
    const times = calls.map((call: Call) => Date.parse(call.createdAt)).filter((at) => at >= since - 1000);
    return times.length > 0 ? Math.min(...times) : null;
  };

  /** What is not an urgent call may fail while something is away: whoever asks for a record asks again. */
  const beside = async (work: () => Promise<unknown>): Promise<void> => void (await work().catch(() => undefined));
  const ringing = (async () => {
    for (let round = 0; !isOver; round++) {
      if (running.size < rhythm.mostLive) {
        const kind = kinds[round % kinds.length]!;
        const one = [
          urgent(kind),
          ...(round % 5 === 2 ? [beside(() => asksForRecord(stage, example))] : []),
          ...(round % 5 === 4 ? [beside(() => copiesCard(stage, example).then(() => copies++))] : []),
        ];
        const under: Promise<void> = Promise.all(one).then(() => void running.delete(under));
        running.add(under);
      }
      await pause(rhythm.everyMs);
    }
  })();
  return {
    told,
    copies: () => copies,
    underWay: () => running.size,
    pace(everyMs, mostLive) {
      rhythm = { everyMs, mostLive };
    },
    live: () => told.filter((one) => one.joinedAt === null && !one.isByDocument && one.fault === null).length,
    async end() {
      isOver = true;
      await ringing;
      await Promise.all(running);
    },
  };
}

/** In each hospital; some are held and never given back. */
export const bedsOffered = 40;

/** Lists are written to the database that the run takes away now and then. */
async function retried<T>(work: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return await work();
    } catch (error) {
      if (tries >= 60) throw error;
      await pause(1000);
    }
  }
}
