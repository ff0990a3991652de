import { expect } from 'chai';
import fc from 'fast-check';
import {
  asciiDigits,
  formatCardNumber,
  holdsMyNumber,
  isCardNumber,
  isInstitutionCode,
  isMemberCode,
  isMyNumber,
  passesLuhn,
  passesMod97,
  withCardCheckDigits,
  withMemberCheckDigit,
} from '../../src/lib/check-digits.ts';

const digits = (length: number): fc.Arbitrary<string> =>
  fc.array(fc.integer({ min: 0, max: 9 }), { minLength: length, maxLength: length }).map((list) => list.join(''));
const cardNumbers = fc
  .tuple(fc.integer({ min: 5, max: 8 }), digits(9))
  .map(([first, rest]) => withCardCheckDigits(`${first}${rest}`))
  .filter((number) => number !== null);

/** Every text that differs in one digit, and every one with two unlike neighbours exchanged. */
function slips(text: string): string[] {
  const wrong: string[] = [];
  for (let place = 0; place < text.length; place++) {
    for (const digit of '0123456789') {
      if (digit !== text[place]) wrong.push(text.slice(0, place) + digit + text.slice(place + 1));
    }
    const [here, next] = [text[place], text[place + 1]];
    if (next !== undefined && next !== here) wrong.push(text.slice(0, place) + next + here + text.slice(place + 2));
  }
  return wrong;
}

describe('check digits', () => {
  it('agree with the published examples', () => {
    expect(passesMod97('79444'), 'ISO 7064 MOD 97-10: 794 → 44').to.equal(true);
    expect(passesMod97('79445')).to.equal(false);
    expect(passesLuhn('33120015'), '保険者番号の例').to.equal(true);
    expect(passesLuhn('33120016')).to.equal(false);
    expect(isMyNumber('123456789018'), 'weights 6543 2765432').to.equal(true);
    expect(isMyNumber('123456789012')).to.equal(false);
  });

  it('Damm: 572 → 4, so five digits ending in 572 after zeroes end in 4', () => {
    // Leading zeroes leave Damm's interim digit at 0, so the published example holds for a padded code too.
    expect(withMemberCheckDigit('00572')).to.equal('005724');
    expect(isMemberCode('005724')).to.equal(true);
  });

  it('a card number is twelve digits, 5 to 8 first, and printed 4-4-4', () => {
    const number = withCardCheckDigits('5000000000');
    expect(number).to.match(/^5000000000\d\d$/);
    expect(isCardNumber(number!)).to.equal(true);
    expect(formatCardNumber(number!)).to.match(/^5000-0000-00\d\d$/);
    for (const text of ['', '5000', `${number}0`, `9${number!.slice(1)}`, ` ${number}`, number!.replace('5', '５')])
      expect(isCardNumber(text), JSON.stringify(text)).to.equal(false);
    expect(() => withCardCheckDigits('4000000000')).to.throw(RangeError);
    expect(() => withCardCheckDigits('50000')).to.throw(RangeError);
    expect(() => formatCardNumber('5000-0000')).to.throw(RangeError);
  });

  it('a card number with one wrong digit or two neighbours exchanged is always noticed', () => {
    fc.assert(fc.property(cardNumbers, (number) => slips(number).every((wrong) => !isCardNumber(wrong))));
  });

  it('a member code with one wrong digit or two neighbours exchanged is always noticed', () => {
    fc.assert(
      fc.property(digits(5).map(withMemberCheckDigit), (code) => {
        expect(isMemberCode(code)).to.equal(true);
        expect(slips(code).filter(isMemberCode)).to.deep.equal([]);
      }),
    );
  });

  it('a number that passes the check of My Number is never a card number', () => {
    const refused = Array.from({ length: 400 }, (_, n) => String(5_000_000_000 + n * 7919)).filter(
      (payload) => withCardCheckDigits(payload) === null,
    );
    expect(refused.length, 'about one in eleven').to.be.within(20, 60);
    for (const payload of refused) {
      const number = payload + String(98 - (Number(`${payload}00`) % 97)).padStart(2, '0');
      expect(passesMod97(number) && isMyNumber(number)).to.equal(true);
      expect(isCardNumber(number)).to.equal(false);
    }
  });

  it('a My Number is found in free text, with dashes, spaces or full-width digits, and phones are left alone', () => {
    for (const text of ['123456789018', '1234-5678-9018', '番号は１２３４　５６７８　９０１８です', '1234−5678−9018;x'])
      expect(holdsMyNumber(text), text).to.equal(true);
    for (const text of ['+123456789018', '1234567890189', '090-0000-0101', '12345678901', '1234-5678-9012', ''])
      expect(holdsMyNumber(text), text).to.equal(false);
  });

  it('an institution code has a prefecture, a kind and a Luhn digit', () => {
    const table: [string, boolean][] = [
      ['0110113719', true],
      ['0110113718', false],
      ['4810113716', false], // no prefecture 48
      ['0010113710', false],
      ['0120113717', false], // kind 2 does not exist
      ['011011371', false],
    ];
    for (const [code, valid] of table) expect(isInstitutionCode(code), code).to.equal(valid);
  });

  it('digits are read as people type them', () => {
    const table: [string, string][] = [
      ['５０００－１２３４　５６７８', '500012345678'],
      [' 5000-1234-5678 ', '500012345678'],
      ['12ー34−56', '123456'],
      ['12a34', '12a34'],
      ['-12', '-12'],
    ];
    for (const [typed, read] of table) expect(asciiDigits(typed), typed).to.equal(read);
  });
});
