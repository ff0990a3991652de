import { expect } from 'chai';
import fc from 'fast-check';
import { isCardNumber, withCardCheckDigits } from '../../src/lib/check-digits.ts';
import { cardCode, formCode, formKinds, parseCardCode, parseFormCode } from '../../src/paper/codes.ts';

const payloads = fc.tuple(fc.integer({ min: 5, max: 8 }), fc.integer({ min: 0, max: 999_999_999 }));
const cardNumbers = payloads
  .map(([first, rest]) => withCardCheckDigits(`${first}${String(rest).padStart(9, '0')}`))
  .filter((number) => number !== null);

describe('the codes on paper', () => {
  it('say the card number and give it back', () => {
    fc.assert(fc.property(cardNumbers, (number) => parseCardCode(cardCode(number)) === number));
  });

  it('are no card when a digit is another: it is never read as some other card', () => {
    const change = fc.tuple(cardNumbers, fc.integer({ min: 0, max: 11 }), fc.integer({ min: 1, max: 9 }));
    fc.assert(
      fc.property(change, ([number, at, by]) => {
        const digit = String((Number(number[at]) + by) % 10);
        return parseCardCode(`K1${number.slice(0, at)}${digit}${number.slice(at + 1)}`) === null;
      }),
    );
  });

  for (const text of ['', 'K1', 'K2530407483637', 'K153040748363', 'k1530407483637', 'https://example.jp', 'F1E01:1:'])
    it(`take ${text || 'nothing'} for no card`, () => {
      expect(isCardNumber('530407483637')).to.equal(true);
      expect(parseCardCode(text)).to.equal(null);
    });

  it('say of a form what it is, and give it back, also when filled up with spaces', () => {
    const part = (least: number, most: number) => fc.stringMatching(new RegExp(`^[0-9A-Z]{${least},${most}}$`));
    const codes = fc.record({
      kind: fc.constantFrom(...formKinds),
      version: fc.integer({ min: 1, max: 99 }),
      serial: part(1, 14),
      subject: part(0, 12),
    });
    fc.assert(
      fc.property(codes, (code) => {
        expect(parseFormCode(`${formCode(code)}  `)).to.deep.equal(code);
        expect(formCode(code).length).to.be.at.most(35);
      }),
    );
  });

  for (const text of ['F1X01:1:', 'F1E00:1:', 'F1E01::', 'F1E01:1', 'F2E01:1:', 'F1E01:123456789012345:', 'F1E01:a:'])
    it(`take ${text} for no form`, () => expect(parseFormCode(text)).to.equal(null));

  it('refuse to be printed with parts that do not fit', () => {
    expect(() => formCode({ kind: 'beds', version: 100, serial: '1', subject: '' })).to.throw(RangeError);
    expect(() => formCode({ kind: 'beds', version: 1, serial: 'rs_1', subject: '' })).to.throw(RangeError);
    expect(() => cardCode('530407483638')).to.throw(RangeError);
  });
});
