/** Names of a crowd: composed as Japanese family names are, a few frequent and many rare, each with the tokens that an enrolment writes. */
import { type SearchKey, type SearchKind, searchToken, tokensOf } from '../../src/patients/search-tokens.ts';
import { type SealedContent, sealedContentShape } from '../../src/records/record.ts';
import { minimumDraft } from '../support/drafts.ts';

const words = (text: string): string[] => text.split(' ');
const familyStarts = words(
  'サ スズ タカ タ ワタ イ ヤマ ナカ コ カ ヨシ マツ モリ アオ フク オカ ハシ ニシ ミナミ ウエ シミズ ハヤシ クロ シラ',
);
const familyEnds = words('トウ キ ハシ ナカ ベ ムラ モト ダ バヤシ カワ グチ シタ ザキ ノ');
const givenStarts = words('カズ ヨシ サチ ヒロ ノリ マサ トシ キヨ');
const givenEnds = words('コ オ エ シ ヒコ ミ ノブ ユキ');

/** The most frequent first. */
export const families: readonly string[] = familyStarts.flatMap((start) => familyEnds.map((end) => start + end));
export const givens: readonly string[] = givenStarts.flatMap((start) => givenEnds.map((end) => start + end));

/** Days on which patients of a home-care network were born. */
export const births = { first: '1920-01-01', days: 20_000 } as const;

export function birthOf(day: number): string {
  return new Date(Date.parse(births.first) + day * 86_400_000).toISOString().slice(0, 10);
}

export interface NumberedToken {
  number: number;
  kind: SearchKind;
  token: Buffer;
}

/** @param numbers of whole names: the family's place times the number of given names, plus the given name's place. */
export function* nameTokens(key: SearchKey, numbers: readonly number[]): Generator<NumberedToken> {
  const base = sealedContentShape.parse({ schema: 1, ...minimumDraft() });
  for (const number of numbers) {
    const nameKana = { family: families[Math.floor(number / givens.length)]!, given: givens[number % givens.length]! };
    const content = { ...base, registration: { ...base.registration, nameKana } } as SealedContent;
    for (const { kind, token } of tokensOf(key, content))
      if (kind === 'kana' || kind === 'loose_kana') yield { number, kind, token };
  }
}

export function* birthTokens(key: SearchKey): Generator<NumberedToken> {
  for (let number = 0; number < births.days; number += 1)
    yield { number, ...searchToken(key, 'birth', birthOf(number)) };
}

export function* phoneEndTokens(key: SearchKey): Generator<NumberedToken> {
  for (let number = 0; number < 10_000; number += 1)
    yield { number, ...searchToken(key, 'phone_end', String(number).padStart(4, '0')) };
}

/** Protects nothing: the crowd is invented. */
export const searchKeyOf = (associationId: string): SearchKey => ({ bytes: Buffer.alloc(32, 7), associationId });
