/** What happened, from three sides: the exchange's own records, the case's log in the database, and the gateway's log. */
import { createReadStream } from 'node:fs';
import readline from 'node:readline';
import type pg from 'pg';
import { control } from './system.ts';

/** A call as the exchange shows it; instants in milliseconds since 1970. */
export interface CallRecord {
  id: string;
  direction: string;
  phone: string;
  createdAt: number;
  endedAt: number | null;
  endedBy: string | null;
  state: string;
  longestSilenceSeconds: number;
  transcript: { at: number; kind: string; text: string }[];
}

/** One entry of a case's log. */
export interface Entry {
  caseId: string;
  seq: number;
  at: Date;
  kind: string;
  data: Record<string, unknown>;
}

export interface Records {
  calls: Map<string, CallRecord>;
  /** Of each case, in order. */
  cases: Map<string, Entry[]>;
  /** Carrier's call by leg. */
  callOfLeg: Map<string, string>;
  /** When a caller's card was derived, by carrier's call. */
  derivedAt: Map<string, number>;
  /** How long the derivation took with its wait for a place, in milliseconds. */
  derivationMs: number[];
  /** Errors in the gateway's log, by event. */
  faults: Record<string, number>;
}

export async function readRecords(db: pg.Pool, exchangeUrl: string, gatewayLog: string): Promise<Records> {
  const views = (await control(exchangeUrl, 'GET', '/exchange/calls?limit=100000')) as View[];
  const entries = await db.query<Entry>(
    `select chain_id as "caseId", seq, at, kind, data from audit_entry order by chain_id, seq`,
  );
  const legs = await db.query<{ id: string; call_sid: string }>(
    'select id, call_sid from leg where call_sid is not null',
  );
  return {
    calls: new Map(views.map((view) => [view.id, recordOf(view)])),
    cases: byCase(entries.rows),
    callOfLeg: new Map(legs.rows.map((leg) => [leg.id, leg.call_sid])),
    ...(await readLog(gatewayLog)),
  };
}

function byCase(entries: readonly Entry[]): Map<string, Entry[]> {
  const cases = new Map<string, Entry[]>();
  for (const entry of entries) {
    const known = cases.get(entry.caseId);
    if (known) known.push(entry);
    else cases.set(entry.caseId, [entry]);
  }
  return cases;
}

/** The same records with only the cases opened in a span (milliseconds since 1970). */
export function openedBetween(records: Records, from: number, to: number): Records {
  const isWithin = ([first]: Entry[]): boolean => !!first && first.at.getTime() >= from && first.at.getTime() < to;
  return { ...records, cases: new Map([...records.cases].filter(([, entries]) => isWithin(entries))) };
}

interface View extends Omit<CallRecord, 'createdAt' | 'endedAt' | 'transcript'> {
  createdAt: string;
  endedAt: string | null;
  transcript: { at: string; kind: string; text: string }[];
}

const recordOf = (view: View): CallRecord => ({
  ...view,
  createdAt: Date.parse(view.createdAt),
  endedAt: view.endedAt === null ? null : Date.parse(view.endedAt),
  transcript: view.transcript.map((line) => ({ ...line, at: Date.parse(line.at) })),
});

async function readLog(file: string): Promise<Pick<Records, 'derivedAt' | 'derivationMs' | 'faults'>> {
  const derivedAt = new Map<string, number>();
  const derivationMs: number[] = [];
  const faults: Record<string, number> = {};
  for await (const line of readline.createInterface({ input: createReadStream(file) })) {
    const said = parsed(line);
    if (!said) continue;
    if (said.event === 'card_derived') {
      derivedAt.set(String(said.callSid), Date.parse(String(said.at)));
      derivationMs.push(Number(said.ms));
    }
    if (said.level === 'warn' || said.level === 'error')
      faults[String(said.event)] = (faults[String(said.event)] ?? 0) + 1;
  }
  return { derivedAt, derivationMs, faults };
}

function parsed(line: string): Record<string, unknown> | null {
  try {
    return JSON.parse(line) as Record<string, unknown>;
  } catch {
    return null; // the last line of a process that was ended may be half written
  }
}
