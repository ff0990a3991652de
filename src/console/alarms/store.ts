import type { Sql } from '../../db.ts';

export interface AboutRow {
  id: string;
  patientId: string;
  patientCode: string;
  /** Doctor or hospital to whom the record went. */
  recipient: string;
  reason: string;
  disclosedAt: Date;
}

/** What the disclosures behind alarms are about. */
export async function aboutDisclosures(sql: Sql, ids: readonly string[]): Promise<Map<string, AboutRow>> {
  const found = await sql.query<AboutRow>(
    `select disclosure.id, disclosure.patient_id as "patientId", patient.code as "patientCode",
      coalesce(doctor.name, hospital.name) as recipient, disclosure.reason, disclosure.disclosed_at as "disclosedAt"
    from disclosure
    join patient on patient.id = disclosure.patient_id
    left join doctor on doctor.id = disclosure.doctor_id
    left join hospital on hospital.id = disclosure.hospital_id
    where disclosure.id = any($1)`,
    [ids],
  );
  return new Map(found.rows.map((row) => [row.id, row]));
}
