import { takeFax } from './faxes.ts';
import { reportStage } from './reports.ts';
import type { Fax, House } from './state.ts';

/** A fax of ours to a number of ours comes in there as well, as one from outside would. */
export function loopBack(house: House, sent: Fax): void {
  const line = house.lines.get(sent.to);
  if (!line || !sent.arrived) return;
  const fax = takeFax(house, { provider: line.provider, direction: 'inbound', from: sent.from, to: sent.to });
  fax.sent = sent.arrived;
  fax.arrived = sent.arrived;
  fax.pagesSent = sent.arrived.pages.length;
  fax.attemptsMade = 1;
  fax.answeredAt = sent.answeredAt;
  fax.endedAt = house.clock.now();
  fax.updatedAt = fax.endedAt;
  fax.state = 'delivered';
  reportStage(house, fax, 'delivered');
}
