import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { deflateRawSync } from 'node:zlib';
import { expect } from 'chai';
import { recordView } from '../../src/pages/record-view.ts';
import { loadWords } from '../../src/pages/words.ts';
import { wordsFolder } from '../../src/sealed-page/header.ts';
import { mostCiphertext } from '../../src/sealed-page/layout.ts';
import { plainText, plainTextBytes } from '../../src/sealed-page/plain-text.ts';
import { decodeText, encodeText, type PlainText } from '../../src/sealed-page/text.ts';
import { sampleContent, sampleContext } from '../pages/sample.ts';

const words = loadWords();
const dictionary = readFileSync(new URL('../../config/unseal/dictionary-1.txt', import.meta.url));
const textOf = (content = sampleContent(), context = sampleContext()): PlainText =>
  plainText(recordView(content, context, words));
const whole = ({ lines }: PlainText): string => lines.map(({ text }) => text).join('\n');

describe('the record as a telephone shows it', () => {
  it('begins with who it is and how old the news are, then the alerts, before any address or history', () => {
    const { title, lines } = textOf();
    expect(title).to.contain('緊急時患者記録').and.contain('3');
    expect(lines[0]).to.deep.equal({ kind: 'name', text: 'カモメノ　ナギサ / 鴎野　渚' });
    const headings = lines.filter(({ kind }) => kind === 'heading').map(({ text }) => text);
    expect(headings[0]).to.contain('警告');
    expect(headings[1]).to.contain('患者');
    const address = lines.findIndex(({ text }) => text.includes('架空町'));
    const firstAlert = lines.findIndex(({ kind }) => kind === 'alert');
    expect(firstAlert).to.be.above(0);
    expect(firstAlert).to.be.below(address);
  });

  it('says 未確認 where nothing is known, and never なし for it', () => {
    const unknown = sampleContent({ record: { allergy: { state: 'unknown' }, infection: { state: 'unknown' } } });
    const allergy = textOf(unknown).lines.find(({ kind, text }) => kind === 'alert' && text.includes('アレルギー'));
    expect(allergy?.text).to.contain('未確認').and.not.contain('なし');
  });

  it('gives a whole list where paper would go on to another sheet', () => {
    const one = { dose: '1錠', usage: '朝食後', changedOn: null, isNarcotic: false, isHandEntered: false, code: null };
    const items = Array.from({ length: 40 }, (_, index) => ({ ...one, name: `架空薬${index + 1}号` }));
    const text = whole(textOf(sampleContent({ record: { meds: { state: 'present', items } } })));
    for (const { name } of items) expect(text).to.contain(name);
    expect(text).not.to.match(/他\d+件/);
  });

  it('marks old news as an alert', () => {
    const { lines } = textOf(sampleContent(), sampleContext({ lastConfirmedOn: '2025-01-01' }));
    expect(lines.slice(0, 4).some(({ kind, text }) => kind === 'alert' && text.includes('★★古い情報'))).to.equal(true);
  });

  it('keeps resuscitation apart from other wishes', () => {
    const document = {
      kind: '事前指示書',
      signedOn: '2025-06-01',
      signatories: ['本人', '主治医'],
      keptAt: '冷蔵庫',
      reviewedOn: null,
    };
    const codeStatus = { status: 'dnar', document, expectedCondition: '肺癌末期の呼吸不全' } as const;
    const { lines } = textOf(sampleContent({ record: { codeStatus } }));
    const at = lines.findIndex(({ kind, text }) => kind === 'alert' && text.includes('DNAR'));
    expect(at).to.be.above(0);
    const limit = lines.findIndex(({ text }) => text.includes('制限しない'));
    const wishes = lines.findIndex(({ text }) => text.startsWith('希望'));
    expect(limit).to.be.above(at);
    expect(wishes).to.be.above(limit);
  });

  it('names nobody in the pseudonymous variant', () => {
    const text = whole(textOf(sampleContent(), sampleContext({ variant: 'pseudonymous' })));
    expect(text).not.to.contain('鴎野').and.not.to.contain('カモメノ').and.not.to.contain('架空町');
  });

  it('of a patient with much to tell fits on one sealed page at either resolution', () => {
    const bytes = plainTextBytes(recordView(sampleContent(), sampleContext(), words));
    expect(decodeText(bytes)).to.deep.equal(textOf());
    const plain = deflateRawSync(bytes, { level: 9 }).length;
    const deflated = deflateRawSync(bytes, { level: 9, memLevel: 9, dictionary }).length;
    expect(deflated)
      .to.be.below(plain * 0.8)
      .and.at.most(mostCiphertext('standard'));
  });

  it('leaves no line out because its kind is of a later version, and knows what is no record', () => {
    const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
    expect(decodeText(bytes('{"title":"題","lines":["z新しい","a警告",""]}'))).to.deep.equal({
      title: '題',
      lines: [
        { kind: 'text', text: '新しい' },
        { kind: 'alert', text: '警告' },
        { kind: 'text', text: '' },
      ],
    });
    for (const other of ['', '[]', 'null', '{"title":1,"lines":[]}', '{"title":"","lines":[1]}']) {
      expect(decodeText(bytes(other)), other).to.equal(null);
    }
    expect(decodeText(Uint8Array.of(0xff))).to.equal(null);
    expect(decodeText(encodeText({ title: '', lines: [] }))).to.deep.equal({ title: '', lines: [] });
  });

  it('relies on a dictionary that nobody has edited since pages were printed with it', () => {
    expect(dictionary.length).to.be.below(32_768);
    expect(createHash('sha256').update(dictionary).digest('hex')).to.equal(
      'fffaaef01d16a5f21a4868c98d51b1af20c27e8ca6c146cdc1020a0e42845322',
    );
  });
});

describe('the words of sealed page and offline page', () => {
  it('have the same keys in both languages, and say how many symbols are missing', () => {
    const { ja, en } = loadWords(wordsFolder);
    expect(ja.keys).to.deep.equal(en.keys);
    const texts = ['ja', 'en'].map((language) => readFileSync(`${wordsFolder}${language}.json`, 'utf8'));
    expect(texts.every((text) => text.includes('{missing}') && text.includes('{number}'))).to.equal(true);
  });
});
