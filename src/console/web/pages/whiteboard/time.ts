/** Clocks of the board: the server's time, running on the screen. */
import { useEffect, useState } from 'react';
import { fill } from '../../words/words.ts';
import type { BoardWords } from './words.ts';

/** The server's time in milliseconds, anew each second. */
export function useServerTime(aheadMs: number): number {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 1000);
    return () => clearInterval(timer);
  }, []);
  return now + aheadMs;
}

const clock = new Intl.DateTimeFormat('ja-JP', { timeZone: 'Asia/Tokyo', hour: 'numeric', minute: '2-digit' });
const day = new Intl.DateTimeFormat('ja-JP', {
  timeZone: 'Asia/Tokyo',
  month: 'numeric',
  day: 'numeric',
  weekday: 'short',
});

/** 18:00, in Japan wherever the screen hangs. */
export const timeText = (instant: string | number): string => clock.format(new Date(instant));
export const dayText = (instant: number): string => day.format(new Date(instant));

export const secondsSince = (instant: string, now: number): number =>
  Math.max(0, Math.floor((now - Date.parse(instant)) / 1000));

/** 2:05 */
export function runningText(seconds: number): string {
  const rest = String(seconds % 60).padStart(2, '0');
  return `${Math.floor(seconds / 60)}:${rest}`;
}

/** In words, as coarse as it is old. */
export function ageText(instant: string | null, now: number, words: BoardWords): string {
  if (instant === null) return words.never;
  const minutes = Math.floor((now - Date.parse(instant)) / 60_000);
  if (minutes < 1) return words.justNow;
  if (minutes < 60) return fill(words.agoMinutes, { count: minutes });
  if (minutes < 48 * 60) return fill(words.agoHours, { count: Math.floor(minutes / 60) });
  return fill(words.agoDays, { count: Math.floor(minutes / 1440) });
}
