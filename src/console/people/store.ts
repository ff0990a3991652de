import type { Sql } from '../../db.ts';

/** Names of this association's people by their ids; a leg has the name of whose telephone it was. */
export async function peopleByIds(
  sql: Sql,
  associationId: string,
  ids: readonly string[],
): Promise<Map<string, string>> {
  const found = await sql.query<{ id: string; name: string }>(
    `with wanted as (select id from unnest($2::text[]) as wanted (id)),
    legs as (select leg.id, leg.subject_id from wanted join leg on leg.id = wanted.id),
    subjects as (
      select id, id as subject_id from wanted
      union all
      select id, subject_id from legs
    )
    select subjects.id, coalesce(staff.name, doctor.name, hospital.name, standby_person.name) as name
    from subjects
    left join staff on staff.id = subjects.subject_id and staff.association_id = $1
    left join doctor on doctor.id = subjects.subject_id and doctor.association_id = $1
    left join hospital on hospital.id = subjects.subject_id and hospital.association_id = $1
    left join standby_person on standby_person.id = subjects.subject_id and standby_person.association_id = $1
    where num_nonnulls(staff.name, doctor.name, hospital.name, standby_person.name) > 0`,
    [associationId, ids],
  );
  return new Map(found.rows.map(({ id, name }) => [id, name]));
}
