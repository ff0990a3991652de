import { namedDaysOf } from '../lib/japan-time.ts';
import type { Calendar } from './roster.ts';

/** The calendar of Japan: public holidays with their substitutes, 年末年始, お盆 (lib/japan-time.ts). */
export const japanCalendar: Calendar = { namedDaysOf };
