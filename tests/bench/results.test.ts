import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect } from 'chai';
import { missing } from './cli.ts';
import { inTurns, ratioFigure, timedFigures } from './in-turns.ts';
import type { Machine } from './machine.ts';
import { pageOf } from './page.ts';
import { type Figure, isReached, middle, most, type Outcome, type Result, table, together } from './result.ts';
import { keep, kept, makePage } from './saved.ts';

const figure = (value: number): Figure => ({
  ...{ id: 'wait', name: 'the wait <of> a caller', unit: 'ms', value, quartiles: null, target: most(20) },
});
const outcome = (value: number): Outcome => ({ figures: [figure(value)], leftOut: [], details: [], options: {} });
const machine: Machine = {
  ...{
    at: '2026-01-05T00:00:00.000Z',
    commit: 'abc1234',
    processors: 2,
    model: 'a model',
    memoryGiB: 4,
    system: 'Linux 6',
  },
  ...{ node: 'v20.0.0', postgres: '18.0', redis: null, loadAtStart: 0.1 },
};
const result = (day: string, value: number): Result => ({
  ...{ part: 'peers', machine: { ...machine, at: `${day}T00:00:00.000Z` }, repeats: 1 },
  ...outcome(value),
  leftOut: [{ what: 'a renderer', why: 'not here' }],
});

describe('a result of the bench', () => {
  it('is the median of its runs with their quartiles', () => {
    const { figures } = together([outcome(30), outcome(10), outcome(20), outcome(40)]);
    expect(figures).to.deep.equal([{ ...figure(20), ...middle([10, 20, 30, 40]), value: 20 }]);
    expect(figures[0]!.quartiles).to.deep.equal([10, 30]);
    expect(together([outcome(7)]).figures).to.deep.equal([figure(7)]);
  });

  it('marks what missed its target, and names what was left out', () => {
    expect([isReached(figure(20)), isReached(figure(21))]).to.deep.equal([true, false]);
    const [reached, missed, left] = table([figure(20), figure(21)], [{ what: 'poppler', why: 'not here' }]);
    expect(reached).to.match(/^ /);
    expect(missed).to.match(/^! the wait.* 21 ms .*≤ 20 ms$/);
    expect(left).to.include('left out: poppler: not here');
  });

  it('says how to have a program that is not here', () => {
    expect(missing('no-such-program', 'a comparison')).to.deep.include({ what: 'a comparison' });
    expect(missing(process.execPath, 'a comparison')).to.equal(null);
  });

  it('takes ours and its peers in turns, and compares them round by round', async () => {
    const order: string[] = [];
    const contestant = (id: string, isPeer: boolean, milliseconds: number, of = 1) => ({
      ...{ id, name: id, isPeer, of },
      go: async () => {
        order.push(id);
        return milliseconds;
      },
    });
    const timed = await inTurns([contestant('ours', false, 4), contestant('theirs', true, 20, 2)], {
      ...{ warmUps: 1, rounds: 2, turns: 2 },
    });
    expect(order.join(' ')).to.equal(Array(5).fill('ours theirs').join(' '));
    expect(timedFigures(timed, 'a group').map(({ value, isPeer }) => [value, isPeer])).to.deep.equal([
      [4, undefined],
      [10, true],
    ]);
    expect(ratioFigure('ratio', 'ratio', timed[0]!, timed[1]!).value).to.equal(2.5);
  });

  it('is kept by day and part, and drawn on one page that fetches nothing', async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'kamome-results-'));
    try {
      await keep(result('2026-01-05', 21), folder);
      await keep(result('2026-01-06', 30), folder);
      await keep(result('2026-01-06', 19), folder);
      expect((await kept(folder)).map(({ figures }) => figures[0]!.value)).to.deep.equal([21, 19]);
      const page = await readFile(await makePage(folder), 'utf8');
      expect(page.match(/<circle class="(missed|reached)"/g)).to.deep.equal([
        '<circle class="missed"',
        '<circle class="reached"',
      ]);
      expect(page).to.include('the wait &lt;of&gt; a caller').and.include('Left out: a renderer');
      expect(page).to.not.match(/<script|src=|@import|url\(/);
      expect(page.match(/href="[^"]*"/g)).to.deep.equal(['href="../bench.md"']);
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it('draws what is compared beside each other', () => {
    const group = { group: 'a group' };
    const figures = [
      { ...figure(4), ...group },
      { ...figure(10), ...group, id: 'peer', isPeer: true },
    ];
    const page = pageOf([{ ...result('2026-01-05', 1), figures }]);
    expect(page.match(/<rect class="(ours|peer)"/g)).to.deep.equal(['<rect class="ours"', '<rect class="peer"']);
  });
});
