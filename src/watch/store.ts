import type { Sql } from '../db.ts';
import type { Because, Extent, Round, Standing } from './round.ts';

/** Makes the rows of an association's rounds; those that are there stay. */
export async function ensureWatch(sql: Sql, associationId: string, dueAt: Record<Extent, Date>): Promise<void> {
  await sql.query(
    `insert into watch (association_id, extent, due_at)
    values ($1, 'inner', $2), ($1, 'carrier', $3)
    on conflict do nothing`,
    [associationId, dueAt.inner, dueAt.carrier],
  );
}

/**
 * Takes what is due, the whole round first, and only where none is open: another worker finds nothing then.
 * @returns the associations with the extent to begin.
 */
export async function dueRounds(sql: Sql, at: Date): Promise<{ associationId: string; extent: Extent }[]> {
  const found = await sql.query<{ associationId: string; extent: Extent }>(
    `select distinct on (association_id) association_id as "associationId", extent
    from watch
    where due_at <= $1
      and not exists (
        select 1 from watch_round open
        where open.association_id = watch.association_id and open.status in ('calling', 'keyed', 'reported'))
    order by association_id, extent`,
    [at],
  );
  return found.rows;
}

/** @returns false when another worker was quicker. */
export async function insertRound(
  tx: Sql,
  round: Pick<Round, 'id' | 'associationId' | 'extent' | 'from' | 'begunAt'>,
  nextDueAt: Date,
): Promise<boolean> {
  const { id, associationId, extent, from, begunAt } = round;
  const made = await tx.query(
    `with opened as (
      insert into watch_round (id, association_id, extent, "from", status, begun_at)
      select $1, association_id, extent, $4, 'calling', $5
      from watch
      where association_id = $2 and extent = $3 and due_at <= $5
      on conflict do nothing
      returning 1
    )
    update watch
    set due_at = $6
    where association_id = $2 and extent = $3 and exists (select 1 from opened)`,
    [id, associationId, extent, from, begunAt, nextDueAt],
  );
  return made.rowCount === 1;
}

const columns = `watch_round.id, watch_round.association_id as "associationId", extent, watch_round.status, because, "from",
  begun_at as "begunAt", menu_at as "menuAt", keyed_at as "keyedAt", reported_at as "reportedAt", closed_at as "closedAt"`;

/** Every round that is open, with whether the call that we made for it is over (an inner one makes none). */
export async function openRounds(sql: Sql): Promise<(Round & { isCallOver: boolean })[]> {
  const found = await sql.query<Round & { isCallOver: boolean }>(
    `select ${columns}, (doctor_callback.status = 'ended') as "isCallOver"
    from watch_round
    left join doctor_callback on doctor_callback.watch_round_id = watch_round.id
    where watch_round.status in ('calling', 'keyed', 'reported')`,
  );
  return found.rows;
}

/** The round that rings from this number now. */
export async function roundFrom(sql: Sql, associationId: string, from: string): Promise<string | null> {
  const found = await sql.query<{ id: string }>(
    `select id from watch_round
    where association_id = $1 and "from" = $2 and status in ('calling', 'keyed', 'reported')`,
    [associationId, from],
  );
  return found.rows[0]?.id ?? null;
}

export async function noteMenu(sql: Sql, id: string, callSid: string, at: Date): Promise<void> {
  await sql.query(
    `update watch_round
    set menu_at = $3, call_sid = $2
    where id = $1 and status = 'calling' and menu_at is null`,
    [id, callSid, at],
  );
}

/** @returns false when this line is not the round's, or the round is over. */
export async function noteKeyed(sql: Sql, id: string, callSid: string, at: Date): Promise<boolean> {
  const saved = await sql.query(
    `update watch_round
    set keyed_at = coalesce(keyed_at, $3), status = 'keyed'
    where id = $1 and call_sid = $2 and status in ('calling', 'keyed')`,
    [id, callSid, at],
  );
  return saved.rowCount === 1;
}

export async function noteReported(sql: Sql, callSid: string, at: Date): Promise<void> {
  await sql.query(
    `update watch_round set reported_at = $2, status = 'reported' where call_sid = $1 and status = 'keyed'`,
    [callSid, at],
  );
}

/** @returns false when another worker has closed it. */
export async function closeRound(tx: Sql, id: string, because: Because | null, at: Date): Promise<boolean> {
  const saved = await tx.query(
    `update watch_round
    set status = $2, because = $3, closed_at = $4
    where id = $1 and status in ('calling', 'keyed', 'reported')`,
    [id, because === null ? 'passed' : 'failed', because, at],
  );
  return saved.rowCount === 1;
}

export interface WatchRow {
  failed: number;
  failingId: string | null;
}

export async function lockWatch(tx: Sql, associationId: string, extent: Extent): Promise<WatchRow | null> {
  const found = await tx.query<WatchRow>(
    `select failed, failing_id as "failingId" from watch where association_id = $1 and extent = $2 for update`,
    [associationId, extent],
  );
  return found.rows[0] ?? null;
}

export async function saveWatch(
  tx: Sql,
  about: { associationId: string; extent: Extent },
  to: WatchRow & { dueAt: Date; passedAt: Date | null },
): Promise<void> {
  await tx.query(
    `update watch
    set failed = $3, failing_id = $4, due_at = $5, passed_at = coalesce($6, passed_at)
    where association_id = $1 and extent = $2`,
    [about.associationId, about.extent, to.failed, to.failingId, to.dueAt, to.passedAt],
  );
}

/** Acts of urgent calls that nobody has begun, or finished, since then: the outbox is not empty of what is due. */
export async function isOutboxLate(sql: Sql, since: Date): Promise<boolean> {
  const found = await sql.query<{ late: boolean }>(
    `select exists (select 1 from effect where status = 'pending' and due_at < $1)
      or exists (select 1 from effect where status = 'performing' and attempted_at < $1) as late`,
    [since],
  );
  return found.rows[0]?.late ?? false;
}

/** How the rounds of every association with a number of ours stand; an extent that never began counts too. */
export async function standings(sql: Sql, associationId: string | null): Promise<Standing[]> {
  const found = await sql.query<Standing>(
    `select extent.name as extent, coalesce(watch.failed, 0) as failed, watch.passed_at as "passedAt", watch.due_at as "dueAt"
    from (select distinct association_id from dialled_number) own
    cross join (values ('inner'), ('carrier')) extent (name)
    left join watch on watch.association_id = own.association_id and watch.extent = extent.name
    where $1::text is null or own.association_id = $1`,
    [associationId],
  );
  return found.rows;
}

/** The last round of each extent, open ones too. */
export async function lastRounds(sql: Sql, associationId: string): Promise<Round[]> {
  const found = await sql.query<Round>(
    `select distinct on (extent) ${columns}
    from watch_round
    where association_id = $1
    order by extent, begun_at desc`,
    [associationId],
  );
  return found.rows;
}

/** Rounds of long ago only take room. */
export async function forgetRounds(sql: Sql, before: Date): Promise<void> {
  await sql.query(`delete from doctor_callback where purpose = 'watch' and status = 'ended' and created_at < $1`, [
    before,
  ]);
  await sql.query(`delete from watch_round where status in ('passed', 'failed') and closed_at < $1`, [before]);
}

export interface PingRow {
  triedAt: Date;
  pingedAt: Date | null;
  withheld: string | null;
}

/** Takes the ping of this minute for this worker. @returns false when another worker has it. */
export async function takePing(sql: Sql, at: Date, notSince: Date): Promise<boolean> {
  const taken = await sql.query(
    `insert into deadman (tried_at) values ($1)
    on conflict (only_one) do update set tried_at = $1 where deadman.tried_at <= $2`,
    [at, notSince],
  );
  return taken.rowCount === 1;
}

export async function savePing(sql: Sql, pingedAt: Date | null, withheld: string | null): Promise<void> {
  await sql.query('update deadman set pinged_at = coalesce($1, pinged_at), withheld = $2', [pingedAt, withheld]);
}

export async function readPing(sql: Sql): Promise<PingRow | null> {
  const found = await sql.query<PingRow>(
    'select tried_at as "triedAt", pinged_at as "pingedAt", withheld from deadman',
  );
  return found.rows[0] ?? null;
}
