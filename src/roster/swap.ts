/**
 * 交代: one doctor gives a duty of one date to another.
 *
 * - `waiting`: asked for; one of the two may have said yes already. Left when both have, when one says no, when it is taken back,
 *   or when the duty begins (then he who stands in the roster stays).
 * - `agreed`: both said yes; the roster was changed in the same transaction.
 * - `declined`: one of them said no. `withdrawn`: the hub took it back.
 * - `lapsed`: the duty began, or was no longer the giver's when both had said yes.
 */
export type Side = 'giver' | 'taker';

export type Swap =
  | { status: 'waiting'; giver: Date | null; taker: Date | null }
  | { status: 'agreed'; giver: Date; taker: Date }
  | { status: 'declined' | 'withdrawn' | 'lapsed'; giver: Date | null; taker: Date | null };

export type SwapCommand =
  | { type: 'confirm'; side: Side }
  | { type: 'decline'; side: Side }
  | { type: 'withdraw' }
  | { type: 'tick' };

/** What a command makes of it; null: it is over, or nothing is due, and nothing changes. A yes said twice is one yes. */
export function decideSwap(swap: Swap, command: SwapCommand, at: Date, beginsAt: Date): Swap | null {
  if (swap.status !== 'waiting') return null;
  const { giver, taker } = swap;
  if (at >= beginsAt) return { status: 'lapsed', giver, taker };
  switch (command.type) {
    case 'confirm': {
      const said = { giver, taker, [command.side]: swap[command.side] ?? at };
      if (said.giver && said.taker) return { status: 'agreed', giver: said.giver, taker: said.taker };
      return swap[command.side] ? null : { status: 'waiting', ...said };
    }
    case 'decline':
      return { status: 'declined', giver, taker };
    case 'withdraw':
      return { status: 'withdrawn', giver, taker };
    case 'tick':
      return null;
    default:
      return command satisfies never;
  }
}
