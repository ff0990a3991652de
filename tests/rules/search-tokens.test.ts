import { expect } from 'chai';
import {
  questionOf,
  type SearchKey,
  type SearchToken,
  type SearchWords,
  tokensOf,
} from '../../src/patients/search-tokens.ts';
import { sealedContentShape } from '../../src/records/record.ts';
import { minimumDraft } from '../support/drafts.ts';

const key: SearchKey = { bytes: new Uint8Array(32).fill(7), associationId: 'as_1' };
const content = sealedContentShape.parse({ schema: 1, ...minimumDraft() }); // タカサキ カオル, 1940-03-01

const text = ({ kind, token }: SearchToken): string => `${kind} ${token.toString('hex')}`;
function finds(words: SearchWords, pass: 'first' | 'second' = 'first'): boolean | string {
  const question = questionOf(key, words);
  if ('refused' in question) return question.refused;
  const own = new Set(tokensOf(key, content).map(text));
  const wanted = pass === 'first' ? question.tokens : (question.looser ?? []);
  return wanted.length > 0 && wanted.every((token) => own.has(text(token)));
}

describe('the search for a patient', () => {
  const found: SearchWords[] = [
    { kana: 'タカサキ' },
    { kana: 'たか' },
    { kana: 'ﾀｶｻｷｶｵﾙ' },
    { kana: 'タカサキ　カオ' },
    { kana: 'カオル' },
    { birth: '昭和15年3月1日' },
    { birth: '1940-03-01' },
    { phone: '090-0000-0001' },
    { phone: '０４５（０００）０００１' },
    { phone: '0001' },
    { kana: 'タカ', birth: 'S15.3.1', phone: '0001' },
  ];
  for (const words of found) it(`finds by ${JSON.stringify(words)}`, () => expect(finds(words)).to.equal(true));

  const missed: SearchWords[] = [
    { kana: 'サキ' },
    { kana: 'タカザキ' },
    { kana: 'タ' },
    { birth: '1940-03-02' },
    { phone: '0002' },
    { kana: 'タカ', birth: '1940-03-02' },
  ];
  for (const words of missed)
    it(`does not find by ${JSON.stringify(words)}`, () => expect(finds(words)).to.equal(false));

  it('finds タカザキ at the second pass, which drops 濁点', () => {
    expect(finds({ kana: 'タカザキ' }, 'second')).to.equal(true);
    expect(finds({ kana: 'カタザキ' }, 'second')).to.equal(false);
  });

  const refused: [SearchWords, string][] = [
    [{}, 'nothing'],
    [{ kana: '鴎' }, 'kana'],
    [{ birth: '春' }, 'birth'],
    [{ phone: '12345' }, 'phone'],
  ];
  for (const [words, refusal] of refused)
    it(`refuses ${JSON.stringify(words)}`, () => expect(finds(words)).to.equal(refusal));

  it('gives other tokens under another key and in another association', () => {
    const tokens = new Set(tokensOf(key, content).map(text));
    for (const other of [
      { ...key, associationId: 'as_2' },
      { ...key, bytes: new Uint8Array(32).fill(8) },
    ])
      expect(
        tokensOf(other, content)
          .map(text)
          .filter((token) => tokens.has(token)),
      ).to.deep.equal([]);
    expect(() => tokensOf({ ...key, bytes: new Uint8Array(16) }, content)).to.throw(RangeError);
  });

  it('tells of a name of two kana its beginning of two and no single kana', () => {
    const kana = tokensOf(key, content).filter(({ kind }) => kind === 'kana');
    expect(kana).to.have.length(6 + 2); // タカ … タカサキカオル, カオ, カオル
    expect(tokensOf(key, content).every(({ token }) => token.length === 16)).to.equal(true);
  });
});
