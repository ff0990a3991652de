/** The clock of the screen, and ages in words: old news says so. */
import { useEffect, useState } from 'react';
import { catalogue, fill, useWords } from '../words/words.ts';

const ageWords = catalogue(
  { now: 'いま', minutes: '{count}分前', hours: '{count}時間前', days: '{count}日前', never: '報告なし' },
  { now: 'now', minutes: '{count} min ago', hours: '{count} h ago', days: '{count} d ago', never: 'never told' },
);

/** The server's time in milliseconds, running on the screen: a clock that is wrong there must not make old news look new. */
export function useNow(aheadMs: number, everyMs = 1000): number {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), everyMs);
    return () => clearInterval(timer);
  }, [everyMs]);
  return now + aheadMs;
}

/** 3時間前: as coarse as it is old. */
export function useAge(): (instant: string | null, now: number) => string {
  const words = useWords(ageWords);
  return (instant, now) => {
    if (instant === null) return words.never;
    const minutes = Math.floor((now - Date.parse(instant)) / 60_000);
    if (minutes < 1) return words.now;
    if (minutes < 60) return fill(words.minutes, { count: minutes });
    if (minutes < 48 * 60) return fill(words.hours, { count: Math.floor(minutes / 60) });
    return fill(words.days, { count: Math.floor(minutes / 1440) });
  };
}

const clock = new Intl.DateTimeFormat('ja-JP', { timeZone: 'Asia/Tokyo', timeStyle: 'medium' });
/** 22:03:05 in Japan. */
export const clockText = (instant: string): string => clock.format(new Date(instant));

/** 0:24, 3:05, 1:03:05 */
export function spanText(from: string, until: string | number): string {
  const end = typeof until === 'number' ? until : Date.parse(until);
  const seconds = Math.max(0, Math.round((end - Date.parse(from)) / 1000));
  const two = (part: number): string => String(part).padStart(2, '0');
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes}:${two(seconds % 60)}`;
  return `${Math.floor(minutes / 60)}:${two(minutes % 60)}:${two(seconds % 60)}`;
}
