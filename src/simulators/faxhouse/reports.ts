import { ringDoorbell } from './interfax/doorbell.ts';
import type { Fax, House } from './state.ts';
import { sendEvents } from './telnyx/webhooks.ts';

/** A moment of a fax's life that somebody may want to hear of. */
export type Stage =
  | 'queued'
  | 'processed'
  | 'dialled'
  | 'answered'
  | 'redialling'
  | 'delivered'
  | 'failed'
  | 'canceled';

/** Tells the account's application, in its provider's way. */
export function reportStage(house: House, fax: Fax, stage: Stage): void {
  if (fax.provider === 'telnyx') sendEvents(house, fax, stage);
  else ringDoorbell(house, fax, stage);
}
