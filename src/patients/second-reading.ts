/**
 * The second reading at the desk: another person types name, birth date and phones again from the paper, without seeing what the
 * first typed, and looks at allergies and resuscitation beside the paper, because those are choices that he would only copy.
 */
import { inTransaction } from '../db.ts';
import { readDate } from '../lib/eras.ts';
import { toKatakana } from '../lib/kana.ts';
import { parsePhone } from '../lib/phone.ts';
import type { SealedContent } from '../records/record.ts';
import type { HubPatients } from './actions.ts';
import type { CriticalKey } from './life.ts';
import type { Done } from './life-actions.ts';
import { noteView } from './view-actions.ts';

/** What the second reader typed without seeing the first, and what he looked at. Fields that need no reading are left out. */
export interface SecondTyping {
  nameKana?: string;
  name?: string;
  birth?: string;
  /** All phones of the patient and of the people to be called, in any order. */
  phones?: readonly string[];
  /** Compared with the paper and found to agree. */
  agrees: readonly CriticalKey[];
}

const plain = (text: string): string => text.replace(/\s/gu, '');

/** Of the fields that wait for a second reading, those that do not agree. Pure. */
export function differing(content: SealedContent, toCheck: readonly CriticalKey[], typed: SecondTyping): CriticalKey[] {
  const { registration } = content;
  const agrees: Record<CriticalKey, () => boolean> = {
    name: () => {
      const { name, nameKana } = registration;
      const kana = toKatakana(typed.nameKana ?? '');
      const isKana = kana !== null && plain(kana) === `${nameKana.family}${nameKana.given}`;
      return isKana && (name === null || plain(typed.name ?? '') === `${name.family}${name.given}`);
    },
    birth: () => {
      const read = readDate(typed.birth ?? '');
      return read.status === 'read' && read.date === registration.birth;
    },
    phone: () => {
      const wanted = phonesOf(content);
      const given = new Set((typed.phones ?? []).map(e164Of));
      return wanted.size === given.size && [...wanted].every((phone) => given.has(phone));
    },
    allergy: () => typed.agrees.includes('allergy'),
    dnar: () => typed.agrees.includes('dnar'),
  };
  return toCheck.filter((key) => !agrees[key]());
}

const e164Of = (written: string): string => {
  const parsed = parsePhone(written);
  return 'e164' in parsed ? parsed.e164 : written;
};

/** Every phone that a second reader types. */
export const phonesOf = ({ registration, record }: SealedContent): Set<string> =>
  new Set([...registration.tel.map(({ e164 }) => e164), ...record.contacts.flatMap(({ phones }) => phones)]);

export interface SecondReading extends Done {
  patientId: string;
  version: number;
  screen: 'second_reading' | 'form';
}

/** Somebody opens a record to read it a second time or to change it: written to the log before he sees any of it. */
export async function noteReading(ctx: Pick<HubPatients, 'db' | 'clock'>, reading: SecondReading): Promise<void> {
  await inTransaction(ctx.db, (tx) => noteView(tx, ctx, reading));
}
