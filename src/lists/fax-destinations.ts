/** fax_destinations.csv: numbers that records may go to once their test page's code has been keyed (fax/destination.ts). */
import { choiceCell, codeCell, hospitalCodeCell, memberCodeCell, numberCell, phoneCell, yesNoCell } from './cells.ts';
import type { Findings, Row } from './table.ts';
import { type FaxForm, type FaxOwnerKind, faxForms, faxOwnerKinds } from './vocabulary.ts';

export interface FaxDestinationRow {
  row: Row;
  kind: FaxOwnerKind;
  /** Of the doctor, hospital or facility. */
  code: string;
  /** 1-3: the key that chooses it. */
  position: number;
  /** E.164. */
  fax: string;
  form: FaxForm;
  isActive: boolean;
}

const codeCells = { doctor: memberCodeCell, hospital: hospitalCodeCell, facility: codeCell };

export function faxDestinationOf(row: Row, findings: Findings): FaxDestinationRow | null {
  const reader = { row, findings };
  const kind = choiceCell(reader, 'kind', faxOwnerKinds);
  const code = kind && codeCells[kind](reader, 'code');
  const position = numberCell(reader, 'position', 1, 3);
  const fax = phoneCell(reader, 'fax');
  if (row.text('fax') === '') findings.add(row.at('fax'), 'blank');
  const form = choiceCell(reader, 'form', faxForms, 'full');
  const isActive = yesNoCell(reader, 'active', true);
  if (kind === null || code === null || position === null || fax === null || form === null || isActive === null)
    return null;
  return { row, kind, code, position, fax, form, isActive };
}
