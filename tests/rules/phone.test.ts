import { expect } from 'chai';
import fc from 'fast-check';
import { formatNational, parsePhone } from '../../src/lib/phone.ts';

describe('phone numbers', () => {
  const callable: [string, string, string][] = [
    ['090-0000-0101', '+819000000101', '090-0000-0101'],
    ['０９０－００００－０１０１', '+819000000101', '090-0000-0101'],
    ['090ー0000ー0101', '+819000000101', '090-0000-0101'],
    ['(045) 000-0101', '+81450000101', '045-000-0101'],
    ['０４５（０００）０１０１', '+81450000101', '045-000-0101'],
    ['050-0000-0100', '+815000000100', '050-0000-0100'],
    ['060-0000-0001', '+816000000001', '060-0000-0001'],
    ['07000000001', '+817000000001', '070-0000-0001'],
    ['+81 70 0000 0002', '+817000000002', '070-0000-0002'],
    ['+81(0)90-0000-0101', '+819000000101', '090-0000-0101'],
    ['03-0000-0001', '+81300000001', '03-0000-0001'],
    ['0467-00-0001', '+81467000001', '0467-00-0001'],
    ['051-100-5005', '+81511005005', '0511005005'], // of a prefix that is given out to nobody yet: shown with its 0 all the same
  ];
  for (const [typed, e164, national] of callable) {
    it(`${typed} is ${e164}`, () => {
      expect(parsePhone(typed)).to.deep.equal({ e164 });
      expect(formatNational(e164)).to.equal(national);
    });
  }

  const refused: [string, string][] = [
    ['110', 'emergency'],
    ['118', 'emergency'],
    ['１１９', 'emergency'],
    ['0120-000-001', 'toll_free'],
    ['0800-000-0001', 'toll_free'],
    ['0570-000-001', 'special_rate'],
    ['+81570000001', 'special_rate'],
    ['0990-000-001', 'special_rate'],
    ['020-0000-0001', 'not_a_telephone'],
    ['0091-20-0000-0001', 'not_a_telephone'],
    ['9000000101', 'lost_zero'],
    ['450000101', 'lost_zero'],
    ['+12125550100', 'foreign'],
    ['090-0000-010', 'not_a_number'],
    ['090-0000-01011', 'not_a_number'],
    ['045-000-01011', 'not_a_number'],
    ['090-0000-0101 (妻)', 'not_a_number'],
    ['', 'not_a_number'],
    ['+', 'not_a_number'],
  ];
  for (const [typed, reason] of refused) {
    it(`${JSON.stringify(typed)} is refused: ${reason}`, () => {
      expect(parsePhone(typed)).to.deep.equal({ refused: reason });
    });
  }

  it('a foreign number is taken only where the caller allows it', () => {
    expect(parsePhone('+1 212-555-0100', { allowForeign: true })).to.deep.equal({ e164: '+12125550100' });
    expect(parsePhone('+1 2', { allowForeign: true })).to.deep.equal({ refused: 'not_a_number' });
  });

  it('what is shown can be read back', () => {
    const mobiles = fc
      .tuple(fc.constantFrom('50', '60', '70', '80', '90'), fc.integer({ min: 10_000_000, max: 99_999_999 }))
      .map(([prefix, rest]) => `+81${prefix}${rest}`);
    fc.assert(
      fc.property(mobiles, (e164) => {
        expect(parsePhone(formatNational(e164))).to.deep.equal({ e164 });
      }),
    );
  });

  it('formatting refuses what is not a number', () => {
    expect(() => formatNational('いろは')).to.throw(RangeError);
  });
});
