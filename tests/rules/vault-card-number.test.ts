import { expect } from 'chai';
import fc from 'fast-check';
import { isCardNumber, isMyNumber, withCardCheckDigits } from '../../src/lib/check-digits.ts';
import { drawCardNumber, neighbours } from '../../src/vault/card-number.ts';

const sixBytes = fc.uint8Array({ minLength: 6, maxLength: 6 });
/** Dice that show these bytes one after the other, then zeros, and count their throws. */
function diceOf(draws: readonly Uint8Array[]) {
  const dice = {
    throws: 0,
    random: (size: number): Buffer => Buffer.from(draws[dice.throws++] ?? Buffer.alloc(size)),
  };
  return dice;
}

const aCard = fc
  .integer({ min: 5_000_000_000, max: 8_999_999_999 })
  .map((payload) => withCardCheckDigits(String(payload)))
  .filter((number) => number !== null);
const distance = (one: string, other: string): number =>
  Array.from(one).filter((digit, place) => digit !== other[place]).length;

describe('a drawn card number', () => {
  it('is a card number and never somebody’s My Number, whatever the dice say', () => {
    const law = fc.property(fc.array(sixBytes, { minLength: 1, maxLength: 4 }), (draws) => {
      const number = drawCardNumber(diceOf(draws).random);
      return isCardNumber(number) && !isMyNumber(number);
    });
    fc.assert(law, { numRuns: 2000 });
  });

  it('draws again what would favour the first payloads', () => {
    const dice = diceOf([Buffer.alloc(6, 0xff), Buffer.alloc(6)]);
    expect(drawCardNumber(dice.random).slice(0, 10)).to.equal('5000000000');
    expect(dice.throws).to.equal(2);
  });

  it('draws again what could be a My Number', () => {
    let payload = 0;
    while (withCardCheckDigits(String(5_000_000_000 + payload)) !== null) payload++;
    const first = Buffer.alloc(6);
    first.writeUIntBE(payload, 0, 6);
    expect(drawCardNumber(diceOf([first]).random).slice(0, 10)).to.equal('5000000000');
  });
});

describe('the neighbours of a card number', () => {
  it('are all the other cards within two wrong digits, and only those', () => {
    // Compared with every way to write two wrong digits, by brute force.
    const number = drawCardNumber(diceOf([]).random);
    const expected = new Set<string>();
    for (let one = 0; one < 12; one++)
      for (let other = 0; other < 12; other++)
        for (let digits = 0; digits < 100; digits++) {
          const changed = Array.from(number);
          changed[one] = String(Math.floor(digits / 10));
          changed[other] = String(digits % 10);
          const candidate = changed.join('');
          if (candidate !== number && isCardNumber(candidate)) expected.add(candidate);
        }
    expect(new Set(neighbours(number))).to.deep.equal(expected);
    expect(neighbours(number)).to.have.length(expected.size);
  });

  it('are about fifty, differ in exactly two digits, and have it for a neighbour themselves', () => {
    const law = fc.property(aCard, (number) => {
      const found = neighbours(number);
      expect(found.length).to.be.within(20, 75);
      expect(new Set(found).size).to.equal(found.length);
      for (const neighbour of found) {
        expect(isCardNumber(neighbour)).to.equal(true);
        expect(distance(number, neighbour)).to.equal(2);
      }
      expect(neighbours(found[0] ?? '')).to.include(number);
    });
    fc.assert(law, { numRuns: 30 });
  });

  it('are asked of card numbers only', () => {
    for (const text of ['', '12', '400000000000', '500000000013']) expect(() => neighbours(text)).to.throw(RangeError);
  });
});
