/**
 * What the machine may take from a hospital's sheet (応需状況). Ticks are read, numbers are written by hand and are not: × needs no
 * number and holds at once; ○ and △ are taken without one, so that the desk is asked from now on, and a person types how many
 * (docs/decisions/0007-bed-sheet-counts.md). Pure.
 */
import type { PaperOffer } from '../beds/actions.ts';
import { type BedType, bedTypes } from '../beds/beds.ts';
import type { FormReading } from '../paper/reading.ts';
import { choiceOf } from '../paper/routing.ts';

export interface BedReport {
  /** What holds at once. */
  offers: PaperOffer[];
  /** ○, a number written beside, or a tick in doubt: a person types it. */
  toType: BedType[];
}

export function bedReportOf(reading: Pick<FormReading, 'form' | 'ticks' | 'crops'>): BedReport {
  const isWritten = (bedType: BedType): boolean =>
    reading.crops.some(({ field, hasInk }) => hasInk && field.startsWith(`${bedType}.`));
  const report: BedReport = { offers: [], toType: [] };
  for (const bedType of bedTypes) {
    const choice = choiceOf(reading, `${bedType}.acceptance`);
    const acceptance = choice.state === 'one' ? acceptances[choice.value] : undefined;
    const hasNumber = isWritten(bedType);
    if (acceptance === 'closed') {
      // × beside a number contradicts itself.
      if (!hasNumber) report.offers.push({ bedType, freeCount: 0, acceptance });
    } else if (acceptance) report.offers.push({ bedType, freeCount: null, acceptance });
    if (hasNumber || acceptance === 'open' || choice.state === 'unclear') report.toType.push(bedType);
  }
  return report;
}

const acceptances: Readonly<Record<string, 'open' | 'consult' | 'closed'>> = {
  ...({ open: 'open', consult: 'consult', closed: 'closed' } as const),
};
