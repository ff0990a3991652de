import { expect } from 'chai';
import { fieldAt, recordFields, registrationFields } from '../../src/records/fields.ts';
import { problemWords } from '../../src/records/problems.ts';
import { parseContent, sealedContentShape, serialiseContent } from '../../src/records/record.ts';
import { lengthOf } from '../../src/records/shapes.ts';
import { minimumDraft, type TestDraft } from '../support/drafts.ts';
import { recordKeys, registrationKeys } from '../support/field-keys.ts';

const parse = (draft: TestDraft) => sealedContentShape.safeParse({ schema: 1, ...draft });
const problemsOf = (draft: TestDraft): string[] => {
  const parsed = parse(draft);
  return parsed.success ? [] : parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
};
const spoilt = (change: (draft: TestDraft) => void): string[] => {
  const draft = minimumDraft();
  change(draft);
  return problemsOf(draft);
};

describe('the fields of record and registration', () => {
  it('are those of the two lists of the association, every one of them', () => {
    expect(Object.keys(recordFields)).to.deep.equal(recordKeys);
    expect(Object.keys(registrationFields)).to.deep.equal(registrationKeys);
  });

  it('live where they are said to live', () => {
    const content = sealedContentShape.parse({ schema: 1, ...withDnar() });
    for (const { at } of [...Object.values(recordFields), ...Object.values(registrationFields)]) {
      if (['release', 'life', 'guard'].includes(at)) continue;
      let part: unknown = content;
      for (const key of at.split('.')) {
        expect(part, at).to.be.an('object').that.has.property(key);
        part = (part as Record<string, unknown>)[key];
      }
    }
  });

  it('leave no part of the sealed content without a name', () => {
    const content = sealedContentShape.parse({ schema: 1, ...minimumDraft() });
    const inside = [
      ...Object.keys(content.record).map((key) => `record.${key}`),
      ...Object.keys(content.registration).map((key) => `registration.${key}`),
    ];
    // Parts of the key `meds` of the registration, and of the address of the record.
    const aside = ['registration.medsImage'];
    const without = inside.filter((path) => !fieldAt(path) && !aside.includes(path));
    expect(without).to.deep.equal([]);
  });

  it('have sentences with a cure in both languages for every problem', () => {
    for (const { ja, en } of Object.values<{ ja: readonly string[]; en: readonly string[] }>(problemWords)) {
      expect([...ja, ...en].every((sentence) => sentence.trim() !== '')).to.equal(true);
      expect(ja.join('').includes('{}')).to.equal(en.join('').includes('{}'));
    }
  });
});

const withDnar = (): TestDraft => {
  const draft = minimumDraft();
  draft.record.codeStatus = {
    status: 'dnar',
    document: { kind: '事前指示書', signedOn: 'R7.10.1', signatories: ['本人', '夫'], keptAt: '冷蔵庫の扉' },
    expectedCondition: '肺癌の進行による呼吸不全',
  };
  return draft;
};

describe('a record', () => {
  it('reads what people write and keeps it in one form, which reads as itself', () => {
    const content = sealedContentShape.parse({ schema: 1, ...minimumDraft() });
    expect(content.registration.birth).to.equal('1940-03-01');
    expect(content.registration.tel).to.deep.equal([{ e164: '+819000000001', isFax: false }]);
    expect(content.registration.nameKana).to.deep.equal({ family: 'タカサキ', given: 'カオル' });
    expect(content.registration.address).to.include({ prefecture: '神奈川県', city: '横浜市西区', line: '見本町1-2' });
    expect(parseContent(serialiseContent(content))).to.deep.equal(content);
  });

  it('keeps everything that nobody has asked as 未確認, never as none', () => {
    const { record } = sealedContentShape.parse({ schema: 1, ...minimumDraft() });
    for (const key of [
      'anticoagulant',
      'insulinSteroid',
      'deviceAlert',
      'infection',
      'safety',
      'meds',
      'procedures',
      'surrogate',
    ] as const)
      expect(record[key], key).to.deep.equal({ state: 'unknown' });
    expect(record.codeStatus.status).to.equal('unknown');
    expect(record.careLevel.level).to.equal('unknown');
    expect(new Set(Object.values(record.treatmentScope))).to.deep.equal(new Set(['undecided']));
  });

  it('wants the state of the allergies said', () => {
    expect(spoilt(({ record }) => delete record.allergy)).to.have.length(1);
    expect(spoilt(({ record }) => (record.allergy = { state: 'present', items: [] }))).to.have.length(1);
    expect(spoilt(({ record }) => (record.allergy = { state: 'none', items: [] }))).to.have.length(1);
  });

  it('takes DNAR only with a signed document, its date and the condition it was decided for', () => {
    expect(problemsOf(withDnar())).to.deep.equal([]);
    for (const spoil of [
      ({ record }: TestDraft) => delete record.codeStatus.document,
      ({ record }: TestDraft) => (record.codeStatus.document = null),
      ({ record }: TestDraft) => delete record.codeStatus.document.signedOn,
      ({ record }: TestDraft) => (record.codeStatus.document.signatories = []),
      ({ record }: TestDraft) => delete record.codeStatus.document.keptAt,
      ({ record }: TestDraft) => delete record.codeStatus.expectedCondition,
      ({ record }: TestDraft) => (record.codeStatus.expectedCondition = ' '),
    ]) {
      const draft = withDnar();
      spoil(draft);
      expect(problemsOf(draft)[0], String(spoil)).to.match(/^record\.codeStatus/);
    }
  });

  it('keeps the expected condition and other wishes apart from each other', () => {
    expect(spoilt(({ record }) => (record.codeStatus = { status: 'attempt', expectedCondition: '癌' }))).to.have.length(
      1,
    );
    const { treatmentScope } = sealedContentShape.parse({ schema: 1, ...withDnar() }).record;
    expect(treatmentScope.hospitalisation).to.equal('undecided');
  });

  it('takes no laboratory value without its date', () => {
    expect(spoilt(({ record }) => (record.labs = [{ item: 'hb', value: 9.1, on: 'R8.1.5' }]))).to.deep.equal([]);
    expect(spoilt(({ record }) => (record.labs = [{ item: 'hb', value: 9.1 }]))[0]).to.match(/^record\.labs\.0\.on/);
    expect(spoilt(({ record }) => (record.labs = [{ item: 'hb', value: 9.1, on: '' }]))[0]).to.match(
      /^record\.labs\.0\.on/,
    );
  });

  it('wants the quantity of narcotics kept at home', () => {
    const item = { name: 'オプソ内服液 5mg', isNarcotic: true, place: '金庫' };
    expect(spoilt(({ record }) => (record.homeStock = [item]))).to.deep.equal([
      'record.homeStock.0.quantity: narcotic_quantity',
    ]);
    expect(spoilt(({ record }) => (record.homeStock = [{ ...item, quantity: '6包' }]))).to.deep.equal([]);
  });

  const many = (item: object, count: number): object[] => Array.from({ length: count }, () => item);
  const bounds: [key: string, item: object, most: number][] = [
    ['problems', { name: '心不全' }, 6],
    ['past', { name: '虫垂切除' }, 4],
    ['anticipated', { event: '呼吸困難', action: '酸素 2L', call: '訪問看護' }, 3],
    ['contacts', { role: 'key_person', name: '山', relation: '子', phones: ['045-000-0001'] }, 6],
    ['hospitals', { name: '汐風総合病院', code: '101' }, 2],
  ];
  for (const [key, item, most] of bounds) {
    it(`takes at most ${most} ${key}`, () => {
      expect(spoilt(({ record }) => (record[key] = many(item, most)))).to.deep.equal([]);
      expect(spoilt(({ record }) => (record[key] = many(item, most + 1)))).to.have.length(1);
    });
  }

  it('takes more medicines than fit the page, so that none has to be left out', () => {
    const items = many({ name: 'アムロジピン錠5mg', dose: '1錠', usage: '朝食後' }, 30);
    expect(spoilt(({ record }) => (record.meds = { state: 'present', items }))).to.deep.equal([]);
  });

  it('takes a course of 120 characters and not one more', () => {
    expect(spoilt(({ record }) => (record.course = '鴎'.repeat(120)))).to.deep.equal([]);
    expect(spoilt(({ record }) => (record.course = '鴎'.repeat(121)))).to.deep.equal(['record.course: too_long']);
    // A character with its variation selector is one.
    expect(lengthOf('葛\u{e0100}城')).to.equal(2);
    expect(spoilt(({ record }) => (record.course = '葛\u{e0100}'.repeat(120)))).to.deep.equal([]);
  });

  it('refuses My Number in any text and any number, and the message does not show it', () => {
    const number = '1234 5678 9018';
    const places: ((draft: TestDraft) => void)[] = [
      ({ record }) => (record.course = `番号 ${number}`),
      ({ record }) => (record.problems[0].name = number),
      ({ record }) => (record.contacts[0].name = number.replaceAll(' ', '-')),
      ({ record }) => (record.contacts[0].phones = [number]),
      ({ record }) => (record.allergy = { state: 'present', items: [{ kind: 'drug', name: 'x', reaction: number }] }),
      ({ registration }) => (registration.building = '１２３４－５６７８－９０１８'),
      ({ registration }) => (registration.insurerNo = number.replaceAll(' ', '')),
      ({ registration }) => (registration.ltcNo = number),
      ({ registration }) => (registration.tel = [{ e164: number }]),
      ({ registration }) => (registration.name = `${number.replaceAll(' ', '')} 薫`),
    ];
    for (const place of places) {
      const found = spoilt(place);
      expect(
        found.some((problem) => problem.endsWith('my_number')),
        `${place}: ${found}`,
      ).to.equal(true);
      expect(found.join(' ')).to.not.match(/\d{4}/);
    }
  });

  it('refuses what it does not know, so that a misspelt field is not lost', () => {
    expect(spoilt(({ record }) => (record.alergy = { state: 'none' }))).to.have.length(1);
  });

  it('cannot be parsed out of bytes of another kind, and the message shows nothing of them', () => {
    const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
    expect(() => parseContent(bytes('secret'))).to.throw('not UTF-8 JSON');
    expect(() => parseContent(Uint8Array.of(0x22, 0xff, 0x22))).to.throw('not UTF-8 JSON');
    expect(() => parseContent(bytes('{"schema":2,"registration":{"birth":"secret"}}'))).to.throw(
      /^(?!.*secret).*schema 1 at .*birth/,
    );
  });
});
