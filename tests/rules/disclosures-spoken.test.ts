import { expect } from 'chai';
import fc from 'fast-check';
import en from '../../config/prompts/en.json' with { type: 'json' };
import ja from '../../config/prompts/ja.json' with { type: 'json' };
import { isBirthDate, isNameKana, isWrittenDate } from '../../src/disclosures/identity.ts';
import { newPin, parseSerial, serialText } from '../../src/disclosures/secrets.ts';
import { isPin, isWeakPin } from '../../src/lib/secret.ts';
import type { SealedContent } from '../../src/records/record.ts';
import { promptsFrom } from '../../src/voice/prompts.ts';
import { charactersPerMinute, spokenLength, spokenRecord } from '../../src/voice/records-speech.ts';
import { sampleContent } from '../support/release-tools.ts';

const at = new Date('2026-11-16T13:00:00Z');
const prompts = promptsFrom(ja, 'ja');
const spoken = (content: SealedContent, confirmedAt: Date | null = at, book = prompts): string[] =>
  spokenRecord(content, book, { confirmedAt, at });
const lengthOf = (sentences: string[]): number => sentences.reduce((sum, one) => sum + spokenLength(one), 0);

describe('a record read out', () => {
  it('says alerts, wishes, problem, medicines and the first contact, in this order', () => {
    expect(spoken(sampleContent())).to.deep.equal([
      'アレルギー未確認。',
      '抗凝固・抗血小板薬未確認。',
      '体内機器未確認。',
      '感染症未確認。',
      '蘇生の意思は未確認、通常どおり蘇生。',
      '病名、肺癌。',
      '中断できない薬未確認。',
      '連絡先、キーパーソン、0 4 5 0 0 0 0 0 0 1。',
    ]);
  });

  it('never says none where nobody asked, nor the other way round', () => {
    const content = sampleContent();
    content.record.allergy = { state: 'none' };
    expect(spoken(content)[0]).to.equal('アレルギーなし。');
    content.record.allergy = { state: 'unknown' };
    expect(spoken(content)[0]).to.equal('アレルギー未確認。');
  });

  it('says DNAR apart, with its condition, and that it limits nothing else', () => {
    const content = sampleContent();
    content.record.codeStatus = {
      status: 'dnar',
      document: {
        kind: '事前指示書',
        signedOn: '2026-10-01',
        signatories: ['本人'],
        keptAt: '冷蔵庫',
        reviewedOn: null,
      },
      expectedCondition: '肺癌の進行による呼吸不全',
    };
    content.record.treatmentScope.intubation = 'not_wanted';
    const said = spoken(content).join('');
    expect(said).to.include('蘇生しない書面あり。ほかの処置は制限しません。想定する病状、肺癌の進行による呼吸不全。');
    expect(said).to.include('希望しない処置、挿管。');
  });

  it('says first that a record is old, or was never read a second time', () => {
    const saidAfter = (days: number) => spoken(sampleContent(), new Date(at.getTime() - days * 86_400_000 - 1))[0];
    expect(saidAfter(89)).to.equal('アレルギー未確認。');
    expect(saidAfter(90)).to.equal('最終確認は90日前、要確認です。');
    expect(saidAfter(179)).to.equal('最終確認は179日前、要確認です。');
    expect(saidAfter(180)).to.equal('最終確認は180日前、古い情報です。必ず確かめてください。');
    expect(spoken(sampleContent(), null)[0]).to.equal('未照合の記録です。');
  });

  it('counts aloud what does not fit', () => {
    const content = sampleContent();
    const names = Array.from({ length: 20 }, (_, index) => `${'薬'.repeat(30)}${index}`);
    content.record.allergy = { state: 'present', items: names.map((name) => ({ kind: 'drug', name, reaction: null })) };
    const said = spoken(content);
    expect(said[0]).to.match(/^アレルギー、薬.*、ほか\d+件。$/);
    const named = said[0]?.match(/薬\d+/g)?.length ?? 0;
    expect(named + Number(said[0]?.match(/ほか(\d+)件/)?.[1])).to.equal(20);
    expect(lengthOf(said)).to.be.at.most(charactersPerMinute);
  });

  it('is never over a minute, in either language, and never silent about an alert, whatever the record holds', () => {
    const name = fc.string({ unit: fc.constantFrom('薬', 'ア', 'x', '7', '、'), minLength: 1, maxLength: 40 });
    const names = fc.array(name, { minLength: 1, maxLength: 20 });
    const english = promptsFrom(en, 'en');
    fc.assert(
      fc.property(names, names, names, name, fc.boolean(), (allergies, drugs, keep, condition, isOld) => {
        const content = sampleContent();
        const { record } = content;
        record.allergy = {
          state: 'present',
          items: allergies.map((one) => ({ kind: 'food', name: one, reaction: null })),
        };
        record.anticoagulant = { state: 'present', items: drugs.slice(0, 8).map((one) => ({ name: one, note: null })) };
        record.insulinSteroid = {
          state: 'present',
          items: keep.slice(0, 8).map((one) => ({ kind: 'steroid', name: one, note: null })),
        };
        record.problems = drugs.slice(0, 6).map((one) => ({ name: one, code: null, onset: null, isSuspected: false }));
        record.codeStatus = {
          status: 'dnar',
          document: { kind: '書', signedOn: '2026-10-01', signatories: ['本人'], keptAt: '棚', reviewedOn: null },
          expectedCondition: condition.repeat(3),
        };
        for (const treatment of Object.keys(record.treatmentScope) as (keyof typeof record.treatmentScope)[])
          record.treatmentScope[treatment] = 'not_wanted';
        for (const book of [prompts, english]) {
          const said = spoken(content, isOld ? new Date(0) : at, book);
          expect(lengthOf(said)).to.be.at.most(charactersPerMinute);
          for (const fact of ['allergy', 'anticoagulant', 'keep', 'device', 'infection'])
            expect(said.join('\n')).to.include(book.say(`word_${fact}`));
        }
      }),
      { numRuns: 300 },
    );
  });
});

describe('the second identifier', () => {
  it('is the birth date in eight digits, and nothing near it', () => {
    const content = sampleContent();
    expect(isBirthDate(content, '19400301')).to.equal(true);
    for (const keyed of ['19400302', '1940030', '194003011', '', '1940-3-1', '        '])
      expect(isBirthDate(content, keyed), keyed).to.equal(false);
  });

  it('may be the name in kana, in any of its writings, but no part of it', () => {
    const content = sampleContent();
    for (const written of ['タカサキ　カオル', 'ﾀｶｻｷｶｵﾙ', 'たかさき かおる'])
      expect(isNameKana(content, written), written).to.equal(true);
    for (const written of ['タカサキ', 'カオル', 'タカサキ　カオリ', '', '髙﨑　薫'])
      expect(isNameKana(content, written), written).to.equal(false);
  });

  it('that is no date at all is a slip of the finger', () => {
    for (const good of ['19400301', '20240229']) expect(isWrittenDate(good)).to.equal(true);
    for (const slip of ['19400231', '20230229', '1940', '18721231', '19401301', 'abcdefgh'])
      expect(isWrittenDate(slip), slip).to.equal(false);
  });
});

describe('what is given out', () => {
  it('is a PIN of eight digits that nobody tries first', () => {
    fc.assert(
      fc.property(fc.infiniteStream(fc.nat({ max: 255 })), (bytes) => {
        const pin = newPin((size) => Uint8Array.from({ length: size }, () => bytes.next().value as number));
        expect(isPin(pin)).to.equal(true);
        expect(isWeakPin(pin)).to.equal(false);
      }),
      { numRuns: 50, endOnFailure: true },
    );
  });

  it('is a serial that reads back as its number and its secret', () => {
    expect(parseSerial(serialText(7, '12345678'))).to.deep.equal({ number: 7, secret: '12345678' });
    expect(parseSerial('00007-12345678')).to.deep.equal({ number: 7, secret: '12345678' });
    for (const wrong of ['', '0000712345', '00007123456789', 'x000712345678'])
      expect(parseSerial(wrong), wrong).to.equal(null);
  });
});
