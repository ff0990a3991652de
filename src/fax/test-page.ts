/** The page that proves a number: its code, to whom it goes, and until when it is good. */
import { associations, faxOwners } from '../directory/actions.ts';
import { plusSeconds } from '../lib/clock.ts';
import { faxOf } from '../pages/fax.ts';
import { destinationTestLetter } from '../pages/letters.ts';
import type { PageMaker } from '../pages/maker.ts';
import type { BothWords } from '../pages/words.ts';
import type { FaxContext, TestPage } from './context.ts';
import { codeSeconds } from './destination.ts';

export function testPageMaker(
  { db, clock }: Pick<FaxContext, 'db' | 'clock'>,
  maker: PageMaker,
  words: BothWords,
): TestPage {
  return async ({ id, associationId, owner, e164, status }, code) => {
    const [all, owners] = await Promise.all([associations(db), faxOwners(db, associationId)]);
    const association = all.find((one) => one.id === associationId);
    if (!association) throw new Error('a destination belongs to no association');
    const at = clock.now();
    const name = owners.find((one) => one.id === owner.id)?.name ?? '';
    const about = {
      ...{ code, to: { name, faxLastFour: e164.slice(-4) }, owner: owner.kind, reference: id },
      ...{ validUntil: plusSeconds(at, codeSeconds), isYearly: status === 'confirmed' },
    };
    const { name: associationName, phone: hubPhone, gateway_phone: gatewayPhone } = association;
    const letter = destinationTestLetter(about, { associationName, hubPhone, at, gatewayPhone }, words);
    return faxOf(maker, 'letter', letter, 'fine');
  };
}
