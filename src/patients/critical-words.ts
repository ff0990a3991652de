/** What a second reader compares with the paper in words: allergies, and what is to be done when the heart stops. Pure. */
import { formatBothCalendars } from '../lib/eras.ts';
import type { EmergencyRecord } from '../records/record.ts';
import { allergyKinds, codeStatuses, states, type Words } from '../records/words.ts';

type Side = 0 | 1;
const inBoth = (say: (side: Side) => string): Words => [say(0), say(1)];

export function allergyWords({ allergy }: Pick<EmergencyRecord, 'allergy'>): Words {
  return inBoth((side) => {
    const state = states[allergy.state][side];
    if (allergy.state !== 'present') return state;
    const items = allergy.items.map(({ kind, name, reaction }) => {
      return `${allergyKinds[kind][side]} ${name}${reaction ? `（${reaction}）` : ''}`;
    });
    return `${state}: ${items.join(' / ')}`;
  });
}

export function codeStatusWords({ codeStatus }: Pick<EmergencyRecord, 'codeStatus'>): Words {
  const { document } = codeStatus;
  return inBoth((side) => {
    const parts = [codeStatuses[codeStatus.status][side]];
    if ('expectedCondition' in codeStatus) parts.push(codeStatus.expectedCondition);
    if (document)
      parts.push(
        document.kind,
        formatBothCalendars(document.signedOn),
        document.signatories.join('・'),
        document.keptAt,
      );
    return parts.join(' / ');
  });
}
