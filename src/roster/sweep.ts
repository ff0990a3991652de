import { type RollCallContext, sweepRollCalls } from './calling.ts';
import { type SheetContext, sendSheets } from './sheets.ts';
import { ringForSwaps } from './swap-calls.ts';
import { lapseSwaps } from './swaps.ts';

/** What of the roster is due: swaps whose duty has begun, calls about the others, the roll-call, sheets for the fax. Any process may run it. @returns how much. */
export async function sweepRoster(ctx: RollCallContext & SheetContext, rollCallHour: number): Promise<number> {
  const swaps = (await lapseSwaps(ctx)) + (await ringForSwaps(ctx));
  return swaps + (await sweepRollCalls(ctx, rollCallHour)) + (await sendSheets(ctx));
}
