/** How fast a spoken sentence passes. Japanese synthesis speaks about 7 kana or kanji a second, English 14 letters. */
export interface SpeechRate {
  japaneseCharactersPerSecond: number;
  latinCharactersPerSecond: number;
  leastSeconds: number;
}

export const usualRate: SpeechRate = {
  japaneseCharactersPerSecond: 7,
  latinCharactersPerSecond: 14,
  leastSeconds: 0.5,
};

const wide = /[\u3000-\u9fff\uf900-\ufaff\uff00-\uffef]/;

/** Seconds a sentence lasts. */
export function secondsToSay(text: string, rate: SpeechRate): number {
  let japanese = 0;
  let latin = 0;
  for (const character of text) {
    if (wide.test(character)) japanese += 1;
    else latin += 1;
  }
  const seconds = japanese / rate.japaneseCharactersPerSecond + latin / rate.latinCharactersPerSecond;
  return Math.max(rate.leastSeconds, Math.round(seconds * 10) / 10);
}

/** Seconds a recording at this URL lasts: its `?seconds=`, else 3. */
export function secondsToPlay(url: string): number {
  const seconds = Number(/[?&]seconds=([0-9.]+)/.exec(url)?.[1] ?? 3);
  return Number.isFinite(seconds) ? seconds : 3;
}
