/** Looks at the run twice a second: what is overdue in the database and for how long, and whether the machine stood still. */
import { setTimeout as pause } from 'node:timers/promises';
import { openPool } from '../../src/db.ts';

export interface Watch {
  /** Does `work` while something is away that everybody needs; what comes late in that time is nobody's fault. */
  without<T>(work: () => Promise<T>): Promise<T>;
  /** The longest that anything of a call, or of a page, was seen overdue between two instants (epoch ms), with what it was. */
  longest(of: 'call' | 'page', from: number, to: number): { seconds: number; what: string };
  /** Seconds since an instant in which this machine ran: those in which nothing on it moved are left out. */
  secondsSince(at: number): number;
  /** How long nothing moved between two instants. */
  stoodStillMs(from: number, to: number): number;
  /** How long after an instant something was away that everybody needs, until `to`. */
  awayMs(from: number, to: number): number;
  close(): Promise<void>;
}

interface Span {
  from: number;
  to: number;
}

const lookMs = 500;
const pulseMs = 250;
/** Later than this no timer comes while the machine runs at all. */
const stillMs = 2000;

/** By the database's clock. One that is done is gone; one that is put off is another one. */
const overdue = `
  select 'call ' || status as what, id || due_at as key from urgent_call where due_at < clock_timestamp() and status <> 'closed'
  union all
  select 'call ' || kind, id || due_at from effect where status = 'pending' and due_at < clock_timestamp()
  union all
  select 'call under way: ' || kind, id || attempts from effect where status = 'performing'
  union all
  select 'page to be made', id || due_at from release_page where status = 'pending' and due_at < clock_timestamp()
  union all
  select 'page ' || status, id || due_at from fax where due_at < clock_timestamp()
  union all
  select 'page received', id || due_at from received_fax where due_at < clock_timestamp()`;

export function startWatch(url: string): Watch {
  const db = openPool(url, { max: 1, applicationName: 'kamome-watch', statementTimeoutMs: 5000 });
  db.on('error', () => undefined);
  const gaps: Span[] = [];
  const stills: Span[] = [];
  const late: { at: number; ms: number; what: string }[] = [];
  const known = new Map<string, number>();
  let isOver = false;

  const isAway = (): boolean => gaps.some(({ to }) => to === Number.POSITIVE_INFINITY);
  async function look(): Promise<void> {
    const { rows } = await db.query<{ what: string; key: string }>(overdue);
    const at = Date.now();
    const still = new Set(rows.map(({ key }) => key));
    for (const key of known.keys()) if (!still.has(key)) known.delete(key);
    for (const { what, key } of rows) {
      const first = known.get(key) ?? at;
      known.set(key, first);
      const ms = at - first - within(stills, first, at);
      if (ms > 1000) late.push({ at, ms, what });
    }
  }
  const looking = (async () => {
    while (!isOver) {
      if (isAway()) known.clear();
      else await look().catch(() => known.clear());
      await pause(lookMs);
    }
  })();
  let pulse = Date.now();
  const heart = setInterval(() => {
    const to = Date.now();
    if (to - pulse > stillMs) stills.push({ from: pulse, to });
    pulse = to;
  }, pulseMs);
  return {
    async without(work) {
      const gap = { from: Date.now(), to: Number.POSITIVE_INFINITY };
      gaps.push(gap);
      try {
        return await work();
      } finally {
        gap.to = Date.now();
      }
    },
    longest(of, from, to) {
      const own = late.filter(({ at, what }) => at >= from && at <= to && what.startsWith(of));
      const worst = own.sort((a, b) => b.ms - a.ms)[0];
      return { seconds: Math.round((worst?.ms ?? 0) / 100) / 10, what: worst?.what ?? '' };
    },
    secondsSince: (at) => (Date.now() - at - within(stills, at, Date.now())) / 1000,
    stoodStillMs: (from, to) => within(stills, from, to),
    awayMs: (from, to) => within(gaps, from, to),
    async close() {
      isOver = true;
      clearInterval(heart);
      await looking;
      await db.end();
    },
  };
}

const within = (spans: readonly Span[], from: number, to: number): number =>
  spans.reduce((sum, span) => sum + Math.max(0, Math.min(to, span.to) - Math.max(from, span.from)), 0);
