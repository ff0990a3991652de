import { expect } from 'chai';
import type { Fact } from '../../src/escalations/urgent-call.ts';
import { casePage, caseTimeline } from '../../src/pages/case-view.ts';
import { openPageMaker } from '../../src/pages/maker.ts';
import { loadWords } from '../../src/pages/words.ts';

const words = loadWords();
const start = Date.parse('2026-11-16T13:00:00Z');
const names = new Map([
  ['dr_1', '佐藤医院 佐藤 一郎'],
  ['dr_2', '鈴木 花子'],
  ['ho_1', '港総合病院'],
]);
const context = { names, question: () => ({ ja: '受ける1、できない2。', en: 'Take it 1, not me 2.' }) };

const rung = (legId: string, subjectId: string): Fact => ({
  ...{ type: 'leg_requested', legId, role: 'doctor', subjectId, phoneId: 'ph_1', ring: 1 },
  ...{ requestId: null, isReturn: false },
});
const log: { fact: Fact; at: number }[] = (
  [
    [0, { type: 'case_opened', id: 'uc_1', kind: 'patient' } as Fact],
    [0, rung('lg_1', 'dr_1')],
    [4, { type: 'leg_answered', legId: 'lg_1', callId: null }],
    [7, { type: 'leg_ended', legId: 'lg_1', outcome: 'declined', code: null, isDown: false }],
    [7, rung('lg_2', 'dr_2')],
    [12, { type: 'leg_answered', legId: 'lg_2', callId: null }],
    [14, { type: 'accepted', role: 'doctor', subjectId: 'dr_2', legId: 'lg_2', fence: 1 }],
    [30, { type: 'bed_asked', requestId: 'br_1', hospitalId: 'ho_1' }],
    [50, { type: 'bed_refused', requestId: 'br_1', refusal: 'full', askAgainAt: null }],
    [80, { type: 'record_withheld', subjectId: 'dr_2', because: 'no_fax' }],
    [185, { type: 'outcome_reported', outcome: 'visiting', visitMinutes: 20 }],
    [190, { type: 'leg_ended', legId: 'lg_2', outcome: 'finished', code: null, isDown: true }],
    [190, { type: 'closed', outcome: 'visiting' }],
  ] as [number, Fact][]
).map(([seconds, fact]) => ({ fact, at: start + seconds * 1000 }));

describe('the time line of an urgent call', () => {
  it('says who was rung when, which key was pressed, and what hospitals and pages came to', () => {
    const { events, outcome } = caseTimeline(log, context, words);
    expect(outcome.ja).to.equal('鈴木 花子 が受けました。　往診');
    expect(events.map(({ text }) => text.ja)).to.deep.equal([
      'カード番号で緊急呼を受け付けた',
      '佐藤医院 佐藤 一郎 を呼び出した（1回目）',
      '佐藤医院 佐藤 一郎 が電話に出た',
      '佐藤医院 佐藤 一郎 が 2 を押した（受けられない）',
      '鈴木 花子 を呼び出した（1回目）',
      '鈴木 花子 が電話に出た',
      '鈴木 花子 が 1 を押して受けた',
      '港総合病院 に空床を尋ねた',
      '港総合病院 が 2 を押した（朝まで満床）',
      '鈴木 花子 へ記録は出ない: 確認済みのファクスがない',
      '結果のキー 1: 往診（20分後）',
      '鈴木 花子 の回線が終わった',
      '終了（往診）',
    ]);
  });

  it('has what a phone was told where it was picked up, and nowhere else', () => {
    const { events } = caseTimeline(log, context, words);
    expect(events.filter(({ said }) => said !== null).map(({ text }) => text.en)).to.deep.equal([
      '佐藤医院 佐藤 一郎 picked up',
      '鈴木 花子 picked up',
    ]);
  });

  it('says of a phone that was picked up and not decided that it waits for a key', () => {
    const { rings } = caseTimeline(log.slice(0, 3), context, words);
    expect(rings.map(({ resultText }) => resultText.ja)).to.deep.equal(['電話に出た（キー待ち）']);
  });

  it('has a sentence in both languages for every fact that it tells of', () => {
    const { events } = caseTimeline(log, context, words);
    for (const { text } of events)
      expect(text.en)
        .to.match(/[a-z]{3}/)
        .and.not.match(/[ぁ-ん]/);
  });

  it('is set on paper with durations, and names the patient by the hub’s number alone', async () => {
    const page = casePage(
      caseTimeline(log, context, words),
      {
        ...{ caseId: 'uc_1', openedAt: new Date(start), closedAt: new Date(start + 190_000), patientCode: 'P007' },
        ...{ kind: 'patient', area: '藤棚', printedBy: '看護 一郎', at: new Date(start), footer: ['見本市医師会'] },
      },
      words,
    );
    expect(page.rung.rows.map((row) => row.slice(3))).to.deep.equal([
      ['4秒', '3秒', '受けられない'],
      ['5秒', '2分58秒', '受けた'],
    ]);
    const maker = openPageMaker();
    const pdf = await maker.pdf('case', page);
    maker.close();
    expect(Buffer.from(pdf.subarray(0, 5)).toString()).to.equal('%PDF-');
  });
});
