/** What is open tonight, in one statement; who is on duty comes from the roster (roster/actions.ts). */
import type { Acceptance, BedType } from '../../beds/beds.ts';
import type { Sql } from '../../db.ts';
import type { Acceptance as CaseAcceptance, Leg } from '../../escalations/urgent-call.ts';

/** Instants are text here: the parts arrive as JSON. */
export interface Look {
  areas: { id: string; name: string }[];
  calls_open: number;
  calls: {
    id: string;
    kind: 'patient' | 'area' | 'person';
    area_id: string | null;
    status: 'hunting' | 'seeking_bed' | 'calling_standby' | 'unanswered' | 'accepted';
    opened_at: string;
    round: number;
    legs: Record<string, Leg>;
    acceptance: CaseAcceptance | null;
    presence: 'on_line' | 'in_conference' | 'gone';
  }[];
  /** Of everybody who was rung for an open call. */
  names: Record<string, string>;
  hospitals: {
    id: string;
    name: string;
    beds: {
      type: BedType;
      held: number;
      free_count: number | null;
      acceptance: Acceptance | null;
      as_of: string | null;
      holds_until: string | null;
    }[];
  }[];
  faxes_waiting: number;
  faxes_oldest: Date | null;
  faxes_failed: number;
  frozen_numbers: number;
  inbox_waiting: number;
  inbox_oldest: Date | null;
  inbox_alarmed: number;
  alarms_open: number;
  /** Areas with hours of tonight for which nobody said yes at the roll-call; null: none, or it is not over. */
  unconfirmed: { areaId: string }[] | null;
  /** The first entry of the log that no seal covers yet. */
  unsealed_since: Date | null;
}

/** More than this at once no screen can show; the rest is counted. */
export const mostCalls = 24;
/** A fax that failed is on the board for a day. */
const failedForHours = 24;

/** Every part reads through a partial index of what is open: the cost does not grow with what is over. */
export async function look(sql: Sql, associationId: string, at: Date, unsealedSince: UnsealedSince): Promise<Look> {
  const text = lookText(unsealedSince('$1'));
  const found = await sql.query<Look>({ name: 'whiteboard', text, values: [associationId, at] });
  return found.rows[0]!;
}

/** How the log says since when an association's entries are not sealed (audit/actions.ts), as SQL. */
type UnsealedSince = (association: string) => string;

export const lookText = (unsealedSince: string): string => `
  with open_call as materialized (
    select id, kind, area_id, status, opened_at, state
    from urgent_call
    where association_id = $1 and status <> 'closed'
    order by opened_at
    limit ${mostCalls}
  ), rung as (
    select distinct leg.subject_id
    from open_call
    join leg on leg.case_id = open_call.id
    where leg.role in ('doctor', 'hospital', 'standby')
  ), fax_open as (
    select count(*)::int as waiting, min(queued_at) as oldest
    from fax
    where association_id = $1 and due_at is not null
  ), inbox as (
    select count(*)::int as waiting, min(received_at) as oldest, count(*) filter (where is_alarmed)::int as alarmed
    from inbox_item
    where association_id = $1 and status = 'waiting'
  )
  select
    (select coalesce(json_agg(json_build_object('id', id, 'name', name) order by key), '[]')
      from area where association_id = $1) as areas,
    (select count(*)::int from urgent_call where association_id = $1 and status <> 'closed') as calls_open,
    (select coalesce(json_agg(json_build_object(
        'id', id, 'kind', kind, 'area_id', area_id, 'status', status, 'opened_at', opened_at,
        'round', state -> 'round', 'legs', state -> 'legs', 'acceptance', state -> 'acceptance',
        'presence', state -> 'caller' -> 'presence') order by opened_at), '[]')
      from open_call) as calls,
    (select coalesce(json_object_agg(id, name), '{}') from (
      select doctor.id, doctor.name from rung join doctor on doctor.id = rung.subject_id
      union all
      select hospital.id, hospital.name from rung join hospital on hospital.id = rung.subject_id
      union all
      select standby_person.id, standby_person.name from rung join standby_person on standby_person.id = rung.subject_id
    ) as named) as names,
    (select coalesce(json_agg(json_build_object('id', hospital.id, 'name', hospital.name, 'beds', (
        select coalesce(json_agg(json_build_object(
            'type', kept.bed_type,
            'held', (select count(*) from bed_hold
              where bed_hold.hospital_id = hospital.id
                and bed_hold.bed_type = kept.bed_type
                and bed_hold.status = 'held'
                and bed_hold.is_counted
                and bed_hold.expires_at > $2),
            'free_count', offer.free_count, 'acceptance', offer.acceptance,
            'as_of', offer.as_of, 'holds_until', offer.holds_until) order by kept.bed_type), '[]')
        from hospital_bed_type as kept
        left join bed_offer as offer on offer.hospital_id = kept.hospital_id and offer.bed_type = kept.bed_type
        where kept.hospital_id = hospital.id)) order by hospital.code), '[]')
      from hospital
      where association_id = $1 and is_active) as hospitals,
    fax_open.waiting as faxes_waiting,
    fax_open.oldest as faxes_oldest,
    (select count(*)::int from fax
      where association_id = $1
        and status = 'failed'
        and settled_at > $2::timestamptz - interval '${failedForHours} hours') as faxes_failed,
    (select count(distinct e164)::int from frozen_fax_number
      join fax_destination using (e164)
      where fax_destination.association_id = $1 and fax_destination.status <> 'retired') as frozen_numbers,
    inbox.waiting as inbox_waiting,
    inbox.oldest as inbox_oldest,
    inbox.alarmed as inbox_alarmed,
    (select count(*)::int from alarm where association_id = $1 and settled_at is null) as alarms_open,
    (select gaps from roll_call
      where association_id = $1
        and service_date = ($2::timestamptz at time zone 'Asia/Tokyo' - interval '9 hours')::date) as unconfirmed,
    ${unsealedSince} as unsealed_since
  from fax_open, inbox`;
