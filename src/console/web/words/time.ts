/** Instants on the screen, always in Japan's time. */
import { useLanguage } from './words.ts';

/** `8/3 14:05` and the like; with the year when it is not this one. */
export function useTime(): (instant: string | null) => string {
  const language = useLanguage();
  return (instant) => {
    if (instant === null) return '—';
    const at = new Date(instant);
    const isOld = Date.now() - at.getTime() > 300 * 86_400_000;
    return new Intl.DateTimeFormat(language === 'ja' ? 'ja-JP' : 'en-GB', {
      ...{ timeZone: 'Asia/Tokyo', month: 'numeric', day: 'numeric', hour: '2-digit', minute: '2-digit' },
      ...(isOld ? { year: 'numeric' } : {}),
    }).format(at);
  };
}
