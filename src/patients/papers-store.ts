import type { Sql } from '../db.ts';

export interface CardPapersRow {
  code: string;
  association: string;
  /** Where people of the association answer. */
  hubPhone: string;
  gatewayPhone: string;
  gatewayFax: string | null;
  issuedAt: Date;
  /** How many cards this patient has had. */
  issue: number;
  doctor: string | null;
  facility: string | null;
  facilityPhone: string | null;
}

/** What stands on a card besides name and number. null: no such patient, or none with a card. */
export async function cardPapersOf(sql: Sql, associationId: string, patientId: string): Promise<CardPapersRow | null> {
  const found = await sql.query<CardPapersRow>(
    `select patient.code, association.name as association,
      coalesce(association.hub_phone, association.caller_number) as "hubPhone",
      coalesce((select min(e164) from dialled_number where association_id = association.id), association.caller_number)
        as "gatewayPhone",
      (select min(e164) from inbound_fax_number where association_id = association.id) as "gatewayFax",
      card.issued_at as "issuedAt",
      (select count(*)::int from card as every where every.patient_id = patient.id) as issue,
      doctor.name as doctor, facility.name as facility, facility.phone as "facilityPhone"
    from patient
    join association on association.id = patient.association_id
    join card on card.patient_id = patient.id and card.status = 'active'
    left join doctor on doctor.id = patient.attending_id
    left join facility on facility.id = doctor.facility_id
    where patient.id = $1 and patient.association_id = $2`,
    [patientId, associationId],
  );
  return found.rows[0] ?? null;
}
