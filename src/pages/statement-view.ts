/** 開示明細書: everything that was given out of a patient's record, and every look at it, on paper. Pure. */
import { formatEra } from '../lib/eras.ts';
import { formatLocal, localDate } from '../lib/japan-time.ts';
import { formatNational } from '../lib/phone.ts';
import type { Field } from './rows.ts';
import { field } from './rows.ts';
import type { BothWords, Words } from './words.ts';

/** One release or one look. */
export interface StatementLine {
  at: Date;
  kind: 'viewed' | 'disclosed';
  who: string | null;
  facility: string | null;
  relation: string | null;
  isBreakGlass: boolean;
  reason: string | null;
  form: string | null;
  screen: string | null;
  /** Last four digits of the registered fax or telephone. */
  destination: string | null;
  version: number | null;
  outcome: string | null;
}

export interface Statement {
  associationName: string;
  hubPhone: string;
  patientCode: string;
  /** null: whoever made it may not read patients. */
  patientName: string | null;
  madeBy: string;
  at: Date;
  /** Newest first. */
  lines: readonly StatementLine[];
  /** There are older ones that did not fit. */
  isCut: boolean;
  /** The last seal of the log that this was taken from; null: nothing was sealed yet. */
  seal: { treeSize: number; root: string; sealedAt: Date } | null;
}

export interface StatementView {
  title: string;
  english: string;
  fields: Field[];
  heads: string[];
  rows: string[][];
  notes: string[];
  footer: string[];
}

export function statementView(statement: Statement, { ja, en }: BothWords): StatementView {
  const said = (key: string, values = {}) => ja.say(`statement.${key}`, values);
  const { lines, seal, patientName, associationName: name } = statement;
  const released = lines.filter(({ kind }) => kind === 'disclosed').length;
  return {
    title: said('title'),
    english: en.say('statement.title'),
    fields: [
      field(said('patient'), [statement.patientCode, patientName].filter(Boolean).join('　')),
      field(said('made'), `${formatLocal(statement.at)}（${formatEra(localDate(statement.at))}）　${statement.madeBy}`),
      field(said('counts'), said('count', { released, viewed: lines.length - released })),
    ],
    heads: ['when', 'who', 'why', 'where', 'version'].map((key) => said(`head.${key}`)),
    rows: lines.map((line) => rowOf(line, ja)),
    notes: [
      ...(lines.length === 0 ? [said('nothing')] : []),
      ...(statement.isCut ? [said('cut', { count: lines.length })] : []),
      seal
        ? said('seal', { size: seal.treeSize, root: grouped(seal.root), at: formatLocal(seal.sealedAt) })
        : said('unsealed'),
    ],
    footer: [ja.say('letter.hub', { name, phone: formatNational(statement.hubPhone) })],
  };
}

function rowOf(line: StatementLine, words: Words): string[] {
  const said = (key: string, values = {}) => words.say(`statement.${key}`, values);
  // A word that is not in the catalogue yet must not keep a patient from his statement.
  const told = (group: string, value: string | null): string | null =>
    value !== null && words.keys.includes(`statement.${group}.${value}`) ? said(`${group}.${value}`) : value;
  const { kind, who, facility, relation, reason, form, screen, destination, version, outcome, isBreakGlass } = line;
  const why = [
    kind === 'viewed' ? said('viewed') : said('disclosed'),
    told('reason', reason),
    told('form', form),
    told('screen', screen),
    isBreakGlass && said('break_glass'),
  ];
  const where = [destination && said('to', { digits: destination }), told('outcome', outcome)];
  return [
    formatLocal(line.at),
    [who ?? said('nobody'), facility, told('relation', relation)].filter(Boolean).join(' '),
    why.filter(Boolean).join('・'),
    where.filter(Boolean).join(' ') || said('hub'),
    version === null ? '' : String(version),
  ];
}

/** Hexadecimal as a person can compare it. */
export const grouped = (hex: string): string => hex.match(/.{1,8}/g)?.join(' ') ?? hex;
