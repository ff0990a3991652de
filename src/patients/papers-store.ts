import type { Sql } from '../db.ts';

export interface CardPapersRow {
  code: string;
  association: string;
  /** Where people of the association answer. */
  hubPhone: string;
  gatewayPhone: string;
  doctor: string | null;
  facility: string | null;
}

/** To whom a card goes, and from whom. null: no such patient, or none with a card. */
export async function cardPapersOf(sql: Sql, associationId: string, patientId: string): Promise<CardPapersRow | null> {
  const found = await sql.query<CardPapersRow>(
    `select patient.code, association.name as association,
      coalesce(association.hub_phone, association.caller_number) as "hubPhone",
      coalesce((select min(e164) from dialled_number where association_id = association.id), association.caller_number)
        as "gatewayPhone",
      doctor.name as doctor, facility.name as facility
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
