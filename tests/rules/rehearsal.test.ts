import { expect } from 'chai';
import defaults from '../../config/default.json' with { type: 'json' };
import { readMinute, readNight } from '../../src/console/plans/night.ts';
import type { Surroundings } from '../../src/escalations/decision.ts';
import { planFaults, planShape } from '../../src/escalations/plan.ts';
import { type Rehearsed, rehearseWith } from '../../src/escalations/rehearsal.ts';
import { idsFrom } from '../../src/lib/ids.ts';

const plan = planShape.parse(defaults.plan);
const openedAt = new Date('2026-01-02T17:10:00Z');

const who = (subjectId: string, isFree = true) => ({
  ...{ subjectId, isFree, phones: [{ phoneId: `ph_${subjectId}`, isFree }] },
});

async function rehearsed(around: (at: Date) => Surroundings, given: Partial<typeof plan> = {}): Promise<Rehearsed> {
  let counter = 0;
  const ids = idsFrom((size) =>
    Uint8Array.from({ length: size }, (_, place) => (place === 0 ? counter++ : counter >> 5)),
  );
  const look = async (_call: unknown, wanted: readonly (keyof Surroundings)[], at: Date) => {
    const all = around(at);
    return Object.fromEntries(wanted.map((part) => [part, all[part]])) as Partial<Surroundings>;
  };
  const one = { associationId: 'as', kind: 'area' as const, patientId: null, areaId: 'ar', openedAt };
  return rehearseWith(look, ids, { ...one, plan: { ...plan, ...given } });
}

const rings = ({ people }: Rehearsed) =>
  people.map(
    ({ subjectId, rings }) =>
      `${subjectId} ${rings.map((ring) => `${ring.fromSeconds}-${ring.untilSeconds}`).join(' ')}`,
  );

describe('the dry run of a hunt', () => {
  const nobody: Surroundings = { doctors: [], hospitals: [], standby: [] };

  it('rings the doctors one step after another, and each phone a second time', async () => {
    const found = await rehearsed(() => ({ ...nobody, doctors: [who('a'), who('b'), who('c')], standby: [who('s')] }));
    expect(rings(found).slice(0, 3)).to.deep.equal(['a 0-25 35-60', 'b 12-37 47-72', 'c 24-49 59-84']);
  });

  it('asks hospitals and standby in their turn, and offers the caller a choice within 180 seconds', async () => {
    const doctors = Array.from({ length: 14 }, (_, place) => who(`d${place}`));
    const hospital = { ...who('h'), beds: 'to_ask' as const };
    const found = await rehearsed(() => ({ doctors, hospitals: [hospital], standby: [who('s')] }));
    const at = (what: string) => found.steps.find((step) => step.what === what)?.atSeconds;
    expect(at('seeking_bed')).to.equal(plan.bedStageAfterSeconds);
    expect(at('calling_standby')).to.be.within(plan.bedStageAfterSeconds, plan.standbyAfterSeconds);
    expect(at('choice_offered')).to.equal(plan.choiceAfterSeconds);
    expect(rings(found).find((line) => line.startsWith('h'))).to.match(/^h 120-145/);
  });

  it('counts nobody as busy: what other cases hold now says nothing about that night', async () => {
    const found = await rehearsed(() => ({ ...nobody, doctors: [who('a', false)] }));
    expect(rings(found)[0]).to.match(/^a 0-25/);
  });

  it('looks at the roster again at every step: who comes on during the hunt is rung', async () => {
    const later = new Date(openedAt.getTime() + 20_000);
    const found = await rehearsed((at) => ({ ...nobody, doctors: at < later ? [who('a')] : [who('a'), who('b')] }));
    expect(rings(found).some((line) => /^b (2\d|3\d)-/.test(line))).to.equal(true);
  });

  it('tries out other settings', async () => {
    const found = await rehearsed(() => ({ ...nobody, doctors: [who('a'), who('b')] }), {
      stepSeconds: 5,
      ringSeconds: 10,
    });
    expect(rings(found)[1]).to.match(/^b 5-15/);
  });

  it('ends when there is nobody at all', async () => {
    const found = await rehearsed(() => nobody);
    expect(found.people).to.deep.equal([]);
    expect(found.steps.map(({ what }) => what)).to.include('unanswered');
  });
});

describe('the settings of a hunt', () => {
  it('come in order: hospitals, standby, choice; and a second ring that still passes Do-Not-Disturb', () => {
    expect(planFaults(plan)).to.deep.equal([]);
    expect(planFaults({ ...plan, standbyAfterSeconds: 60 })).to.deep.equal(['standby_before_beds']);
    expect(planFaults({ ...plan, choiceAfterSeconds: 130 })).to.deep.equal(['choice_before_standby']);
    expect(planFaults({ ...plan, secondRingWithinSeconds: 20 })).to.deep.equal(['second_ring_too_late']);
  });
});

describe('the night of a dry run', () => {
  const dates: [typed: string, date: string | null][] = [
    ['', '2026-11-22'],
    ['1月3日', '2027-01-03'],
    ['１／３', '2027-01-03'],
    ['12/24', '2026-12-24'],
    ['11/22', '2026-11-22'],
    ['2/29', '2028-02-29'],
    ['2/30', null],
    ['令和9年1月3日', '2027-01-03'],
    ['2027-01-03', '2027-01-03'],
    ['あした', null],
  ];
  for (const [typed, date] of dates)
    it(`reads the date "${typed}" as ${date}`, () => expect(readNight(typed, '2026-11-22')).to.equal(date));

  const times: [typed: string, minute: number | null][] = [
    ['02:10', 130],
    ['2:10', 130],
    ['0210', 130],
    ['２時１０分', 130],
    ['2', 120],
    ['24:00', null],
    ['2:60', null],
    ['夜', null],
  ];
  for (const [typed, minute] of times)
    it(`reads the time "${typed}" as ${minute}`, () => expect(readMinute(typed)).to.equal(minute));
});
