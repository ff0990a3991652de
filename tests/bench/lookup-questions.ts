/** What a gateway and a desk look up, on a filled town: the product's own actions, and how PostgreSQL goes about them. */
import type pg from 'pg';
import type { Context } from '../../src/context.ts';
import { patientByCard } from '../../src/directory/actions.ts';
import { openCaseOf } from '../../src/escalations/store.ts';
import { searchPatients } from '../../src/patients/actions.ts';
import type { SearchKey } from '../../src/patients/search-tokens.ts';
import { chanceOf } from './figures.ts';
import { crowdIds, growing } from './lookup-fill.ts';
import { birthOf, births, families, givens } from './lookup-names.ts';
import { openOne } from './scale.ts';
import type { BenchTown } from './town.ts';

export interface LookupPlace {
  ctx: Context;
  town: BenchTown;
  key: SearchKey;
  patients: number;
  withTokens: number;
  /** Look-up indexes of cards anywhere in the crowd. */
  cards: Buffer[];
}

export interface Question {
  id: string;
  name: string;
  /** Answers at most a page; from all over the crowd, so that no two turns read the same rows. @throws when nothing is found. */
  ask(place: LookupPlace, turn: number): Promise<number | undefined>;
}

/** Of cards all over the crowd, without reading the others. */
export async function cardIndexes(db: pg.Pool, patients: number, count: number): Promise<Buffer[]> {
  const { rows } = await db.query<{ lookup_index: Buffer }>(
    `select card.lookup_index
    from generate_series(1, $1::bigint, greatest(1, $1::bigint / $2)) as n
    join card on card.id = ${crowdIds.card('n')}
    order by md5(card.id)`,
    [patients, count],
  );
  return rows.map(({ lookup_index }) => lookup_index);
}

const pageSize = 21;
const pick = <T>(list: readonly T[], turn: number, salt: number): T =>
  list[Math.floor(chanceOf(turn * 31 + salt)() * list.length)]!;

async function search(
  place: LookupPlace,
  words: Parameters<typeof searchPatients>[2],
  mayBeNone = false,
): Promise<undefined> {
  const ctx = { db: place.ctx.db, searchKey: place.key.bytes };
  const found = await searchPatients(ctx, place.key.associationId, { ...words, limit: pageSize });
  if ('refused' in found) throw new Error(`a search of the bench is refused: ${found.refused}`);
  if (found.patients.length === 0 && !mayBeNone) throw new Error('a search of the bench finds nobody');
}

export const questions: readonly Question[] = [
  {
    ...{ id: 'card', name: 'card look-up' },
    async ask({ ctx, town, cards }, turn) {
      if (!(await patientByCard(ctx.db, town.associationId, cards[turn % cards.length]!)))
        throw new Error('a card of the bench is not known');
      return undefined;
    },
  },
  {
    // Nobody's: looked for among the open cases, whatever has been closed.
    ...{ id: 'caller', name: 'caller-number look-up' },
    async ask({ ctx, town, patients }, turn) {
      const e164 = `+8190${String(1 + ((turn * 7919) % Math.ceil(patients / 10))).padStart(8, '0')}`;
      const { associationId, areaIds } = town;
      await openCaseOf(ctx.db, { associationId, patientId: null, areaId: areaIds[0]!, e164, kind: 'area' });
      return undefined;
    },
  },
  {
    ...{ id: 'opening', name: 'card look-up and opening of a case' },
    ask: openOne,
  },
  {
    ...{ id: 'kanaFrequent', name: 'search: two kana of a frequent name' },
    ask: (place, turn) => search(place, { kana: families[turn % 5]!.slice(0, 2) }),
  },
  {
    ...{ id: 'kanaWhole', name: 'search: a whole name' },
    ask: (place, turn) => search(place, { kana: `${pick(families, turn, 1)} ${pick(givens, turn, 2)}` }, true),
  },
  {
    ...{ id: 'kanaAndBirth', name: 'search: two kana and a birth date' },
    ask: (place, turn) =>
      search(
        place,
        { kana: families[turn % 5]!.slice(0, 2), birth: birthOf(1 + ((turn * 13) % (births.days - 1))) },
        true,
      ),
  },
  {
    ...{ id: 'birth', name: 'search: a birth date' },
    ask: (place, turn) => search(place, { birth: birthOf(1 + ((turn * 17) % (births.days - 1))) }, true),
  },
  {
    ...{ id: 'phoneEnd', name: 'search: the last four digits of a telephone' },
    ask: (place, turn) => search(place, { phone: String((turn * 37) % 10_000).padStart(4, '0') }, true),
  },
  {
    ...{ id: 'code', name: 'search: the hub’s own number' },
    ask: (place, turn) => search(place, { code: `P${String(1 + ((turn * 7919) % place.patients)).padStart(8, '0')}` }),
  },
];

// ------------------------------------------------------------------------------------------------------------------ plans

interface Node {
  'Node Type': string;
  'Relation Name'?: string;
  'Index Name'?: string;
  Plans?: Node[];
}

/**
 * Asks a question once and has each of its statements explained: by which indexes.
 * @throws when one of them reads a table that grows with the patients as a whole; ask a large town, for a small table is best read so.
 */
export async function plansOf(place: LookupPlace, { id, ask }: Question): Promise<string[]> {
  const db = place.ctx.db as pg.Pool;
  const { pool, statements } = listening(db);
  await ask({ ...place, ctx: { ...place.ctx, db: pool } }, 3);
  const ways = new Set<string>();
  for (const { text, values } of statements) {
    if (!/^\s*(select|with|insert|update|delete)\b/i.test(text)) continue;
    const { rows } = await db.query<{ 'QUERY PLAN': [{ Plan: Node }] }>(`explain (format json) ${text}`, values);
    for (const node of nodesOf(rows[0]!['QUERY PLAN'][0].Plan)) {
      const relation = node['Relation Name'];
      if (node['Node Type'] === 'Seq Scan' && (growing as readonly (string | undefined)[]).includes(relation))
        throw new Error(`${id} reads all of ${relation}: ${text.replace(/\s+/g, ' ')}`);
      if (node['Index Name']) ways.add(`${node['Node Type']} ${node['Index Name']}`);
    }
  }
  return [...ways].sort();
}

const nodesOf = (node: Node): Node[] => [node, ...(node.Plans ?? []).flatMap(nodesOf)];

interface Statement {
  text: string;
  values: unknown[];
}

/** The same pool, with everything noted that is asked through it, inside transactions too. */
function listening(db: pg.Pool): { pool: pg.Pool; statements: Statement[] } {
  const statements: Statement[] = [];
  const heard = <T extends object>(target: T): T =>
    new Proxy(target, {
      get(of, name) {
        const value: unknown = Reflect.get(of, name, of);
        if (typeof value !== 'function') return value;
        if (name === 'connect') return async () => heard((await value.call(of)) as object);
        if (name !== 'query') return value.bind(of);
        return (question: string | Statement, ...more: unknown[]) => {
          const [values = []] = more as [unknown[]?];
          statements.push(typeof question === 'string' ? { text: question, values } : question);
          return value.call(of, question, ...more);
        };
      },
    });
  return { pool: heard(db), statements };
}
