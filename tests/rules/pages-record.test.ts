import { expect } from 'chai';
import { formatNational } from '../../src/lib/phone.ts';
import { type RecordVariant, type RecordView, recordView } from '../../src/pages/record-view.ts';
import type { Row } from '../../src/pages/rows.ts';
import { loadWords } from '../../src/pages/words.ts';
import type { EmergencyRecord, Medication } from '../../src/records/record.ts';
import { sampleContent, sampleContext } from '../pages/sample.ts';

const words = loadWords();
const page = (record: Partial<EmergencyRecord> = {}, context = {}): RecordView =>
  recordView(sampleContent({ record }), sampleContext(context), words);

const rowText = (row: Row): string => {
  if (row.kind === 'fields') return row.fields.map(({ label, value }) => `${label} ${value}`).join('　');
  if (row.kind === 'list') return row.items.map((item, index) => `${row.from + index} ${item}`).join('\n');
  if (row.kind === 'resuscitation')
    return [`${row.label}：${row.status}`, ...row.fields.map(({ label, value }) => `${label} ${value}`)].join('\n');
  return row.kind === 'more' ? `${row.before}${row.after}` : row.text;
};
const section = (view: RecordView, block: string): string =>
  view.sections
    .find((one) => one.block === block)!
    .rows.map(rowText)
    .join('\n');
const continued = (view: RecordView, block: string): string =>
  view.sections
    .find((one) => one.block === block)!
    .continued.map(rowText)
    .join('\n');
const everything = (view: RecordView): string => JSON.stringify({ ...view, footer: view.footer.lines });

const variants: RecordVariant[] = ['visit', 'hospital', 'ambulance', 'pseudonymous'];

describe('the record page', () => {
  it('prints あり, なし and 未確認 of every alert, never a blank', () => {
    const unknown = { state: 'unknown' } as const;
    const alerts = { allergy: unknown, anticoagulant: unknown, insulinSteroid: unknown, deviceAlert: unknown };
    const rows = section(page({ ...alerts, infection: { state: 'none' }, safety: unknown }), 'alerts');
    for (const label of ['アレルギー・禁忌薬', '抗凝固・抗血小板薬', '中断不可薬', '体内機器', '訪問時注意'])
      expect(rows).to.contain(`${label} 【未確認】`);
    expect(rows).to.contain('感染症・隔離 【なし】');
    expect(section(page(), 'alerts')).to.contain(
      'アレルギー・禁忌薬 【あり】セフェム系抗菌薬（全身発疹 2018年）、NSAIDs（禁忌、腎機能低下）',
    );
  });

  it('says 未確認 or 記載なし wherever a whole block is unknown', () => {
    const view = page({
      ...{ meds: { state: 'unknown' }, procedures: { state: 'unknown' }, labs: [], anticipated: [], homeStock: [] },
      ...{ contacts: [], hospitals: [], baselineVitals: null, surrogate: { state: 'unknown' }, course: null },
      ...{ communication: null, pharmacy: null },
    });
    for (const [block, text] of [
      ['meds', '【未確認】'],
      ['procedures', '【未確認】'],
      ['labs', '【記載なし】'],
      ['plan', '【記載なし】'],
      ['contacts', '【未確認】'],
      ['hospitals', '【未登録】'],
      ['baseline', '平時バイタル 【未確認】'],
      ['problems', '経過・予後 【未確認】'],
      ['wishes', '代理意思決定者 【未確認】'],
    ] as const)
      expect(section(view, block), block).to.contain(text);
  });

  const wishes: [EmergencyRecord['codeStatus'], string][] = [
    [{ status: 'unknown', document: null }, '未確認 → 通常どおり蘇生'],
    [{ status: 'undecided', document: null }, '未定・話し合い中 → 通常どおり蘇生'],
    [{ status: 'attempt', document: null }, '実施する'],
  ];
  for (const [codeStatus, text] of wishes) {
    it(`prints a wish of ${codeStatus.status} as ${text}`, () => {
      expect(section(page({ codeStatus }), 'wishes')).to.contain(`心肺停止時の心肺蘇生：${text}`);
    });
  }

  it('prints DNAR apart, with document, date and expected condition, and that it limits nothing else', () => {
    const [framed, scope] = page().sections.find((one) => one.block === 'wishes')!.rows;
    expect(framed!.kind).to.equal('resuscitation');
    expect(rowText(framed!)).to.match(/実施しない（DNAR）[\s\S]*想定する病状 膵癌[\s\S]*2025-11-10作成/);
    expect(rowText(framed!)).not.to.contain('抗菌薬');
    expect(rowText(scope!)).to.contain('DNARはCPR以外の処置を制限しない').and.contain('希望 抗菌薬・輸液');
  });

  it('marks a wish that nobody reviewed for a year', () => {
    expect(section(page({}, { at: new Date('2026-11-10T03:00:00Z') }), 'wishes')).not.to.contain('★見直し');
    expect(section(page({}, { at: new Date('2026-11-11T03:00:00Z') }), 'wishes')).to.contain('★見直し');
  });

  const ages: [string | null, string | null][] = [
    ['2026-01-05', null],
    ['2025-10-07', null], // 90 days
    ['2025-10-06', '★要確認'],
    ['2025-07-09', '★要確認'], // 180 days
    ['2025-07-08', '★★古い情報'],
    [null, '★★古い情報'],
  ];
  for (const [lastConfirmedOn, mark] of ages) {
    it(`marks information confirmed on ${lastConfirmedOn} as ${mark}`, () => {
      expect(page({}, { lastConfirmedOn }).band.lastConfirmed.mark).to.equal(mark);
    });
  }

  it('never shows stale bed news as free', () => {
    const rows = section(page(), 'hospitals');
    expect(rows).to.contain('横浜みなと架空病院 ○可（21:00現在・6時間前）');
    expect(rows).to.contain('戸部架空病院 要電話確認（17:00現在・34時間前）');
  });

  it('counts what does not fit and continues with it, so that nothing is lost', () => {
    const meds = Array.from({ length: 17 }, (_, index): Medication => {
      const name = `薬${index + 1}番`;
      return { name, dose: '1錠', usage: '朝', changedOn: null, isNarcotic: false, isHandEntered: false, code: null };
    });
    const allergy = Array.from({ length: 12 }, (_, index) => {
      return { kind: 'drug' as const, name: `とても長い名前の抗菌薬の${index + 1}番`, reaction: '発疹' };
    });
    const view = page({ meds: { state: 'present', items: meds }, allergy: { state: 'present', items: allergy } });
    expect(section(view, 'meds')).to.contain('14 薬14番').and.contain('他3件→').and.not.contain('薬15番');
    expect(continued(view, 'meds')).to.contain('15 薬15番').and.contain('17 薬17番');
    const shown = section(view, 'alerts') + continued(view, 'alerts');
    for (const { name } of allergy) expect(shown).to.contain(name);
    const left = continued(view, 'alerts').match(/番/g)!.length;
    expect(section(view, 'alerts')).to.contain(`他${left}件→`);
  });

  it('gives address and entry to the visiting doctor only', () => {
    for (const variant of variants) {
      const text = everything(page({}, { variant }));
      const shows = ['架空町', 'キーボックス', '鳥居'].map((one) => text.includes(one));
      expect(shows, variant).to.deep.equal(Array(3).fill(variant === 'visit'));
    }
  });

  it('gives an ambulance crew who it is, alerts, wishes, contacts and hospitals', () => {
    const blocks = page({}, { variant: 'ambulance' }).sections.map((one) => one.block);
    expect(blocks).to.deep.equal(['alerts', 'wishes', 'contacts', 'hospitals']);
  });

  it('names nobody on a pseudonymous page: card number, kana initials and birth year', () => {
    const course = '鴎野渚さんは痛みが強い。カモメノ　ナギサと呼ぶ。';
    const view = page({ course }, { variant: 'pseudonymous' });
    expect(view.identity.kana).to.contain('カ.ナ.');
    expect(view.identity.name).to.equal(null);
    expect(view.identity.about).to.contain('1940年').and.contain('85～86歳');
    const text = everything(view);
    for (const secret of [
      '鴎野',
      'カモメノ',
      'ナギサ',
      '汐里',
      '03-01',
      '3月1日',
      '0012345',
      formatNational('+819000000102'),
    ])
      expect(text, secret).not.to.contain(secret);
    expect(text).to.contain('5123-4567-8953').and.contain('○○さんは痛みが強い').and.contain('潮見 一郎');
  });

  it('carries nothing but retrieval id and MAC in its code', () => {
    const [one, other] = [page(), page({}, { variant: 'pseudonymous', cardNumber: null })];
    expect(one.footer.qr.svg).to.equal(other.footer.qr.svg);
    expect(one.footer.qr.svg).not.to.equal(page({}, { mac: 'XXXX-XXXX' }).footer.qr.svg);
  });

  it('says aloud that a page was asked for by fax, that it is a draft, or that the card number is not known', () => {
    const view = page({}, { isAlarmed: true, isDraft: true, cardNumber: null });
    expect(view.alarm?.ja).to.contain('045-000-0000');
    expect(view.band.draft).to.contain('未完成');
    expect(view.band.cardNumber.value).to.contain('番号によらない');
    expect(page().alarm).to.equal(null);
  });
});
