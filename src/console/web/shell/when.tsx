/** An instant as the hub reads it: Japanese time, the day in front. */
import type { ReactNode } from 'react';
import { useLanguage } from '../words/words.ts';

const parts = (language: 'ja' | 'en', at: string): string =>
  new Intl.DateTimeFormat(language === 'ja' ? 'ja-JP' : 'en-GB', {
    timeZone: 'Asia/Tokyo',
    ...({ year: 'numeric', month: '2-digit', day: '2-digit', weekday: 'short' } as const),
    ...({ hour: '2-digit', minute: '2-digit', hour12: false } as const),
  }).format(new Date(at));

export function When({ at }: { at: string }): ReactNode {
  const language = useLanguage();
  return (
    <time dateTime={at} style={{ whiteSpace: 'nowrap' }}>
      {parts(language, at)}
    </time>
  );
}
