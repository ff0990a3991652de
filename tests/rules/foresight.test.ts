import { expect } from 'chai';
import { figuresOf, foresightOf } from '../../src/foresight/figures.ts';
import { lineUpOf } from '../../src/foresight/line-ups.ts';
import type { Picture } from '../../src/foresight/picture.ts';
import type { PlayedCall, PlayedDate } from '../../src/foresight/play.ts';
import { roundsFor } from '../../src/foresight/rounds.ts';
import type { DutyRule } from '../../src/roster/roster.ts';

const calendar = { namedDaysOf: () => [] };
const week = { validFrom: null, validUntil: null };
const rule = (id: string, given: Partial<DutyRule>): DutyRule => ({
  ...{ id, kind: 'doctor', areaId: 'ar_1', subjectId: id, position: 1, band: { from: 1080, to: 1980 } },
  when: { days: ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'], ...week },
  ...given,
});
const lineUp = (rules: DutyRule[], date: string) => lineUpOf(rules, ['ar_1', 'ar_2'], date, calendar);

describe('the line-up of a night', () => {
  it('is the same on two dates with the same people, and another when one of them is away or swapped', () => {
    const rules = [
      rule('dr_1', {}),
      rule('dr_2', { position: 2, away: [{ from: '2026-12-03', until: '2026-12-03' }] }),
    ];
    const swapped = [...rules, rule('dr_3', { when: { on: '2026-12-05' } })];
    const keys = ['2026-12-01', '2026-12-02', '2026-12-03', '2026-12-05'].map((date) => lineUp(swapped, date).key);
    expect(keys[0]).to.equal(keys[1]);
    expect(new Set(keys).size).to.equal(3);
    expect(lineUp(rules, '2026-12-03').doctors.get('ar_1')).to.deep.equal(['dr_1']);
  });

  it('knows the fewest who are on duty at once: a hole in the small hours is one', () => {
    const rules = [rule('dr_1', { band: { from: 1080, to: 1500 } }), rule('dr_2', { band: { from: 1620, to: 1980 } })];
    const { fewest, doctors } = lineUp(rules, '2026-12-01');
    expect([fewest.get('ar_1'), doctors.get('ar_1')]).to.deep.equal([0, ['dr_1', 'dr_2']]);
    expect([fewest.get('ar_2'), doctors.get('ar_2')]).to.deep.equal([0, []]);
  });

  it('does not depend on the hours of another date', () => {
    const rules = [rule('dr_1', {})];
    const other = [...rules, rule('dr_9', { when: { on: '2026-12-02' }, band: { from: 1200, to: 1300 } })];
    expect(lineUp(other, '2026-12-01').key).to.equal(lineUp(rules, '2026-12-01').key);
  });
});

const call = (secondsToPerson: number | null, given: Partial<PlayedCall> = {}): PlayedCall => ({
  ...{ areaId: 'ar_1', hour: 22, secondsToPerson, takenBy: secondsToPerson === null ? null : 'doctor' },
  ...{ asked: ['dr_1'], acceptedBy: secondsToPerson === null ? null : 'dr_1', ...given },
});

describe('the figures of a simulated month', () => {
  it('count whoever reached nobody among those who waited over 180 seconds, and not among the waiting times', () => {
    const calls = [call(10), call(30), call(181, { takenBy: 'standby', acceptedBy: null }), call(null)];
    const { median, p90, over180, standby, nobody } = figuresOf(calls);
    expect({ median, p90, over180, standby, nobody }).to.deep.equal({
      ...{ median: 30, p90: 30, over180: 0.5, standby: 0.25, nobody: 0.25 },
    });
    expect(figuresOf([])).to.include({ calls: 0, median: null, over180: null });
  });

  const picture = {
    ...{ months: { asked: '2026-12', base: '2026-11' }, calls: { perNight: 6, source: 'model' }, hasDraftPlans: false },
    areas: [{ id: 'ar_1' }, { id: 'ar_2' }],
  } as unknown as Picture;
  const night = (date: string, seconds: (number | null)[], fewest: number): PlayedDate => ({
    ...{ date, weekday: new Date(date).getUTCDay(), calls: seconds.map((one) => call(one)) },
    lineUp: {
      key: date,
      doctors: new Map([['ar_1', ['dr_1', 'dr_2'].slice(0, fewest)]]),
      fewest: new Map([['ar_1', fewest]]),
    },
  });
  const played = {
    ...{ rounds: 2, nights: 4, broken: 0, base: [night('2026-11-01', [20], 2)] },
    asked: [night('2026-12-01', [20, 20, 20, 20, 20], 2), night('2026-12-02', [20, 20, 20, 20, null], 1)],
  };

  it('put the weakest night first, and name who is alone in it', () => {
    const { asked, base } = foresightOf(picture, played);
    expect(asked.weakest.map(({ dates, meanSeconds }) => [...dates, meanSeconds])).to.deep.equal([
      ['2026-12-02', 136],
      ['2026-12-01', 20],
    ]);
    expect(asked.alone.filter(({ areaId }) => areaId === 'ar_1')).to.deep.equal([
      { date: '2026-12-02', areaId: 'ar_1', doctors: ['dr_1'], fewest: 1 },
    ]);
    expect(asked.doctors).to.deep.equal([
      { doctorId: 'dr_1', nightsOnDuty: 2, asked: 5, accepted: 4.5 },
      { doctorId: 'dr_2', nightsOnDuty: 1, asked: 0, accepted: 0 },
    ]);
    expect(asked.curve.map(({ share }) => share).slice(0, 4)).to.deep.equal([0, 0, 0.9, 0.9]);
    expect(base.all.calls).to.equal(1);
  });

  it('tell one area alone when it is asked about', () => {
    const { asked } = foresightOf(picture, played, 'ar_2');
    expect([asked.all.calls, asked.areas.map(({ areaId }) => areaId)]).to.deep.equal([0, ['ar_2']]);
  });
});

describe('how often a night is played', () => {
  it('is more often when the roster repeats itself, and never without end', () => {
    expect(roundsFor(7)).to.be.above(roundsFor(60));
    expect(roundsFor(62) * 62).to.be.below(260);
    expect(roundsFor(0)).to.be.below(100);
  });
});
