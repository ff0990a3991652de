/** A draft while somebody types it: what is wrong with it, how it was understood, and who is enrolled already. Nothing is written. */
import { localDate } from '../lib/japan-time.ts';
import { toKatakana } from '../lib/kana.ts';
import { readPostalCode } from '../lib/postal-code.ts';
import { lookUpCode } from '../postal-codes/actions.ts';
import { beginningOf, doubtAbout, formatPlace } from '../postal-codes/postal-codes.ts';
import { type PatientsContext, searchPatients } from './actions.ts';
import { type Draft, examine, type Finding, finding } from './findings.ts';
import { type Understood, understoodIn } from './form-draft.ts';
import { codesIn, routingOf } from './routing.ts';
import * as store from './store.ts';

export interface Duplicate {
  patientId: string;
  /** The hub's running number. */
  code: string;
  why: 'name_and_birth' | 'birth_and_phone' | 'name_and_phone';
}

export interface DraftCheck {
  findings: Finding[];
  understood: Understood[];
  /** What may be written there with one key, and is no more than a beginning: the town of the postal code. */
  offers: Understood[];
  /** Patients in use who may be the same person; found by tokens, so that no record is opened for it. */
  duplicates: Duplicate[];
}

const mostDuplicates = 5;

/** @param except the patient whose record is being changed. */
export async function checkDraft(
  ctx: Pick<PatientsContext, 'db' | 'searchKey' | 'clock'>,
  associationId: string,
  draft: Draft,
  except: string | null,
): Promise<DraftCheck> {
  const at = ctx.clock.now();
  const { content, findings } = examine(draft, at);
  const routing = content && routingOf(content, await store.directoryOf(ctx.db, associationId, codesIn(content)));
  const unknown = routing && 'unknown' in routing ? routing.unknown : [];
  const unlisted = unknown.map(({ path, code }) => finding('refused', path, code));
  const place = await placeOf(ctx, draft);
  return {
    findings: [...unlisted, ...findings, ...place.findings],
    understood: [...understoodIn(draft, localDate(at)), ...place.understood],
    offers: place.offers,
    duplicates: await duplicatesOf(ctx, associationId, draft, except),
  };
}

type Place = Pick<DraftCheck, 'findings' | 'understood' | 'offers'>;

/** The postal code as a place, compared with the address. */
async function placeOf({ db }: Pick<PatientsContext, 'db'>, draft: Draft): Promise<Place> {
  const { postal, address } = (draft.registration ?? {}) as Record<string, unknown>;
  const digits = typeof postal === 'string' ? readPostalCode(postal) : null;
  if (digits === null) return { findings: [], understood: [], offers: [] };
  const known = await lookUpCode(db, digits);
  const doubt = doubtAbout({ digits, address: typeof address === 'string' ? address : '', ...known });
  const beginning = beginningOf(known.towns);
  return {
    findings: doubt ? [finding('warning', 'registration.postal', doubt)] : [],
    understood: [{ path: 'registration.postal', text: formatPlace(digits, known.towns) }],
    offers: beginning === null ? [] : [{ path: 'registration.address', text: beginning }],
  };
}

async function duplicatesOf(
  ctx: Pick<PatientsContext, 'db' | 'searchKey'>,
  associationId: string,
  draft: Draft,
  except: string | null,
): Promise<Duplicate[]> {
  const { nameKana, birth, tel } = (draft.registration ?? {}) as Record<string, unknown>;
  const kana = typeof nameKana === 'string' && (toKatakana(nameKana)?.length ?? 0) >= 3 ? nameKana : undefined;
  const born = typeof birth === 'string' ? birth : undefined;
  const first = Array.isArray(tel) ? (tel[0] as { e164?: unknown } | undefined)?.e164 : undefined;
  const phone = typeof first === 'string' && first.replace(/\D/g, '').length > 4 ? first : undefined;
  const questions: [Duplicate['why'], object | null][] = [
    ['name_and_birth', kana && born ? { kana, birth: born } : null],
    ['birth_and_phone', born && phone ? { birth: born, phone } : null],
    ['name_and_phone', kana && phone ? { kana, phone } : null],
  ];
  const found = new Map<string, Duplicate>();
  for (const [why, words] of questions) {
    if (!words) continue;
    const answer = await searchPatients(ctx, associationId, { ...words, limit: mostDuplicates });
    if ('refused' in answer) continue;
    for (const { id, code } of answer.patients)
      if (id !== except && !found.has(id)) found.set(id, { patientId: id, code, why });
  }
  return [...found.values()].slice(0, mostDuplicates);
}
