import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect } from 'chai';
import { cardSheetView } from '../../src/pages/card-view.ts';
import { type Coverage, coverageOf } from '../../src/pages/glyphs.ts';
import {
  coverLetter,
  destinationTestLetter,
  isRefusalReason,
  refusalLetter,
  refusalReasons,
} from '../../src/pages/letters.ts';
import { rosterView } from '../../src/pages/roster-view.ts';
import { markUnshown } from '../../src/pages/unshown.ts';
import { loadWords, wordsFrom } from '../../src/pages/words.ts';

const words = loadWords();
const at = new Date('2026-01-04T18:12:00Z');
const context = { associationName: '架空医師会', hubPhone: '+81450000000', at };
const to = { name: '藤棚クリニック', faxLastFour: '0202' };

describe('the words of pages', () => {
  it('are the same in both languages, with the same places', () => {
    expect(words.en.keys).to.have.members(words.ja.keys);
    const places = (language: 'ja' | 'en') => {
      const file = path.resolve(import.meta.dirname, `../../config/pages/words/${language}.json`);
      return new Map(flat(JSON.parse(readFileSync(file, 'utf8'))).map(([key, text]) => [key, placesOf(text)]));
    };
    const english = places('en');
    for (const [key, wanted] of places('ja')) expect(english.get(key), key).to.deep.equal(wanted);
  });

  it('are all there for what the views ask by name', () => {
    const folder = path.resolve(import.meta.dirname, '../../src/pages');
    const sources = readdirSync(folder).map((file) => readFileSync(path.join(folder, file), 'utf8'));
    const asked = sources.flatMap((source) => [...source.matchAll(/say\('([a-z_.]+)'/g)].map(([, key]) => key!));
    expect(asked.length).to.be.above(20);
    for (const key of asked) expect(words.ja.keys, key).to.include(key);
  });

  it('refuse a key that is not there and a place without a value', () => {
    const few = wordsFrom({ a: { b: 'x {n}' } }, 'ja');
    expect(few.say('a.b', { n: 2 })).to.equal('x 2');
    expect(() => few.say('a.c')).to.throw('a.c');
    expect(() => few.say('a.b')).to.throw('{n}');
  });
});

describe('the short pages', () => {
  for (const reason of refusalReasons) {
    it(`say why and what to do about ${reason}, in both languages, with the hub's telephone`, () => {
      const letter = refusalLetter({ reason, receivedAt: at, reference: 'fi_x', to, isAlarmed: false }, context, words);
      expect(letter.paragraphs).to.have.length(2);
      for (const { ja, en } of letter.paragraphs) {
        expect(ja).to.match(/[ぁ-ん].*。$/);
        expect(en).to.match(/^[\x20-\x7e]+\.$/);
      }
      expect(letter.footer.join()).to.contain('045-000-0000');
      expect(letter.alarm).to.equal(null);
    });
  }

  it('do not tell an unknown card from a wrong birth date', () => {
    expect(refusalReasons.filter((reason) => /birth|unknown_card|no_such/.test(reason))).to.deep.equal([]);
    expect(isRefusalReason('not_confirmed')).to.equal(true);
    expect(isRefusalReason('wrong_birth_date')).to.equal(false);
  });

  it('show the code of a destination test, mark what is sent again, and take no other code than four digits', () => {
    const about = { code: '4071', to, owner: 'doctor', reference: 'fd_x', validUntil: at, isYearly: false } as const;
    const test = destinationTestLetter(about, { ...context, gatewayPhone: '+81450000001' }, words);
    expect(test.boxed?.value).to.equal('4 0 7 1');
    expect(() =>
      destinationTestLetter({ ...about, code: '40712' }, { ...context, gatewayPhone: '+81450000001' }, words),
    ).to.throw();
    const howTo = (owner: 'doctor' | 'hospital' | 'facility') =>
      destinationTestLetter({ ...about, owner }, { ...context, gatewayPhone: '+81450000001' }, words).paragraphs[1]?.ja;
    expect(
      [howTo('doctor'), howTo('hospital'), howTo('facility')].map((text) => /電話して(\d)/.exec(text ?? '')?.[1]),
    ).to.deep.equal(['2', '3', '4']);
    const cover = { to, pages: 2, reference: 'fx_x' };
    expect(coverLetter({ ...cover, isResend: true }, context, words).boxed?.value).to.equal('再送');
    expect(coverLetter({ ...cover, isResend: false }, context, words).boxed).to.equal(null);
  });

  it('print a hole in the roster as one', () => {
    const sheet = { associationName: '', hubPhone: '+81450000000', areaName: '藤棚', at };
    const days = [{ date: '2026-01-12', names: [['岬 亮', '沖 昇'], []] }];
    const { rows } = rosterView({ ...sheet, bands: ['夜', '昼'], days }, words);
    expect(rows).to.deep.equal([{ cells: ['1/12 月祝', '岬 亮→沖 昇', '【未定】'], isDayOff: true }]);
    expect(() => rosterView({ ...sheet, bands: ['夜'], days }, words)).to.throw(RangeError);
  });

  it('keep birth date, illness and wishes off the card, and refuse a number that is no card', () => {
    const card = { cardNumber: '512345678953', nameKana: 'カモメノ ナギサ', issuedOn: '2026-01-05', issue: 1 };
    const attending = { doctor: '潮見 一郎', facility: '潮見医院', phone: '+81450000201' };
    const issuer = { associationName: '', gatewayPhone: '+81450000001', gatewayFax: null, lostPhone: '+81450000000' };
    const { cards } = cardSheetView([{ ...card, attending }], issuer, words);
    expect(cards[0]!.number.value).to.equal('5123 4567 8953');
    expect(cards[0]!.qr.modules).to.equal(21);
    expect(() => cardSheetView([{ ...card, cardNumber: '512345678954', attending }], issuer, words)).to.throw(
      RangeError,
    );
  });
});

describe('a character that cannot be shown', () => {
  const ascii = { has: (point: number) => point < 0x3100, hasVariant: () => false };
  const coverage: Coverage = coverageOf([[ascii, { ...ascii, has: (point) => point < 0x3100 && point !== 0x41 }]]);

  it('is missing when any weight of a family lacks it', () => {
    expect(coverage.missingIn('あA\n').map(({ codePoints }) => codePoints)).to.deep.equal([[0x41]]);
  });

  it('stands as 〓 and is named; a missing form keeps its ordinary character before the 〓', () => {
    const { view, unshown } = markUnshown({ name: '𠀋あ\u{E0100}い', list: ['あ'] }, coverage);
    expect(view).to.deep.equal({ name: '〓あ〓い', list: ['あ'] });
    expect(unshown).to.deep.equal(['U+2000B', 'U+3042 U+E0100']);
    const untouched = { name: 'あ' };
    expect(markUnshown(untouched, coverage).view).to.equal(untouched);
  });
});

const placesOf = (text: string): string[] => [...text.matchAll(/\{([a-z_]+)\}/g)].map(([, place]) => place!).sort();
const flat = (catalogue: object, prefix = ''): [string, string][] =>
  Object.entries(catalogue).flatMap(([key, value]): [string, string][] =>
    typeof value === 'string' ? [[prefix + key, value]] : flat(value, `${prefix}${key}.`),
  );
