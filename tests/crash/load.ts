/** People who ring all the time: each case with doctors of its own, so that none stands in another's way. */
import { setTimeout as pause } from 'node:timers/promises';
import { readLists } from '../../src/lists/read.ts';
import { accepts, type Call, ringsOn, takesCallBack, voicemail } from '../processes/people.ts';
import { exampleFolder, exampleNumber, loadNumber, type Stage } from './stage.ts';

export interface Told {
  caller: string;
  kind: string;
  /** Phones that may be rung for it. */
  phones: string[];
  card: string;
  keyedAt: number;
  /** When the first phone was rung, and when the caller heard a person; null: never. */
  rungAt: number | null;
  joinedAt: number | null;
  fault: string | null;
}

export interface Load {
  told: Told[];
  /** Calls about which nobody has been reached yet. */
  live(): number;
  /** No new ones; waits for those under way. */
  end(): Promise<void>;
}

const kinds = ['accepts', 'busy', 'voicemail', 'bed', 'record'] as const;
const desk = {
  ...{ behaviour: 'answer', answerAfterSeconds: 1 },
  keys: [2, 8, 14].map((afterSeconds) => ({ afterSeconds, digits: '1' })),
};
/** Longest that a caller of the run waits for a person before the case counts as lost (rule 1: 180 s). */
const mostSeconds = 180;

export async function startLoad(stage: Stage, everyMs: number, mostLive: number): Promise<Load> {
  const { lists, town } = stage;
  const hospitals = await Promise.all([1, 2, 3].map((n) => lists.hospital(`第${n}病院`, { byDay: true })));
  for (const hospital of hospitals) {
    await lists.duty(hospital, 1);
    await lists.beds(hospital, 2, new Date());
    await town.exchange.setHabit(hospital.phones[0]!, desk);
  }
  const standby = await lists.standby('待機 花子');
  await lists.duty(standby, 1);
  await town.exchange.setHabit(standby.phones[0]!, accepts());
  const withRecords = await examplePatients(stage);
  const told: Told[] = [];
  const running = new Set<Promise<void>>();
  let turn = 0;
  let isOver = false;

  async function prepare(kind: (typeof kinds)[number]) {
    if (kind === 'record') {
      const patient = withRecords.pop();
      if (patient) {
        for (const phone of patient.phones) await town.exchange.setHabit(phone, accepts());
        return { ...patient, number: exampleNumber, kind: 'record' };
      }
    }
    const [first, second] = [await lists.doctor(`医師${turn}`), await lists.doctor(`副医師${turn}`)];
    const habit = { busy: { behaviour: 'busy' }, voicemail, bed: ringsOn, accepts: accepts(), record: accepts() }[kind];
    await town.exchange.setHabit(first.phones[0]!, habit);
    await town.exchange.setHabit(second.phones[0]!, kind === 'bed' ? ringsOn : accepts());
    const { card } = await lists.patient({ attending: first, deputies: [second], hospital: hospitals[turn % 3]! });
    const phones = [...first.phones, ...second.phones, ...hospitals.flatMap((one) => one.phones), ...standby.phones];
    return { card, phones, number: loadNumber, kind };
  }

  async function one(): Promise<void> {
    const kind = kinds[turn % kinds.length]!;
    const caller = `+8180${String(10_000_000 + turn++)}`;
    const given = await retried(() => prepare(kind));
    await town.exchange.setHabit(caller, takesCallBack);
    const entry: Told = { ...given, caller, keyedAt: 0, rungAt: null, joinedAt: null, fault: null };
    told.push(entry);
    try {
      entry.keyedAt = (await town.ringsAbout(given.card, caller, given.number)).keyedAt;
      await follow(entry);
    } catch (error) {
      entry.fault = error instanceof Error ? error.message.split('\n')[0]! : String(error);
      if (entry.keyedAt === 0) entry.fault = `before the card was keyed: ${entry.fault}`;
    }
  }

  async function follow(entry: Told): Promise<void> {
    const own = entry.phones.slice(0, entry.kind === 'record' ? undefined : 2);
    while (entry.joinedAt === null) {
      if (Date.now() - entry.keyedAt > mostSeconds * 1000) throw new Error(`no person in ${mostSeconds} s`);
      const calls = await town.calls(entry.caller);
      if (calls.some(({ bridgedWith }) => bridgedWith.length > 0)) entry.joinedAt = Date.now();
      if (entry.rungAt === null) entry.rungAt = await firstRing(own, entry.keyedAt);
      await pause(1000);
    }
    await pause(2000);
    for (const call of await town.calls(entry.caller))
      if (call.endedAt === null) await town.exchange.hangUp(call.id).catch(() => undefined);
  }

  const firstRing = async (phones: readonly string[], since: number): Promise<number | null> => {
    const calls = (await Promise.all(phones.map((phone) => town.calls(phone)))).flat();
    const times = calls.map((call: Call) => Date.parse(call.createdAt)).filter((at) => at >= since - 1000);
    return times.length > 0 ? Math.min(...times) : null;
  };

  const ringing = (async () => {
    while (!isOver) {
      if (running.size < mostLive) {
        const under: Promise<void> = one().finally(() => running.delete(under));
        running.add(under);
      }
      await pause(everyMs);
    }
  })();
  return {
    told,
    live: () => told.filter(({ joinedAt, fault }) => joinedAt === null && fault === null).length,
    async end() {
      isOver = true;
      await ringing;
      await Promise.all(running);
    },
  };
}

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

/** Cards of the example's patients with a record, and the phones of their attending doctors and deputies. */
async function examplePatients({ db, exampleId }: Stage): Promise<{ card: string; phones: string[] }[]> {
  const read = await readLists(exampleFolder);
  if ('faults' in read) throw new Error('the lists of the example have faults');
  const numbers = new Map(read.lists.patients.map(({ code, cardNumber }) => [code, cardNumber]));
  const { rows } = await db.query<{ code: string; phones: string[] }>(
    `select patient.code, array_agg(phone.e164 order by phone.position) as phones
    from patient
    join phone on phone.doctor_id = patient.attending_id or phone.doctor_id = any(patient.deputy_ids)
    where association_id = $1 and exists (select 1 from record_current where record_current.patient_id = patient.id)
    group by patient.id, patient.code
    order by patient.code`,
    [exampleId],
  );
  return rows.flatMap(({ code, phones }) => {
    const card = numbers.get(code);
    return card ? [{ card, phones }] : [];
  });
}
