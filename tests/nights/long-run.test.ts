import { readFileSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect } from 'chai';
import defaults from '../../config/default.json' with { type: 'json' };
import { planShape } from '../../src/escalations/plan.ts';
import { type Block, type LongRun, playLong } from '../../src/nights/long-run.ts';
import { playNights } from '../../src/nights/nights.ts';
import { figuresOf, type Tally } from '../../src/nights/tally.ts';
import { buildTown, townShape } from '../../src/nights/town.ts';

const plan = planShape.parse(defaults.plan);
const settings = townShape.parse({ callsPerNight: 1, patients: 50 });
const run = { from: 100, seeds: 6, town: settings, plan, workers: 2, blockSeeds: 2, onBlock: () => undefined };

describe('very many nights', function () {
  this.timeout(300_000);
  let folder: string;
  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'nights-'));
  });
  after(() => rm(folder, { recursive: true }));

  it('over several processes tell what one process tells', async () => {
    const together = await playLong({ ...run, keep: null });
    const town = buildTown(settings, plan);
    const alone = await playNights({ seeds: 6, from: 100, town, stopwatch: () => 0 });
    expect(alone.figures.cases).to.be.above(0);
    expect(figuresOf(together, 0)).to.deep.equal(alone.figures);
  });

  const tallyOf = ({ from, seeds }: Block): Tally => ({
    ...{
      seeds,
      cases: seeds,
      accepted: seeds,
      bedded: 0,
      human: 0,
      breaches: {},
      waits: { [from]: seeds },
      broken: [],
    },
  });

  it('go on where they were ended, a torn line played again, and never with another run’s nights', async () => {
    const keep = path.join(folder, 'kept');
    const asked: number[] = [];
    const upTo = (most: number): LongRun => ({
      ...run,
      ...{ keep, workers: 1 },
      async play(block) {
        if (asked.length >= most) throw new Error('ended');
        asked.push(block.from);
        return tallyOf(block);
      },
    });
    const ended = await playLong(upTo(2)).catch((error: Error) => error.message);
    expect([ended, asked]).to.deep.equal(['ended', [100, 102]]);
    writeFileSync(keep, readFileSync(keep, 'utf8').trimEnd().slice(0, -5));
    const total = await playLong(upTo(9));
    expect(asked).to.deep.equal([100, 102, 102, 104]);
    expect([total.seeds, total.waits]).to.deep.equal([6, { 100: 2, 102: 2, 104: 2 }]);
    expect(await playLong(upTo(0))).to.deep.equal(total);
    const other = await playLong({ ...upTo(9), seeds: 8 }).catch((error: Error) => error.message);
    expect(other).to.match(/keeps another run/);
  });
});
