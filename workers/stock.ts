import { type NightVault, stockCards } from '../src/vault/actions.ts';

/** Cards that lie ready, so that an enrolment never waits; a hub enrols a few patients a day. */
export const readyCards = 10;

/**
 * One step towards the stock: a single card a time (some fifty derivations, 8 s at the cost of real cards), so that a worker which is
 * told to leave has not long to wait for it; and none while somebody needs the processors. @returns how many are ready.
 */
export function stockStep(
  open: () => NightVault,
  isBusy: () => Promise<boolean>,
  wanted: number = readyCards,
): () => Promise<number> {
  let vault: NightVault | null = null;
  let ready = 0;
  return async () => {
    if (await isBusy()) return ready;
    vault ??= open();
    ready = await stockCards(vault, Math.min(wanted, ready + 1));
    return ready;
  };
}
