import { expect } from 'chai';
import fc from 'fast-check';
import {
  afterFailure,
  anyLocked,
  type Counter,
  countFailure,
  isLocked,
  mostFailuresOfLineADay,
  noFailures,
} from '../../src/disclosures/lock.ts';

const minute = 60_000;
const fail = (times: number, at = 0): Counter => {
  let counter = noFailures;
  for (let turn = 0; turn < times; turn++) counter = afterFailure(counter, at);
  return counter;
};

describe('the lock of releases', () => {
  for (const [failures, minutes] of [
    ...[[1, 0] as const, [4, 0] as const, [5, 15] as const, [6, 30] as const, [7, 60] as const],
    ...[[10, 480] as const, [11, 960] as const, [12, 1440] as const, [500, 1440] as const],
  ])
    it(`is ${minutes} minutes after ${failures} wrong answers`, () => {
      const { lockedUntil } = fail(failures);
      expect((lockedUntil ?? 0) / minute).to.equal(minutes);
    });

  it('stops a line for the day after twenty wrong answers, whatever was right in between', () => {
    let lineDay = noFailures;
    const endOfDay = 10 * 3_600_000;
    for (let turn = 1; turn <= mostFailuresOfLineADay; turn++) {
      expect(isLocked(lineDay, turn)).to.equal(false);
      lineDay = countFailure({ lineDay }, turn, endOfDay).lineDay ?? noFailures;
    }
    expect(isLocked(lineDay, endOfDay - 1)).to.equal(true);
    expect(isLocked(lineDay, endOfDay)).to.equal(false);
  });

  it('never becomes shorter by a further failure, at whatever instants they come', () => {
    const instants = fc.array(fc.integer({ min: 0, max: 7 * 86_400_000 }), { minLength: 1, maxLength: 60 });
    fc.assert(
      fc.property(instants, (gaps) => {
        let counter = noFailures;
        let at = 0;
        for (const gap of gaps) {
          at += gap;
          const next = afterFailure(counter, at);
          expect(next.failures).to.equal(counter.failures + 1);
          expect(next.lockedUntil ?? 0).to.be.at.least(counter.lockedUntil ?? 0);
          expect((next.lockedUntil ?? at) - at).to.be.at.most(Math.max(86_400_000, (counter.lockedUntil ?? 0) - at));
          counter = next;
        }
      }),
    );
  });

  it('counts every subject of an attempt, and one of them locked is enough', () => {
    const at = 5;
    const before = { doctor: fail(4), line: noFailures, card: noFailures };
    const after = countFailure(before, at, 100);
    expect(Object.keys(after)).to.deep.equal(['doctor', 'line', 'card']);
    expect([after.doctor, after.line, after.card].map((counter) => counter?.failures)).to.deep.equal([5, 1, 1]);
    expect(anyLocked(before, at)).to.equal(false);
    expect(anyLocked(after, at)).to.equal(true);
  });
});
