/** One release of a record to one registered destination: what is written down before anything leaves. */
import type { Reason, Relation, ReleaseForm } from './request.ts';

/** `not_asked`: by telephone nobody is asked; the card in his hand and the reason stand for it. */
export type Consent = 'patient' | 'family' | 'impossible' | 'not_asked';

export type Recipient =
  | { doctorId: string; relation: Relation }
  /** A hospital that took the patient. */
  | { hospitalId: string; relation: 'receiving' };

export interface Disclosure {
  id: string;
  associationId: string;
  /** What led here: a request, or an urgent call. */
  origin: { requestId: string } | { caseId: string };
  patientId: string;
  cardId: string | null;
  version: number;
  recipient: Recipient;
  /** Nobody of the care team asked, and attested that it had to be. */
  isBreakGlass: boolean;
  reason: Reason;
  consent: Consent;
  form: ReleaseForm;
  /** A registered fax, or for a spoken release the registered telephone. */
  destination: { destinationId: string } | { phoneId: string };
  at: Date;
}
