/**
 * What the machine may take from a hospital's sheet (応需状況). Counts are written by hand, so an open or half-open door (○ △)
 * waits for a person to type how many; a closed one (×) needs no count and holds at once. Pure.
 */
import { type BedType, bedTypes } from '../beds/beds.ts';
import type { FormReading } from '../paper/reading.ts';
import { choiceOf } from '../paper/routing.ts';

export interface BedReport {
  closed: BedType[];
  /** Ticked ○ or △, in doubt, or only written into: a person types it. */
  toType: BedType[];
}

export function bedReportOf(reading: Pick<FormReading, 'form' | 'ticks' | 'crops'>): BedReport {
  const isWritten = (bedType: BedType): boolean =>
    reading.crops.some(({ field, hasInk }) => hasInk && field.startsWith(`${bedType}.`));
  const report: BedReport = { closed: [], toType: [] };
  for (const bedType of bedTypes) {
    const choice = choiceOf(reading, `${bedType}.acceptance`);
    // × beside a number contradicts itself.
    if (choice.state === 'one' && choice.value === 'closed' && !isWritten(bedType)) report.closed.push(bedType);
    else if (choice.state !== 'none' || isWritten(bedType)) report.toType.push(bedType);
  }
  return report;
}
