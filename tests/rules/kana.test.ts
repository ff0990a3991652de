import { expect } from 'chai';
import fc from 'fast-check';
import { kanaInitials, kanaKey, looseKanaKey, toKatakana } from '../../src/lib/kana.ts';

describe('names in kana', () => {
  const kept: [string, string | null][] = [
    ['ｶﾓﾉ ﾄｵﾙ', 'カモノ トオル'],
    ['ｶﾞｷﾞ', 'ガギ'],
    ['かもの　とおる', 'カモノ トオル'],
    ['ジョー', 'ジョー'],
    ['ｼﾞｮｰ', 'ジョー'],
    ['ジョ－', 'ジョー'],
    ['マリア・テレサ', 'マリア・テレサ'],
    ['  カモメ  ', 'カモメ'],
    ['鴎野', null],
    ['カモノ1', null],
    ['Kamono', null],
    ['', null],
    ['ー', null],
  ];
  for (const [written, kana] of kept)
    it(`'${written}' is kept as ${kana}`, () => expect(toKatakana(written)).to.equal(kana));

  it('asks for as many kana as it is told', () => {
    expect(toKatakana('カ', 2)).to.equal(null);
    expect(toKatakana('カ・', 2)).to.equal(null);
    expect(toKatakana('カモ', 2)).to.equal('カモ');
  });

  // Pairs that people write for one name, and that must meet under one key.
  const meeting: [string, string][] = [
    ['カモノ トオル', 'かもの　とおる'],
    ['カモノ トオル', 'ｶﾓﾉﾄｵﾙ'],
    ['トオル', 'トール'],
    ['トオル', 'トウル'],
    ['オオノ', 'オーノ'],
    ['ケイコ', 'ケーコ'],
    ['ユウコ', 'ユーコ'],
    ['ニイヌマ', 'ニーヌマ'],
    ['サッポロ', 'サツポロ'],
    ['シュンペイ', 'シユンペイ'],
    ['イヂチ', 'イジチ'],
    ['チヅル', 'チズル'],
    ['ヴァン', 'ブアン'],
    ['マリア・テレサ', 'マリアテレサ'],
    ['イノウエ', 'イノーエ'],
  ];
  for (const [one, other] of meeting)
    it(`${one} and ${other} have one key`, () => expect(kanaKey(one)).to.equal(kanaKey(other)).and.not.equal(''));

  const apart: [string, string][] = [
    ['ナカジマ', 'ナカシマ'],
    ['サトウ', 'カトウ'],
    ['ヤマザキ', 'ヤマサキ'],
  ];
  for (const [one, other] of apart)
    it(`${one} and ${other} differ at the first pass`, () => expect(kanaKey(one)).to.not.equal(kanaKey(other)));

  it('drops 濁点 and 半濁点 at the second pass', () => {
    expect(looseKanaKey('ナガジマ')).to.equal(looseKanaKey('ナカシマ'));
    expect(looseKanaKey('パン')).to.equal(looseKanaKey('ハン')).and.to.equal(looseKanaKey('バン'));
    expect(looseKanaKey('サトウ')).to.not.equal(looseKanaKey('カトウ'));
  });

  const kana = fc.string({
    unit: fc.constantFrom(...'アイウエオカガキコゴサシジショッツヅテトノハバパマミヤャユュョラルンー・ ヴ'),
    maxLength: 12,
  });
  it('gives a beginning the beginning of the key', () => {
    fc.assert(
      fc.property(kana, fc.nat(12), (name, size) => {
        if (toKatakana(name) === null) return;
        const beginning = kanaKey(name.slice(0, size));
        expect(kanaKey(name).startsWith(beginning)).to.equal(true);
        const loose = looseKanaKey(name.slice(0, size));
        expect(looseKanaKey(name).startsWith(loose)).to.equal(true);
      }),
    );
  });
  it('is a fixed point', () => {
    fc.assert(
      fc.property(kana, (name) => {
        expect(kanaKey(kanaKey(name))).to.equal(kanaKey(name));
        expect(looseKanaKey(looseKanaKey(name))).to.equal(looseKanaKey(name));
      }),
    );
  });

  it('gives initials for the pseudonymous page', () => {
    expect(kanaInitials(['カモノ', 'トオル'])).to.equal('カ.ト.');
    expect(kanaInitials(['カモノ', ''])).to.equal('カ.');
  });
});
