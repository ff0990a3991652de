import { fill, useWords } from '../../words/words.ts';
import { bedWords } from './words.ts';

/** As people read it: 翌9:00. */
export function useTimeOfDay(): (minute: number) => string {
  const words = useWords(bedWords);
  return (minute) => (minute < 1440 ? minuteText(minute) : fill(words.nextDay, { time: minuteText(minute - 1440) }));
}

/** Minutes after midnight as people of the roster write them: 33:00 is nine next morning. */
export const minuteText = (minute: number): string =>
  `${Math.floor(minute / 60)}:${String(minute % 60).padStart(2, '0')}`;

/** '17:00', '１７：００', '17', '33:00'; null: cannot be read. */
export function minuteFrom(text: string): number | null {
  const match = /^(\d{1,2})(?::?([0-5]\d))?$/.exec(text.normalize('NFKC').trim());
  if (!match) return null;
  const minute = Number(match[1]) * 60 + Number(match[2] ?? 0);
  return minute <= 2880 ? minute : null;
}
