/** The figures, read off the records. Each function names what it measures and where its two instants come from. */
import type pg from 'pg';
import type { CallRecord, Entry, Records } from './records.ts';

/** Last key of the card, as the exchange took it → the first leg's creation at the exchange. */
export function firstLegs(records: Records): { total: number[]; afterCard: number[] } {
  const total: number[] = [];
  const afterCard: number[] = [];
  for (const entries of records.cases.values()) {
    const caller = callerOf(records, entries);
    const keyedAt = caller?.transcript.findLast((line) => line.kind === 'keyed' && line.text.length === 12)?.at;
    const first = entries.find((entry) => entry.kind === 'leg_requested');
    const leg = first && legOf(records, first);
    if (!caller || keyedAt === undefined || !leg) continue;
    total.push(leg.createdAt - keyedAt);
    const derivedAt = records.derivedAt.get(caller.id);
    if (derivedAt !== undefined) afterCard.push(leg.createdAt - derivedAt);
  }
  return { total, afterCard };
}

/**
 * A doctor's phone was engaged (its end at the exchange), or its owner pressed 2 (the key at the exchange) → the creation of
 * the next leg that the case asked for because of it.
 */
export function nextLegs(records: Records): number[] {
  const found: number[] = [];
  for (const entries of records.cases.values()) {
    entries.forEach((entry, place) => {
      if (entry.kind !== 'leg_ended' || entries[place + 1]?.kind !== 'next_brought_forward') return;
      const failedAt = failureOf(entry, legOf(records, entry));
      const next = entries.slice(place).find((later) => later.kind === 'leg_requested' && later.data.ring === 1);
      const leg = next && legOf(records, next);
      if (failedAt !== null && leg && leg.createdAt >= failedAt) found.push(leg.createdAt - failedAt);
    });
  }
  return found;
}

function failureOf({ data }: Entry, call: CallRecord | undefined): number | null {
  if (data.outcome === 'busy') return call?.endedAt ?? null;
  if (data.outcome === 'declined')
    return call?.transcript.find((line) => line.kind === 'keyed' && line.text === '2')?.at ?? null;
  return null;
}

/**
 * The accepting key at the exchange → the first sentence of the TwiML that joins (the record page, and its <Dial><Conference> follow).
 * `others`: accepting doctors who heard something else, for example because the case had ended meanwhile.
 */
export function joins(records: Records): { times: number[]; others: number } {
  const times: number[] = [];
  let others = 0;
  for (const entries of records.cases.values()) {
    for (const entry of entries) {
      if (entry.kind !== 'accepted' || entry.data.role !== 'doctor') continue;
      const lines = legOf(records, entry)?.transcript ?? [];
      const keyed = lines.findIndex((line) => line.kind === 'keyed' && line.text === '1');
      const said = lines.slice(keyed + 1).find((line) => line.kind === 'said');
      if (keyed >= 0 && said && /おつなぎします|ありがとうございます|記録|封緘票/.test(said.text))
        times.push(said.at - lines[keyed]!.at);
      else others++;
    }
  }
  return { times, others };
}

/**
 * Two calls of ours to one phone at once, or to one doctor for two cases, by the exchange's own times; and calls of ours that
 * no case knows of.
 * @returns a line about each, with opaque ids only.
 */
export function doubleRings(records: Records): string[] {
  const legs = [...records.cases.values()].flatMap((entries) =>
    entries.flatMap((entry) => {
      const call = entry.kind === 'leg_requested' ? legOf(records, entry) : undefined;
      return call ? [{ call, caseId: entry.caseId, subject: String(entry.data.subjectId) }] : [];
    }),
  );
  const known = new Set(legs.map((leg) => leg.call.id));
  // Not those that our static fallback dials by itself (`outbound-dial`): they are counted among the faults.
  const strangers = [...records.calls.values()].filter(
    (call) => call.direction === 'outbound-api' && !known.has(call.id),
  );
  const found = strangers.map((call) => `no case knows of ${shown(call)}`);
  legs.forEach((one, place) => {
    for (const other of legs.slice(place + 1)) {
      if (one.call.createdAt >= endOf(other.call) || other.call.createdAt >= endOf(one.call)) continue;
      const isOneDoctor = one.subject === other.subject && one.caseId !== other.caseId;
      if (one.call.phone !== other.call.phone && !isOneDoctor) continue;
      const what = one.call.phone === other.call.phone ? 'phone' : 'doctor';
      found.push(`one ${what}: ${shown(one.call)} of ${one.caseId}, ${shown(other.call)} of ${other.caseId}`);
    }
  });
  return found;
}

const endOf = (call: CallRecord): number => call.endedAt ?? Number.POSITIVE_INFINITY;
const shown = ({ id, createdAt, endedAt, state, endedBy }: CallRecord): string => {
  const times = [createdAt, endedAt].map((at) => (at === null ? '' : new Date(at).toISOString().slice(11, 23)));
  return `${id} (${times.join(' to ')}, ${state} by ${endedBy})`;
};

/** Callers who heard nobody and nothing for more than 20 s, by the exchange's own measure of silence. */
export const silentCallers = (records: Records): number =>
  [...records.calls.values()].filter((call) => call.direction === 'inbound' && call.longestSilenceSeconds > 20).length;

/** Admissions beyond the beds that a hospital had, and counts that do not fit the admissions. */
export async function doubleBeds(db: pg.Pool, bedsPerHospital: number): Promise<{ double: number; admitted: number }> {
  const found = await db.query<{ admitted: number; left: number }>(
    `select count(*) filter (where bed_hold.status = 'admitted')::int as admitted, max(bed_offer.free_count) as left
    from bed_offer
    left join bed_hold using (hospital_id, bed_type)
    group by bed_offer.hospital_id, bed_offer.bed_type`,
  );
  let double = 0;
  for (const { admitted, left } of found.rows) double += Math.abs(bedsPerHospital - admitted - left);
  return { double, admitted: found.rows.reduce((sum, row) => sum + row.admitted, 0) };
}

function callerOf(records: Records, entries: readonly Entry[]): CallRecord | undefined {
  const opened = entries[0];
  const caller = opened?.kind === 'case_opened' ? (opened.data.caller as { callId?: string }) : null;
  return caller?.callId === undefined ? undefined : records.calls.get(caller.callId);
}

const legOf = (records: Records, entry: Entry): CallRecord | undefined =>
  records.calls.get(records.callOfLeg.get(String(entry.data.legId)) ?? '');
