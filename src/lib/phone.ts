/**
 * Telephone numbers: read as people write them, kept as E.164, shown with Japanese hyphens.
 *
 * libphonenumber-js reads and formats. Whether a number may be rung is decided here by the numbering plan, not by its
 * `isValid()`: that answer changes whenever the ministry assigns a block, and it would refuse the fictional numbers of
 * the examples and tests (090-0000-…, 045-000-…) in the editions of the metadata that carry exact ranges. Length and
 * prefix ("possible") are what can be known; that a line answers is proved by the test call at registration.
 */
import { parsePhoneNumberFromString } from 'libphonenumber-js';

export type PhoneRefusal =
  | 'not_a_number' // letters, too short, too long
  | 'lost_zero' // 9012345678: a spreadsheet took the leading 0 away
  | 'emergency' // 110, 118, 119, 171, 117 …: three digits
  | 'toll_free' // 0120, 0800: not somebody's own line
  | 'special_rate' // 0570, 0990, 0180, 0170 …: paid or navigated numbers
  | 'not_a_telephone' // 020 pagers and machines, carrier selection 00XY
  | 'foreign';

export type ParsedPhone = { e164: string } | { refused: PhoneRefusal };

/** Full-width, dashes of every kind, brackets, dots and spaces away; a leading + stays. */
function bare(text: string): string {
  const half = text.normalize('NFKC').trim();
  // NFKC leaves the long vowel mark and several dashes alone, and people type all of them between digits.
  return half.replace(/[\s\-‐‑‒–—―−ーｰ()[\].·・]/g, '');
}

/**
 * Reads a Japanese phone, national (090-…, ０４５（…）) or E.164 (+81…), or with `allowForeign` any E.164 number.
 * Callable lines are 0AB-J land lines (10 digits) and 050/060/070/080/090 (11 digits). Never throws.
 */
export function parsePhone(text: string, options: { allowForeign?: boolean } = {}): ParsedPhone {
  const dialled = bare(text).replace(/^\+810/, '+81'); // +81(0)90… is a common way to write both forms at once
  if (!/^\+?\d+$/.test(dialled)) return { refused: 'not_a_number' };
  if (dialled.startsWith('+') && !dialled.startsWith('+81')) {
    return options.allowForeign ? parseForeign(dialled) : { refused: 'foreign' };
  }
  if (/^1\d{2}$/.test(dialled)) return { refused: 'emergency' };
  const national = dialled.startsWith('+81') ? `0${dialled.slice(3)}` : dialled;
  if (!national.startsWith('0')) return { refused: /^\d{9,10}$/.test(national) ? 'lost_zero' : 'not_a_number' };
  const refused = refusalOf(national);
  if (refused) return { refused };
  const parsed = parsePhoneNumberFromString(national, { defaultCountry: 'JP', extract: false });
  return parsed?.isPossible() ? { e164: parsed.number } : { refused: 'not_a_number' };
}

/** 電気通信番号計画 (2019): what each prefix is for. */
function refusalOf(national: string): PhoneRefusal | null {
  if (/^0[56789]0\d{8}$/.test(national) && !national.startsWith('0800')) return null;
  if (/^(0120|0800)/.test(national)) return 'toll_free';
  if (/^(0570|0990|0180|0170|0910)/.test(national)) return 'special_rate';
  if (/^(00|020)/.test(national)) return national.length >= 10 ? 'not_a_telephone' : 'not_a_number';
  return /^0[1-9]\d{8}$/.test(national) && !/^0[56789]0/.test(national) ? null : 'not_a_number';
}

function parseForeign(dialled: string): ParsedPhone {
  const parsed = parsePhoneNumberFromString(dialled);
  return parsed?.isPossible() ? { e164: parsed.number } : { refused: 'not_a_number' };
}

/**
 * As people in Japan write it (090-0000-0101, 045-000-0101); a foreign number with + and spaces.
 * Throws RangeError when the text is not E.164: only stored numbers are formatted.
 */
export function formatNational(e164: string): string {
  const parsed = parsePhoneNumberFromString(e164);
  if (!parsed) throw new RangeError('formatNational expects a number in E.164');
  if (parsed.country !== 'JP' && !e164.startsWith('+81')) return parsed.formatInternational();
  const shown = parsed.formatNational();
  return shown.startsWith('0') ? shown : `0${e164.slice(3)}`; // of a prefix that it does not know it leaves the 0 away
}
