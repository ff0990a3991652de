/** All forms of ours, every version that may still lie in a drawer somewhere. */
import type { FormKind } from '../codes.ts';
import { beds } from './beds.ts';
import { enrolment } from './enrolment.ts';
import { request } from './request.ts';
import { roster, rosterOfAvailability } from './roster.ts';
import type { Sheet } from './sheet.ts';

const sheets: readonly Sheet[] = [enrolment, request, beds, rosterOfAvailability, roster];

/** The geometry of a sheet, or null when this program knows no such version. */
export const sheetOf = (kind: FormKind, version: number): Sheet | null =>
  sheets.find((sheet) => sheet.kind === kind && sheet.version === version) ?? null;

/** The version that is printed now. */
export function currentSheet(kind: FormKind): Sheet {
  const versions = sheets.filter((sheet) => sheet.kind === kind);
  return versions.reduce((newest, sheet) => (sheet.version > newest.version ? sheet : newest));
}
