import { expect } from 'chai';
import defaults from '../../config/default.json' with { type: 'json' };
import { planShape } from '../../src/escalations/plan.ts';
import { foresightOf } from '../../src/foresight/figures.ts';
import type { Picture } from '../../src/foresight/picture.ts';
import { playMonths } from '../../src/foresight/play.ts';
import { runInChild } from '../../src/foresight/runner.ts';
import { idOf } from '../../src/nights/town.ts';
import type { DutyRule } from '../../src/roster/roster.ts';

const areaId = idOf('ar', 1);
const doctors = [1, 2, 3].map((number) => idOf('dr', number));
const standby = idOf('sb', 1);
const daily = { days: ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'], validFrom: null, validUntil: null } as const;
const duty = (number: number, given: Partial<DutyRule>): DutyRule => ({
  ...{ id: idOf('rr', number), kind: 'doctor', areaId, subjectId: doctors[0]!, position: 1 },
  ...{ band: { from: 1020, to: 1980 }, when: daily, ...given },
});
const onCall = doctors.map((subjectId, place) => duty(place + 1, { subjectId, position: place + 1 }));
const hubOnCall = duty(9, { kind: 'standby', areaId: null, subjectId: standby });

const picture = (rules: DutyRule[], given: Partial<Picture> = {}): Picture => ({
  ...{ associationId: idOf('as', 1), months: { asked: '2026-12', base: '2026-11' }, hasDraftPlans: false },
  areas: [{ id: areaId, key: 1, plan: planShape.parse(defaults.plan) }],
  hub: { hasPhone: true, opens: 540, closes: 1020 },
  doctors: doctors.map((id) => ({ id, area_id: areaId })),
  ...{ hospitals: [], standby: [standby], rules, calls: { perNight: 2, source: 'model' } },
  phones: [...doctors, standby].map((owner, line) => ({
    ...{ id: idOf('ph', line + 1), owner, kind: 'mobile', position: 1, line },
    column: owner === standby ? 'standby_id' : 'doctor_id',
  })),
  patients: [1, 2, 3, 4].map((number) => ({
    ...{ id: idOf('pt', number), area_id: areaId, attending_id: null, deputy_ids: [], hospital_id: null },
    ...{ needs: [], bed_type: 'general' },
  })),
  ...given,
});

const play = async (of: Picture, rounds = 4) =>
  foresightOf(of, await playMonths(of, { from: 7, rounds: () => rounds, onNight: () => undefined }));

describe('a month of the roster, played', function () {
  this.timeout(300_000);

  it('tells two months with the same line-ups the same, and plays each line-up once a round', async () => {
    const { asked, base, nights, broken } = await play(picture([...onCall, hubOnCall]));
    expect([nights, broken]).to.deep.equal([4, 0]);
    expect(asked.all.calls / 31).to.equal(base.all.calls / 30);
    expect({ ...asked.all, calls: 0 }).to.deep.equal({ ...base.all, calls: 0 });
    expect(asked.all.median).to.be.within(5, 120);
    expect(asked.doctors.map(({ doctorId }) => doctorId)).to.have.members(doctors);
    expect(asked.alone).to.deep.equal([]);
  });

  it('shows what is lost when the second and third doctor are taken off a date, and names who is left alone', async () => {
    const alone = duty(5, { when: { on: '2026-12-24' } });
    const { asked } = await play(picture([...onCall, alone, hubOnCall]), 6);
    expect(asked.weakest[0]!.dates).to.deep.equal(['2026-12-24']);
    expect(asked.alone).to.deep.equal([{ date: '2026-12-24', areaId, doctors: [doctors[0]], fewest: 1 }]);
    const waits = asked.weakest.map(({ meanSeconds }) => meanSeconds);
    expect(waits[0]).to.be.above(waits[1]!);
  });

  it('sends everybody to the standby person where no doctor is on duty, and to nobody where there is none either', async () => {
    const { asked } = await play(picture([hubOnCall]));
    expect(asked.all).to.include({ standby: 1, nobody: 0 });
    const none = await play(picture([], { standby: [], hub: { hasPhone: false, opens: 540, closes: 1020 } }), 1);
    expect(none.asked.all).to.include({ standby: 0, nobody: 1, over180: 1, median: null });
  });

  it('is the same in a process of its own, which tells how far it is and ends when it is told to', async () => {
    const of = picture([...onCall, hubOnCall], { calls: { perNight: 0.5, source: 'model' } });
    const told: number[] = [];
    const outcome = await runInChild(of, {
      onNight: (played, total) => void told.push(played / total),
      signal: new AbortController().signal,
    });
    if ('failed' in outcome) throw new Error(`it ended by ${outcome.failed}`);
    expect(outcome.foresight.asked.all.calls).to.be.above(0);
    expect(told.at(-1)).to.equal(1);
    const ended = new AbortController();
    const cut = runInChild(of, { onNight: () => ended.abort(), signal: ended.signal });
    expect(await cut).to.deep.equal({ failed: 'crash' });
  });
});
