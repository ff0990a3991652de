/** Date and time as a person types them for a dry run. */
import { readDate } from '../../lib/eras.ts';
import { isLocalDate, type LocalDate } from '../../lib/japan-time.ts';

/** Empty is today; without a year the next such day from today on. @returns null when it cannot be read. */
export function readNight(text: string, today: LocalDate): LocalDate | null {
  const plain = text.normalize('NFKC').trim();
  if (plain === '') return today;
  const [, month, day] = /^(\d{1,2})\s*[月/.-]\s*(\d{1,2})\s*日?$/.exec(plain) ?? [];
  if (month === undefined || day === undefined) {
    const read = readDate(plain);
    return read.status === 'read' ? read.date : null;
  }
  const rest = `${month.padStart(2, '0')}-${day.padStart(2, '0')}`;
  const year = Number(today.slice(0, 4));
  // 29 February may be up to eight years away (1900 and 2100 have none).
  const years = Array.from({ length: 9 }, (_, ahead) => `${year + ahead}-${rest}`);
  return years.find((date) => isLocalDate(date) && date >= today) ?? null;
}

/** 02:10, 2時10分, 0210 → minutes after midnight. @returns null when it cannot be read. */
export function readMinute(text: string): number | null {
  const plain = text.normalize('NFKC').trim();
  const [, hour, minute] = /^(\d{1,2})(?::|時)?(\d{2})?分?$/.exec(plain) ?? [];
  if (hour === undefined) return null;
  const minutes = Number(hour) * 60 + Number(minute ?? 0);
  return Number(hour) < 24 && Number(minute ?? 0) < 60 ? minutes : null;
}
