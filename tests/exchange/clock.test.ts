import { expect } from 'chai';
import { FakeClock } from '../support/clock.ts';

const start = new Date('2025-11-03T00:00:00Z');
const at = (seconds: number) => new Date(start.getTime() + seconds * 1000);
const nothing = async () => {};

describe('the clock that a story moves', () => {
  it('fires timers in the order of their due times, and tells each its own time', async () => {
    const clock = new FakeClock(start);
    const fired: string[] = [];
    for (const [name, seconds] of [
      ['c', 3],
      ['a', 1],
      ['b', 1],
      ['d', 9],
    ] as const)
      clock.after(seconds * 1000, () => fired.push(`${name}${(clock.now().getTime() - start.getTime()) / 1000}`));
    await clock.advanceTo(at(5), nothing);
    expect(fired).to.deep.equal(['a1', 'b1', 'c3']);
    expect(clock.now()).to.deep.equal(at(5));
    expect(clock.nextDueAt()).to.deep.equal(at(9));
  });

  it('fires what timers and settling set up on the way', async () => {
    const clock = new FakeClock(start);
    const fired: number[] = [];
    let settled = 0;
    const again = (left: number) => {
      fired.push(clock.now().getTime() - start.getTime());
      if (left > 0) clock.after(1000, () => again(left - 1));
    };
    clock.after(0, () => again(2));
    await clock.advanceTo(at(10), async () => {
      settled += 1;
    });
    expect(fired).to.deep.equal([0, 1000, 2000]);
    expect(settled).to.equal(4);
  });

  it('does not fire what was cancelled, and keeps order among ten thousand', async () => {
    const clock = new FakeClock(start);
    const fired: number[] = [];
    for (let made = 0; made < 10_000; made += 1) {
      const due = (made * 7919) % 10_007;
      const timer = clock.after(due, () => fired.push(due));
      if (made % 3 === 0) timer.cancel();
    }
    await clock.advanceTo(at(60), nothing);
    expect(fired.length).to.equal(6666);
    expect(fired).to.deep.equal([...fired].sort((one, other) => one - other));
    expect(clock.nextDueAt()).to.equal(null);
  });
});
