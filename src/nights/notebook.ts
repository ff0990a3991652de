/**
 * The database of a night, in memory: it answers the very statements that the stores send, one by one, with transactions, savepoints
 * and the constraints that the rules rely on. Each statement is known by its text; one that has changed since it was learnt here is
 * refused, so that the notebook cannot drift from the SQL unseen. What PostgreSQL itself does is proved elsewhere (tests/proofs).
 */
import { createHash } from 'node:crypto';
import type pg from 'pg';

export type Row = Record<string, unknown>;
export type Answer = readonly object[] | number;
/** What a statement does with its values; a number is a count of rows without content. */
export type Run = (values: Values) => Answer;
/** As the stores send them: each lesson knows what stands at which place. */
type Values = readonly [...Many, ...Many, ...Many, ...Many, ...Many];
type Many = readonly [never, never, never, never];

/** Statements by name (`*`: any end), or by words that only they hold when they have none. */
export interface Lesson {
  /** Of every text under which it may come (a statement put together from parts has several). */
  prints: string | readonly string[];
  run: Run;
}
export type Lessons = Readonly<Record<string, Lesson>>;

/** Rows by key, undone with the transaction. Rows are replaced, never changed. */
export class Table<R extends object> {
  readonly rows = new Map<string, R>();
  private readonly journal: Journal;
  private readonly index: ((row: R) => string | null) | null;
  private readonly byIndex = new Map<string, Map<string, R>>();

  constructor(journal: Journal, index: ((row: R) => string | null) | null = null) {
    this.journal = journal;
    this.index = index;
  }

  get(key: string): R | undefined {
    return this.rows.get(key);
  }
  has(key: string): boolean {
    return this.rows.has(key);
  }
  put(key: string, row: R): void {
    const before = this.rows.get(key);
    this.journal.note(() => this.set(key, before));
    this.set(key, row);
  }
  change(key: string, change: Partial<R>): void {
    const before = this.rows.get(key);
    if (before) this.put(key, { ...before, ...change });
  }
  remove(key: string): void {
    const before = this.rows.get(key);
    if (!before) return;
    this.journal.note(() => this.set(key, before));
    this.set(key, undefined);
  }
  /** Rows under this value of the index, in no order. */
  under(value: string): Iterable<R> {
    return this.byIndex.get(value)?.values() ?? [];
  }

  private set(key: string, row: R | undefined): void {
    const before = this.rows.get(key);
    if (row === undefined) this.rows.delete(key);
    else this.rows.set(key, row);
    if (!this.index) return;
    const old = before && this.index(before);
    const now = row && this.index(row);
    if (old != null && old !== now) this.byIndex.get(old)?.delete(key);
    if (now != null && row) {
      const found = this.byIndex.get(now) ?? new Map<string, R>();
      this.byIndex.set(now, found.set(key, row));
    }
  }
}

/** One transaction after the other; whoever comes meanwhile may read, and waits before he writes. */
export class Journal {
  private undo: (() => void)[] | null = null;
  private mark = 0;
  private waiting: (() => void)[] = [];
  private isReading = false;

  note(back: () => void): void {
    if (this.isReading) throw new MustWait();
    this.undo?.push(back);
  }
  get isOpen(): boolean {
    return this.undo !== null;
  }
  begin(): void {
    this.undo = [];
    this.mark = 0;
  }
  savepoint(): void {
    this.mark = this.undo?.length ?? 0;
  }
  backToSavepoint(): void {
    this.backTo(this.mark);
  }
  end(isKept: boolean): void {
    if (!isKept) this.backTo(0);
    this.undo = null;
    this.waiting.shift()?.();
  }
  /** Runs what must not write: beside somebody else's transaction. @throws MustWait before the first change. */
  reading<T>(work: () => T): T {
    this.isReading = true;
    try {
      return work();
    } finally {
      this.isReading = false;
    }
  }
  /** Until no transaction is open. */
  async turn(): Promise<void> {
    while (this.isOpen) await new Promise<void>((resolve) => this.waiting.push(resolve));
  }
  private backTo(length: number): void {
    while (this.undo && this.undo.length > length) this.undo.pop()?.();
  }
}

class MustWait extends Error {}

/** A constraint of the schema refused it, as PostgreSQL would say. */
export function violated(constraint: string): Error {
  return Object.assign(new Error(`duplicate key value violates unique constraint "${constraint}"`), { code: '23505' });
}

export const printOf = (text: string): string =>
  createHash('sha256').update(text.replace(/\s+/g, ' ').trim()).digest('hex').slice(0, 8);

const control: Readonly<Record<string, (journal: Journal) => void>> = {
  begin: (journal) => journal.begin(),
  commit: (journal) => journal.end(true),
  rollback: (journal) => journal.isOpen && journal.end(false),
  'savepoint reservation': (journal) => journal.savepoint(),
  'rollback to savepoint reservation': (journal) => journal.backToSavepoint(),
};

type Query = string | { name?: string; text: string; values?: unknown[] };

export function createNotebook(journal: Journal, lessons: Lessons) {
  const learnt = new Map<string, Run>();

  function lessonFor(name: string | undefined, text: string): Run {
    const words = text.replace(/\s+/g, ' ').trim();
    const key = name
      ? Object.keys(lessons).find(
          (label) => name === label || (label.endsWith('*') && name.startsWith(label.slice(0, -1))),
        )
      : Object.keys(lessons).find((label) => label.includes(' ') && words.includes(label));
    const lesson = key === undefined ? undefined : lessons[key];
    const print = printOf(text);
    if (!lesson)
      throw new Error(`the notebook of the nights has not learnt this statement (${print}): ${name ?? ''} ${words}`);
    if (![lesson.prints].flat().includes(print))
      throw new Error(
        `"${key}" is another statement than the one the notebook learnt: look at it again, then write down ${print}`,
      );
    return lesson.run;
  }

  function run(query: Query, values: unknown[]) {
    const text = typeof query === 'string' ? query : query.text;
    const command = control[text];
    if (command) {
      command(journal);
      return { rows: [], rowCount: 0, command: text.toUpperCase() };
    }
    let lesson = learnt.get(text);
    if (!lesson) {
      lesson = lessonFor(typeof query === 'string' ? undefined : query.name, text);
      learnt.set(text, lesson);
    }
    const given = typeof query === 'string' ? values : (query.values ?? []);
    const answer = lesson(given as unknown as Values);
    return typeof answer === 'number' ? { rows: [], rowCount: answer } : { rows: answer, rowCount: answer.length };
  }

  /** A statement that is a transaction by itself. */
  async function alone(query: Query, values: unknown[]) {
    if (journal.isOpen) {
      try {
        return journal.reading(() => run(query, values));
      } catch (error) {
        if (!(error instanceof MustWait)) throw error;
        while (journal.isOpen) await journal.turn();
      }
    }
    journal.begin();
    let isKept = false;
    try {
      const answer = run(query, values);
      isKept = true;
      return answer;
    } finally {
      journal.end(isKept);
    }
  }

  /** @param mayRun false: the process is dead, and whatever it still sends is not heard. */
  function connect(mayRun: () => boolean): pg.Pool {
    const gone = () => Promise.reject(new Error('the connection is gone'));
    const open = () => {
      let isInside = false;
      let last: Promise<unknown> = Promise.resolve();
      const send = async (text: Query, values: unknown[]): Promise<unknown> => {
        if (!mayRun()) {
          // A connection that breaks takes its transaction back.
          if (isInside) journal.end(false);
          isInside = false;
          return gone();
        }
        if (text === 'begin') {
          while (journal.isOpen) await journal.turn(); // whoever waits beside him may have begun meanwhile
          isInside = true;
        } else if (!isInside && text !== 'rollback') throw new Error('a statement outside of its transaction');
        const ends = text === 'commit' || text === 'rollback';
        if (ends && !isInside) return { rows: [], rowCount: 0 };
        if (ends) isInside = false;
        return run(text, values);
      };
      // Statements travel together, and are answered in their order.
      const query = (text: Query, values: unknown[] = []): Promise<unknown> => {
        const sent = last.then(() => send(text, values));
        last = sent.catch(() => undefined);
        return sent;
      };
      return { query, on: () => undefined, off: () => undefined, release: () => undefined };
    };
    const query = (text: Query, values: unknown[] = []) => (mayRun() ? alone(text, values) : gone());
    return { query, connect: () => Promise.resolve(open()) } as unknown as pg.Pool;
  }

  return { connect };
}
