/** Names in kana: one way to keep them (full-width katakana) and a key under which differently written ones meet. */

/**
 * Full-width katakana out of half-width, hiragana and mixed dashes; one space between parts.
 * Null when anything else is in it (kanji, letters, digits) or fewer than `least` kana remain.
 */
export function toKatakana(text: string, least = 1): string | null {
  const kana = text
    .normalize('NFKC')
    .replace(/[ぁ-ゖゝゞ]/g, (char) => String.fromCharCode(char.charCodeAt(0) + 0x60))
    .replace(/(?<=[ァ-ヺー])[-‐‑‒–—―−~]/g, 'ー')
    .replace(/\s+/g, ' ')
    .trim();
  if (!/^[ァ-ヺ][ァ-ヺーヽヾ・ ]*$/.test(kana)) return null;
  return kana.replace(/[・ ]/g, '').length >= least ? kana : null;
}

const small = 'ァィゥェォッャュョヮヵヶ';
const large = 'アイウエオツヤユヨワカケ';
const alike: Readonly<Record<string, string>> = { ヂ: 'ジ', ヅ: 'ズ', ヴ: 'ブ', ヰ: 'イ', ヱ: 'エ', ヲ: 'オ' };

const rows: Readonly<Record<string, string>> = {
  a: 'アカガサザタダナハバパマヤラワ',
  i: 'イキギシジチニヒビピミリ',
  u: 'ウクグスズツヌフブプムユル',
  e: 'エケゲセゼテデネヘベペメレ',
  o: 'オコゴソゾトドノホボポモヨロ',
};
/** What lengthens a vowel when it follows it: コウ and コオ sound like コー, ケイ like ケー. */
const lengthening: Readonly<Record<string, string>> = { a: 'ア', i: 'イ', u: 'ウ', e: 'エイ', o: 'オウ' };
const vowelOf = (char: string): string | undefined => Object.keys(rows).find((vowel) => rows[vowel]!.includes(char));

/**
 * The search key of a name: small kana large, ヂヅヴ as they sound, long vowels folded, spaces and ・ gone. The key of a
 * beginning is the beginning of the key. Empty when the text is not kana.
 */
export function kanaKey(text: string): string {
  let key = '';
  for (const char of toKatakana(text) ?? '') {
    const place = small.indexOf(char);
    const plain = place >= 0 ? large[place]! : (alike[char] ?? char);
    if (/[・ー ヽヾ]/.test(plain)) continue;
    const vowel = vowelOf(key.at(-1) ?? '');
    if (vowel && lengthening[vowel]!.includes(plain)) continue;
    key += plain;
  }
  return key;
}

/** For the second pass, when the first found nobody: the key without 濁点 and 半濁点 (ナガジマ and ナカシマ meet). */
export const looseKanaKey = (text: string): string =>
  kanaKey(
    kanaKey(text)
      .normalize('NFD')
      .replace(/[\u3099\u309a]/g, ''),
  );

/** First kana of each part, for the pseudonymous page: 'カモノ トオル' gives 'カ.ト.' */
export const kanaInitials = (parts: readonly string[]): string =>
  parts
    .filter((part) => part !== '')
    .map((part) => `${part[0]}.`)
    .join('');
