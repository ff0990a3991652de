/** What became of somebody whom the run lost, and of a telephone that rang twice: from the log and the telephone network, to be read by people. */
import type { Call } from '../processes/people.ts';
import type { Stage } from './stage.ts';

/** The cases of a caller, entry by entry, and his calls; times of day in UTC. */
export async function storyOf(stage: Stage, caller: string): Promise<string[]> {
  const { rows } = await stage.db.query<{ at: Date; chain_id: string; kind: string; data: Record<string, unknown> }>(
    `select at, chain_id, kind, data from audit_entry
    where chain_id in (
      select urgent_call.id from urgent_call
      join caller_line on caller_line.id = caller_line_id
      where caller_line.e164 = $1)
    order by at, chain_id, seq`,
    [caller],
  );
  const entries = rows.map(
    ({ at, chain_id, kind, data }) =>
      `${at.toISOString().slice(11, 23)} ${chain_id.slice(-4)} ${kind} ${JSON.stringify(data).slice(0, 120)}`,
  );
  return [...entries, ...(await stage.town.calls(caller)).map((call) => `his line: ${spanOf(call)}`)];
}

/** When a call was, what it became and with whom it was joined. */
export const spanOf = ({ id, direction, createdAt, endedAt, state, bridgedWith }: Call): string =>
  `${id.slice(-4)} ${direction} ${createdAt.slice(11, 23)} to ${endedAt?.slice(11, 23) ?? 'now'} (${state}), with ${bridgedWith.join(' ') || 'nobody'}`;
