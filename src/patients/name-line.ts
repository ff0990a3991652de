/**
 * 氏名行: what a list shows of a patient, under a key that comes from the search key. Opening a record takes the hub's private
 * key, some milliseconds each; this takes some microseconds. Whoever holds the search key could try all names and birth dates
 * against the tokens anyway (docs/decisions/0008-name-lines.md).
 */
import { hkdfSync } from 'node:crypto';
import type { Random } from '../embedded/secrets.ts';
import type { LocalDate } from '../lib/japan-time.ts';
import type { SealedContent } from '../records/record.ts';
import { openFromTransit, sealForTransit } from '../vault/vault.ts';
import { printedKana, printedName } from './registration.ts';
import type { SearchKey } from './search-tokens.ts';

export interface NameLine {
  /** Family and given name, a full-width space between; the kana where the name is still missing. */
  name: string;
  kana: string;
  birth: LocalDate;
}

export const nameLineOf = ({ registration }: SealedContent): NameLine => ({
  name: printedName(registration),
  kana: printedKana(registration),
  birth: registration.birth,
});

export function sealNameLine(key: SearchKey, patientId: string, line: NameLine, random: Random): Buffer {
  const text = JSON.stringify([line.name, line.kana, line.birth]);
  return sealForTransit(Buffer.from(text), lineKey(key), lineOf(patientId), random);
}

/** @throws VaultError when it was altered, is another patient's, or was sealed under another search key. */
export function openNameLine(key: SearchKey, patientId: string, sealed: Buffer): NameLine {
  const text = openFromTransit(sealed, lineKey(key), lineOf(patientId)).toString();
  const [name, kana, birth] = JSON.parse(text) as [string, string, LocalDate];
  return { name, kana, birth };
}

const lineOf = (patientId: string): string => `name line:${patientId}`;

function lineKey({ bytes, associationId }: SearchKey): Buffer {
  if (bytes.length < 32) throw new RangeError('the search key has at least 32 bytes');
  return Buffer.from(hkdfSync('sha256', bytes, associationId, 'kamome name line 1', 32));
}
