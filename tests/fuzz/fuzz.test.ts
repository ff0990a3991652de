import { randomInt } from 'node:crypto';
import { expect } from 'chai';
import { keptFor } from './corpus.ts';
import { fuzz, type Outcome } from './engine.ts';
import { targets } from './targets.ts';

/** A short walk through every door; `npm run fuzz -- --seconds 600` is the long one. */
const seconds = 2;
const found = ({ seed, crashes }: Outcome): string[] =>
  crashes.map(
    ({ input, error }) => `seed ${seed}: ${error instanceof Error ? error.stack : error}\n${input.toString('base64')}`,
  );

describe('bad input', function () {
  this.timeout(120_000);
  for (const target of targets.filter(({ isLong }) => !isLong)) {
    if (target.close) after(() => target.close?.());
    it(`makes nothing fall over: ${target.name}`, async () => {
      const options = { seconds, mostInputs: 2000, kept: keptFor(target.name) };
      const usual = await fuzz(target, { ...options, seed: 1 });
      const fresh = await fuzz(target, { ...options, seed: randomInt(2 ** 31) });
      expect([...found(usual), ...found(fresh)]).to.deep.equal([]);
      expect(usual.inputs).to.be.above(0);
    });
  }

  it('finds what is there to be found: a fault behind two bytes, by the code that they make run', async () => {
    const target = {
      name: 'planted',
      seeds: async () => [Buffer.from('hello')],
      run: (input: Buffer) => {
        if (input.includes('{[')) throw new Error('planted');
      },
    };
    const { crashes } = await fuzz(target, { seed: 1, seconds: 20, mostInputs: 50_000, kept: [] });
    expect(crashes.map(({ error }) => (error as Error).message)).to.deep.equal(['planted']);
  });
});
