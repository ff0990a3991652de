import { expect } from 'chai';
import { hashSecret, isPin, isWeakPin, verifySecret } from '../../src/lib/secret.ts';

const salt = Buffer.from('0123456789abcdef');
const cheap = 4;

describe('PINs', () => {
  it('are six to eight digits, and the first guesses of a thief are weak', () => {
    for (const pin of ['482913', '48291307']) expect([isPin(pin), isWeakPin(pin)], pin).to.deep.equal([true, false]);
    for (const pin of ['48291', '482913075', '48291a', '４８２９１３', '']) expect(isPin(pin), pin).to.equal(false);
    for (const pin of ['000000', '77777777', '123456', '876543', '890123', '109876'])
      expect(isWeakPin(pin), pin).to.equal(true);
  });

  it('the stored form says how it was made and does not hold the PIN', async () => {
    const stored = await hashSecret('482913', salt);
    expect(stored).to.match(/^scrypt\$16384\$8\$1\$MDEyMzQ1Njc4OWFiY2RlZg\$[\w-]{43}$/);
    expect(stored).not.to.include('482913');
    expect(await verifySecret('482913', stored)).to.equal(true);
  });

  it('only the right PIN is accepted, at any cost it was stored with', async () => {
    const stored = await hashSecret('482913', salt, cheap);
    expect(stored).to.match(/^scrypt\$16\$/);
    expect(await verifySecret('482913', stored)).to.equal(true);
    for (const wrong of ['482914', '4829130', '', '482913x', '000000'])
      expect(await verifySecret(wrong, stored), wrong).to.equal(false);
  });

  it('another salt gives another hash', async () => {
    const other = await hashSecret('482913', Buffer.from('fedcba9876543210'), cheap);
    expect(other).not.to.equal(await hashSecret('482913', salt, cheap));
  });

  it('nobody has no PIN, not even zeroes', async () => {
    for (const pin of ['482913', '000000', '']) expect(await verifySecret(pin, null), pin).to.equal(false);
  });

  it('a damaged row is an error that does not repeat the PIN, never a yes', async () => {
    const good = await hashSecret('482913', salt, cheap);
    const [, , , , , hash] = good.split('$');
    for (const stored of [
      '',
      '482913',
      'scrypt$15$8$1$MDEyMzQ1Njc4OWFiY2RlZg$x',
      `scrypt$1048576$8$1$${hash}$${hash}`,
    ]) {
      const failure = await verifySecret('482913', stored).then(
        () => null,
        (error: Error) => error,
      );
      expect(failure?.message).to.match(/damaged/);
      expect(failure?.message).not.to.include('482913');
    }
  });

  it('hashing refuses what is no PIN and a short salt', async () => {
    for (const attempt of [hashSecret('12', salt, cheap), hashSecret('482913', Buffer.alloc(8), cheap)]) {
      const failure = await attempt.catch((error: unknown) => error);
      expect(failure).to.be.instanceOf(RangeError);
    }
  });
});
