import { expect } from 'chai';
import fc from 'fast-check';
import { holdsMyNumber, isMyNumber, passesLuhn } from '../../src/lib/check-digits.ts';
import {
  hasDoubtfulCheckDigit,
  maskMyNumber,
  type ReadIdentifier,
  readCareInsured,
  readCareInsurer,
  readInstitutionCode,
  readInsurerNumber,
  readPublicPayer,
  readPublicRecipient,
} from '../../src/lib/identifiers.ts';

const myNumberFrom = (payload: string): string => {
  const found = Array.from('0123456789', (digit) => payload + digit).find(isMyNumber);
  return found!;
};

describe('numbers of Japanese offices', () => {
  const cases: [(text: string) => ReadIdentifier, string, ReadIdentifier][] = [
    [readInstitutionCode, '0110113719', { value: '0110113719' }],
    [readInstitutionCode, '０１-1-01-1371-9', { value: '0110113719' }],
    [readInstitutionCode, '0110113718', { problem: 'check_digit' }],
    [readInstitutionCode, '4810113719', { problem: 'prefecture' }],
    [readInstitutionCode, '0010113719', { problem: 'prefecture' }],
    [readInstitutionCode, '0120113719', { problem: 'point_table' }],
    [readInstitutionCode, '011011371', { problem: 'wrong_length' }],
    [readInstitutionCode, '01101l3719', { problem: 'not_digits' }],
    [readInsurerNumber, '33120015', { value: '33120015' }],
    [readInsurerNumber, '33120016', { problem: 'check_digit' }],
    [readInsurerNumber, '3312001', { problem: 'wrong_length' }],
    [readInsurerNumber, '140013', { problem: 'check_digit' }],
    [readCareInsurer, '141036', { value: '141036' }],
    [readCareInsured, '0000000001', { value: '0000000001' }],
    [readCareInsured, '543274497068', { problem: 'wrong_length' }],
    [readPublicPayer, '5413601', { problem: 'wrong_length' }],
    [readPublicRecipient, '0000018', { value: '0000018' }],
  ];
  for (const [read, written, expected] of cases) {
    it(`${read.name} of ${written} gives ${JSON.stringify(expected)}`, () => {
      expect(read(written)).to.deep.equal(expected);
    });
  }

  it('only doubts where the rule was not read in a public source', () => {
    expect(hasDoubtfulCheckDigit('33120015')).to.equal(false);
    expect(hasDoubtfulCheckDigit('33120016')).to.equal(true);
  });

  it('finds a slip in any one digit of an insurer number', () => {
    const six = fc.integer({ min: 0, max: 99_999 }).map((n) => String(n).padStart(5, '0'));
    fc.assert(
      fc.property(six, fc.nat(5), fc.integer({ min: 1, max: 9 }), (payload, place, by) => {
        const number = Array.from('0123456789', (digit) => payload + digit).find(passesLuhn)!;
        const wrong = number.slice(0, place) + ((Number(number[place]) + by) % 10) + number.slice(place + 1);
        expect(readInsurerNumber(number)).to.deep.equal({ value: number });
        expect(readInsurerNumber(wrong)).to.deep.equal({ problem: 'check_digit' });
      }),
    );
  });
});

describe('My Number', () => {
  const separators = ['', ' ', '-', '　', '－', 'ー', '‐'];
  it('is found and masked in any text, however it is spaced', () => {
    const payload = fc.integer({ min: 0, max: 99_999_999_999 }).map((n) => String(n).padStart(11, '0'));
    fc.assert(
      fc.property(payload, fc.constantFrom(...separators), fc.boolean(), (digits, separator, isWide) => {
        const number = myNumberFrom(digits);
        const grouped = [number.slice(0, 4), number.slice(4, 8), number.slice(8)].join(separator);
        const written = isWide ? grouped.replace(/\d/g, (d) => String.fromCharCode(d.charCodeAt(0) + 0xfee0)) : grouped;
        const text = `番号は${written}です`;
        expect(holdsMyNumber(text), text).to.equal(true);
        const masked = maskMyNumber(text);
        expect(masked).to.equal('番号は●●●●●●●●●●●●です');
        expect(holdsMyNumber(masked)).to.equal(false);
      }),
    );
  });
  it('leaves other numbers alone', () => {
    for (const text of ['電話 045-000-0101', '5432-7449-7068', '+819000000101', 'フェントス 2mg'])
      expect(maskMyNumber(text)).to.equal(text);
  });
});
