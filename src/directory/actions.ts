import type pg from 'pg';
import type { Clock } from '../lib/clock.ts';
import * as store from './store.ts';

export type Association = store.AssociationRow;
export {
  allDialledNumbers,
  allFaxMachines,
  allPhones,
  associationById,
  associations,
  bedWish,
  dialledAssociations,
  type FaxOwner,
  faxOwners,
  memberDoctor,
  type PhoneKind,
  patientByCard,
  phonesById,
  printedNames,
  spokenName,
  spokenNames,
  standbyNumbers,
} from './store.ts';

/** The association that an operator means: the one with this code, or the only one when he names none. */
export async function associationMeant(
  db: pg.Pool,
  code: string | undefined,
): Promise<Awaited<ReturnType<typeof store.associations>>[number] | undefined> {
  const all = await store.associations(db);
  return code === undefined && all.length === 1 ? all[0] : all.find((one) => one.code === code);
}

/** A changed list is heard of within this time; a caller's every key press need not ask again. */
const rememberSeconds = 5;

/** The association behind a dialled number, remembered for a few seconds: it is asked with every key press. */
export function createNumberBook(db: pg.Pool, clock: Clock): (e164: string) => Promise<Association | null> {
  const known = new Map<string, { association: Association | null; until: number }>();
  return async (e164) => {
    const now = clock.now().getTime();
    const remembered = known.get(e164);
    if (remembered && remembered.until > now) return remembered.association;
    const association = await store.associationByNumber(db, e164);
    if (known.size > 1000) known.clear(); // dialled numbers are few; anything else would be an attack on memory
    known.set(e164, { association, until: now + rememberSeconds * 1000 });
    return association;
  };
}

export type WordsBook = (about: store.WordsKey) => Promise<store.DoctorsWords>;

/** What a doctor is told first, remembered for a minute: a rung phone hears it three times, and asks at each key. */
export function createWordsBook(db: pg.Pool, clock: Clock): WordsBook {
  const known = new Map<string, { words: store.DoctorsWords; until: number }>();
  return async (about) => {
    const key = `${about.areaId} ${about.patientId} ${about.doctorId}`;
    const now = clock.now().getTime();
    const remembered = known.get(key);
    if (remembered && remembered.until > now) return remembered.words;
    const words = await store.doctorsWords(db, about);
    if (known.size >= mostWords) known.clear();
    known.set(key, { words, until: now + 60_000 });
    return words;
  };
}

const mostWords = 10_000;
