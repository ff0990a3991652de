/** Statements of disclosures/ and fax/ that a record page of an urgent call takes. */
import type { Lessons } from './notebook.ts';
import { violated } from './notebook.ts';
import type { Tables } from './tables.ts';
import type { Fax, Town } from './town.ts';

export function releaseLessons(town: Town, { disclosures, pages, notices }: Tables): Lessons {
  const ownedBy = (kind: 'doctor' | 'hospital', id: string) =>
    (faxesOf(town).get(id) ?? []).map(({ owner, ...fax }) => ({
      ...fax,
      ...{ doctor_id: kind === 'doctor' ? owner.id : null, hospital_id: kind === 'hospital' ? owner.id : null },
      facility_id: null,
    }));
  const inCase = (caseId: string | null, recipientId: string | null) =>
    [...disclosures.rows.values()].filter(
      (row) => row.case_id !== null && row.case_id === caseId && (row.doctor_id ?? row.hospital_id) === recipientId,
    );
  return {
    'from fax_destination where doctor_id = $1': { prints: 'e186d1e8', run: ([id]) => ownedBy('doctor', id) },
    'from fax_destination where hospital_id = $1': { prints: '8b597a7e', run: ([id]) => ownedBy('hospital', id) },
    'select id from disclosure where case_id': {
      prints: '47c64fc0',
      run: ([caseId, recipientId]) => inCase(caseId, recipientId),
    },
    'lock-disclosure': { prints: '953fc494', run: ([id]) => [disclosures.get(id)].filter((row) => row !== undefined) },
    'insert into disclosure (': {
      prints: 'a774f4cb',
      run: ([id, association_id, _request, case_id, patient_id, _card, version, doctor_id, hospital_id, ...how]) => {
        const [relation, is_break_glass, reason, _consent, form, destination_id, phone_id, disclosed_at] = how;
        if (inCase(case_id, doctor_id ?? hospital_id).length > 0) throw violated('disclosure_of_case');
        disclosures.put(id, {
          ...{ id, association_id, case_id, patient_id, version, doctor_id, hospital_id, relation, is_break_glass },
          ...{ reason, form, destination_id, phone_id, disclosed_at },
        });
        return 1;
      },
    },
    'insert into release_page (': {
      prints: '5db2e3b7',
      run: ([
        id,
        association_id,
        kind,
        disclosure_id,
        _request,
        _refusal,
        destination_id,
        is_alarmed,
        sealed_key,
        due_at,
      ]) => {
        pages.put(id, {
          ...{ id, association_id, kind, disclosure_id, destination_id, is_alarmed, sealed_key, due_at },
          ...{ status: 'pending', attempts: 0 },
        });
        return 1;
      },
    },
    'insert into attending_notice': {
      prints: '8112fd27',
      run: ([disclosure_id, doctor_id]) => {
        notices.put(disclosure_id, { disclosure_id, doctor_id });
        return 1;
      },
    },
    "from release_page where disclosure_id = $1 and kind = 'record'": {
      prints: '2e4f45de',
      run: ([id]) =>
        [...pages.rows.values()]
          .filter((page) => page.disclosure_id === id && page.kind === 'record')
          .map((page) => ({ ...page, sealed_secret: null })),
    },
  };
}

const faxBooks = new WeakMap<Town, Map<string, Fax[]>>();
function faxesOf(town: Town): Map<string, Fax[]> {
  const book = faxBooks.get(town) ?? new Map<string, Fax[]>();
  if (!faxBooks.has(town)) {
    faxBooks.set(town, book);
    for (const fax of town.faxes.values()) book.set(fax.owner.id, [...(book.get(fax.owner.id) ?? []), fax]);
  }
  return book;
}
