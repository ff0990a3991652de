import { hkdfSync, scryptSync } from 'node:crypto';
import { expect } from 'chai';
import { createCardDeriver } from '../../src/lib/card.ts';

const pepper = Buffer.alloc(32, 7);

describe('the derivation from a card number', () => {
  it('is scrypt over number and pepper, and two independent outputs of it, on threads as in place', async () => {
    for (const costLog2 of [4, 12]) {
      const { index, key } = await createCardDeriver({ pepper, costLog2, concurrency: 2 }).derive('500000000012');
      const secret = scryptSync('500000000012', pepper, 32, { N: 2 ** costLog2, r: 8, p: 1 });
      const output = (label: string) =>
        Buffer.from(hkdfSync('sha256', secret, new Uint8Array(), label, 32)).toString('hex');
      expect(index.toString('hex')).to.equal(output('kamome card index 1'));
      expect(key.toString('hex')).to.equal(output('kamome card key 1'));
    }
  });

  it('gives each caller his own, in whatever order more derivations than threads come back', async () => {
    const cards = ['500000000012', '500000000109', '500000000206', '500000000303', '500000000400'];
    const threads = createCardDeriver({ pepper, costLog2: 12, concurrency: 2 });
    const together = await Promise.all(cards.map((card) => threads.lookupIndex(card)));
    for (const [place, card] of cards.entries())
      expect((await threads.lookupIndex(card)).equals(together[place]!), card).to.equal(true);
    expect(new Set(together.map((index) => index.toString('hex'))).size).to.equal(5);
  });

  it('differs with the pepper, and refuses a short pepper and what is no card number', async () => {
    const other = createCardDeriver({ pepper: Buffer.alloc(32, 8), costLog2: 4, concurrency: 1 });
    const mine = createCardDeriver({ pepper, costLog2: 4, concurrency: 1 });
    const indexes = [await mine.lookupIndex('500000000012'), await other.lookupIndex('500000000012')];
    expect(indexes[0]!.equals(indexes[1]!)).to.equal(false);
    expect(() => createCardDeriver({ pepper: Buffer.alloc(31), costLog2: 4, concurrency: 1 })).to.throw(/32 bytes/);
    let refused = '';
    await mine.lookupIndex('12').catch((error: Error) => {
      refused = error.message;
    });
    expect(refused).to.match(/12 digits/);
  });
});
