import { expect } from 'chai';
import { atOnce } from '../../src/lib/at-once.ts';

describe('work done beside each other', () => {
  it('keeps to its limit, does everything, and one that fails keeps nobody waiting', async () => {
    let now = 0;
    let most = 0;
    const done: number[] = [];
    const failed: unknown[] = [];
    const work = async (item: number): Promise<void> => {
      most = Math.max(most, ++now);
      await new Promise((resolve) => setImmediate(resolve));
      now--;
      if (item === 1) throw new Error('the second');
      done.push(item);
    };
    await atOnce([0, 1, 2, 3, 4, 5, 6], 3, work, (error) => failed.push(error));
    expect(done.sort()).to.deep.equal([0, 2, 3, 4, 5, 6]);
    expect(failed.map(String)).to.deep.equal(['Error: the second']);
    expect(most).to.equal(3);
  });

  it('has nothing to do with nothing', () =>
    atOnce(
      [],
      3,
      () => Promise.reject(),
      () => expect.fail(),
    ));
});
