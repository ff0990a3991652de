import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect } from 'chai';
import { type LongRun, runLong } from './long-run.ts';

describe('a long run', function () {
  this.timeout(240_000);
  let state: string;
  const told: string[] = [];
  const run = (targets: string[], more: Partial<LongRun> = {}): LongRun => ({
    ...{ module: path.join(import.meta.dirname, 'planted.ts'), targets, state, inputs: null, seconds: 20, seed: 1 },
    ...{ drawSeed: () => 1, tell: (line: string) => void told.push(line), isKept: false },
    bounds: { busySeconds: 1, waitSeconds: 2, memoryMb: 900 },
    ...more,
  });
  beforeEach(() => {
    state = mkdtempSync(path.join(tmpdir(), 'kamome-fuzz-test-'));
    told.length = 0;
  });
  afterEach(() => rmSync(state, { recursive: true, force: true }));

  it('goes on when an input hangs, never answers, or eats the memory, and tells which it was', async () => {
    const { targets } = await runLong(run(['planted-hang', 'planted-silence', 'planted-memory']));
    expect(
      targets.map(({ target, hangs, outOfMemory, crashes }) => [target, hangs, outOfMemory, crashes]),
    ).to.deep.equal([
      ['planted-hang', 1, 0, 0],
      ['planted-silence', 1, 0, 0],
      ['planted-memory', 0, 1, 0],
    ]);
    expect(told.filter((line) => /input kept as \S{12}/.test(line))).to.have.length(3);
  });

  it('feeds as many as it was told to, shares them out, and counts the faults', async () => {
    const { targets, slices } = await runLong(run(['planted-sound', 'planted-fault'], { inputs: 30_000, seconds: 5 }));
    const [sound, fault] = targets;
    expect(sound!.inputs + fault!.inputs).to.be.within(30_000, 30_100);
    expect(slices).to.be.at.least(2);
    expect([sound!.crashes, fault!.crashes > 0, sound!.inputs > 0]).to.deep.equal([0, true, true]);
  });

  it('goes on where it was when it was ended', async () => {
    const ended = new Error('ended by the test');
    const wanted = { inputs: 12_000, seconds: 5 };
    const first = run(['planted-sound'], {
      ...wanted,
      tell: () => {
        throw ended;
      },
    });
    const refused = await runLong(first).catch((error: unknown) => error);
    expect(refused).to.equal(ended);
    const before = await runLong(run(['planted-sound'], wanted));
    expect(before.targets[0]!.inputs).to.be.within(12_000, 12_040);
    const kept = JSON.parse(readFileSync(path.join(state, 'counts.json'), 'utf8')) as { slices: number };
    expect(kept.slices).to.equal(before.slices);
  });
});
