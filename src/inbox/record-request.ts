/** From the ticks of a request form (請求票) to what a release asks for. Pure; handwriting is never read. */
import type { Consent } from '../disclosures/disclosure.ts';
import type { Reason } from '../disclosures/request.ts';
import type { FormReading } from '../paper/reading.ts';
import { choiceOf } from '../paper/routing.ts';

export interface TickedRequest {
  /** Which of the member's registered machines; null: not said, or in doubt. */
  position: number | null;
  reason: Reason;
  consent: Consent;
}

const positions: Readonly<Record<string, number>> = { fax1: 1, fax2: 2, fax3: 3 };
const reasons: Readonly<Record<string, Reason>> = {
  ...{ visit: 'visit', end_of_life: 'end_of_life', telephone: 'telephone_advice', emergency: 'emergency_visit' },
  ...{ referral: 'transfer', other: 'other' },
};
const consents: Readonly<Record<string, Consent>> = {
  ...{ patient: 'patient', family: 'family', impossible: 'impossible' },
};

export function tickedRequest(reading: Pick<FormReading, 'form' | 'ticks'>): TickedRequest {
  const chosen = (field: string): string => {
    const choice = choiceOf(reading, field);
    return choice.state === 'one' ? choice.value : '';
  };
  return {
    position: positions[chosen('reply_to')] ?? null,
    reason: reasons[chosen('reason')] ?? 'other',
    consent: consents[chosen('patient_side')] ?? 'not_asked',
  };
}
