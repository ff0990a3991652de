/** Reads one page, inside the child process. */
import type { BilevelPage } from '../../imaging/bilevel.ts';
import type { PageReading } from '../reading.ts';

export async function readOnePage(page: BilevelPage): Promise<PageReading> {
  return { kind: 'other', why: 'no_code', page, skewDegrees: 0, isKnownUpright: false };
}
