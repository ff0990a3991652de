/** The codes under which people are known: what is written in a list or typed, read into its one form. Pure. */
import { asciiDigits, isInstitutionCode, isMemberCode } from '../lib/check-digits.ts';

export type CodeFault = 'blank' | 'code' | 'member_code' | 'institution_code';
export type ReadCode = { code: string } | { refused: CodeFault };

/** Letters, digits, dot, dash and underscore, 1-20; full-width is folded. Ten digits must be a 医療機関コード. */
export function readCode(written: string): ReadCode {
  const code = written.normalize('NFKC').trim();
  if (code === '') return { refused: 'blank' };
  if (/^\d{10}$/.test(code) && !isInstitutionCode(code)) return { refused: 'institution_code' };
  return /^[A-Za-z0-9][A-Za-z0-9._-]{0,19}$/.test(code) ? { code } : { refused: 'code' };
}

/** Keyed on a telephone. */
export function readHospitalCode(written: string): ReadCode {
  const code = asciiDigits(written);
  if (code === '') return { refused: 'blank' };
  return /^\d{3,6}$/.test(code) ? { code } : { refused: 'code' };
}

/** 登録医コード: the last of six digits is a check digit. */
export function readMemberCode(written: string): ReadCode {
  const code = asciiDigits(written);
  if (code === '') return { refused: 'blank' };
  if (!/^\d{6}$/.test(code)) return { refused: 'code' };
  return isMemberCode(code) ? { code } : { refused: 'member_code' };
}
