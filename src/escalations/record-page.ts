import type { Decision } from './decision.ts';
import type { Leg, RecordPage } from './urgent-call.ts';

/** What the worker made of it: the disclosure that stands behind the page, or why there is none. */
export type PageMade = { disclosureId: string } | { because: Exclude<RecordPage, 'released'> };

/** A doctor or a hospital took the patient: the record page follows, after everything that joins people. */
export function sendRecord(d: Decision, { id: legId, role, subjectId }: Leg): void {
  if (role !== 'doctor' && role !== 'hospital') return;
  if (d.call.patientId !== null) return d.do({ kind: 'send-record', legId });
  // Who takes it a second time knows it already: that is no reason to refuse his yes.
  if (d.call.recordPages?.[subjectId] === undefined) recordPage(d, subjectId, { because: 'no_card' });
}

/** Whoever has a page gets no second one; whoever had none may get one when he accepts again. */
export function recordPage(d: Decision, subjectId: string, page: PageMade): void {
  const known = d.call.recordPages?.[subjectId];
  if ('disclosureId' in page) {
    if (known === 'released') return d.refuse('already_released');
    return d.record({ type: 'record_released', subjectId, disclosureId: page.disclosureId });
  }
  if (known === 'released' || known === page.because) return d.refuse('already_known');
  d.record({ type: 'record_withheld', subjectId, because: page.because });
}
