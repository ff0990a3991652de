import { expect } from 'chai';
import defaults from '../../config/default.json' with { type: 'json' };
import { planShape } from '../../src/escalations/plan.ts';
import { type Night, type NightOptions, playNight } from '../../src/nights/night.ts';
import type { Lessons, Run } from '../../src/nights/notebook.ts';
import { shrink } from '../../src/nights/shrink.ts';
import { storyOf } from '../../src/nights/story.ts';
import { tellNight } from '../../src/nights/telling.ts';
import { buildTown, type Town, townShape } from '../../src/nights/town.ts';
import { isLeak, type Rule } from '../../src/nights/watch.ts';

const plan = planShape.parse(defaults.plan);
const town = buildTown(townShape.parse({}), plan);

/** The same statement, answering something else. */
const instead = (lessons: Lessons, name: string, run: (real: Run) => Run): Lessons => {
  const real = lessons[name];
  if (!real) throw new Error(`no statement ${name}`);
  return { ...lessons, [name]: { ...real, run: run(real.run) } };
};

interface Broken {
  what: string;
  rule: Rule;
  options: NightOptions;
  /** How many calls of each night are played; six. */
  calls?: number;
  town?: Town;
}

const broken: Broken[] = [
  {
    what: 'a doctor is not reserved by the case that rings him, and his telephones may ring for two',
    rule: 'two_calls_to_one_phone',
    options: {
      unsafeLessons: (lessons, { leases, liveLegs }) => {
        leases.get = () => undefined;
        liveLegs.has = () => false;
        return lessons;
      },
    },
  },
  {
    what: 'a fax that was frozen is taken for a confirmed one',
    rule: 'wrong_destination',
    options: {
      unsafeLessons: (lessons) =>
        instead(lessons, 'from fax_destination where doctor_id = $1', (real) => (values) => {
          const rows = real(values);
          return typeof rows === 'number'
            ? rows
            : rows.map((row) => ({ ...row, status: 'confirmed', confirm_due_at: new Date(9e12) }));
        }),
    },
  },
  {
    what: 'the log forgets an entry',
    rule: 'audit_break',
    options: {
      unsafeLessons: (lessons, { entries }) => {
        const put = entries.put.bind(entries);
        entries.put = (key, { list }) =>
          put(key, { list: list.map((entry) => (entry.seq === 5 ? { ...entry, actor: 'nobody' } : entry)) });
        return lessons;
      },
    },
  },
  {
    what: 'callers hear a voice every forty seconds only',
    rule: 'silent_over_20s',
    options: {},
    town: { ...town, plan: { ...plan, progressSeconds: 40 } },
  },
  {
    what: 'nobody is there to be rung, and nobody asks the caller what he would like instead',
    rule: 'wait_over_180s',
    calls: 1,
    options: {
      afterglowMs: 0,
      unsafeLessons: (lessons, { effects }) => {
        const put = effects.put.bind(effects);
        effects.put = (key, row) => put(key, row.kind === 'move-caller' ? { ...row, status: 'dropped' } : row);
        const nobody = (of: Lessons, column: string): Lessons => instead(of, `reachable-${column}`, () => () => []);
        return ['doctor_id', 'hospital_id', 'standby_id'].reduce(nobody, lessons);
      },
    },
  },
  {
    what: 'calls are written down and never handed to the carrier',
    rule: 'lost',
    calls: 1,
    options: {
      afterglowMs: 0,
      unsafeLessons: (lessons) =>
        instead(
          instead(lessons, 'take-next-call', () => () => []),
          'waiting-calls',
          () => () => [],
        ),
    },
  },
  {
    what: 'a doctor with two telephones is rung by two cases, one on each, and takes both',
    rule: 'two_cases_of_one_doctor',
    calls: 12,
    options: {
      unsafeLessons: (lessons, { leases }) => {
        leases.get = () => undefined;
        return lessons;
      },
    },
    town: buildTown(townShape.parse({ doctors: 2 }), plan),
  },
];

describe('a night in which a rule is broken on purpose', function () {
  this.timeout(300_000);

  for (const { what, rule, options, calls, town: itsTown = town } of broken)
    it(`is found: ${what}`, async () => {
      const night = await firstBroken(rule, itsTown, options, calls);
      expect(night?.breaches.map((breach) => breach.rule)).to.include(rule);
    });

  it('is shrunk to its shortest story, and told in plain words', async () => {
    const { rule, options } = broken[1]!;
    const night = await firstBroken(rule, town, options);
    const shortest = await shrink(night!, rule, town, options);
    expect(shortest.story.calls).to.have.length(1);
    expect(shortest.story.faults).to.deep.equal([]);
    const story = tellNight(shortest);
    expect(story).to.match(/wrong_destination[\s\S]*who rings:[\s\S]*nothing goes wrong outside[\s\S]*takes it/);
    expect(story.split('\n').length).to.be.below(80);
  });

  it('is found when a telephone or a card leaves the house, and no id is taken for one', () => {
    const leaking = ['job send +819012345678', 'log rung {"to":"+81451234567"}', 'url /voice/card/543274497068/now'];
    expect(leaking.filter(isLeak)).to.deep.equal(leaking);
    const opaque = ['job advance-case uc_00000000000000000000600012', 'url /voice/leg/lg_5000000000000000000000001x'];
    expect(opaque.filter(isLeak)).to.deep.equal([]);
  });

  it('refuses a statement that is another one than it learnt', async () => {
    const unsafeLessons = (lessons: Lessons): Lessons => ({
      ...lessons,
      'lock-case': { ...lessons['lock-case']!, prints: '00000000' },
    });
    const { calls, ...story } = storyOf(1, town);
    const short = { ...story, calls: calls.slice(0, 1), until: calls[0]!.at + 60_000 };
    const { breaches } = await playNight(short, town, { unsafeLessons, afterglowMs: 0 });
    expect(breaches[0]).to.include({ rule: 'thrown' });
    expect(breaches[0]?.what).to.match(/"lock-case" is another statement than the one the notebook learnt/);
  });
});

async function firstBroken(rule: Rule, where: Town, options: NightOptions, most = 6): Promise<Night | null> {
  for (let seed = 1; seed <= 20; seed++) {
    const story = storyOf(seed, where);
    const calls = story.calls.slice(0, most);
    const until = (calls.at(-1)?.at ?? story.from) + 900_000;
    const night = await playNight({ ...story, calls, until }, where, options);
    if (night.breaches.some((breach) => breach.rule === rule)) return night;
  }
  return null;
}
