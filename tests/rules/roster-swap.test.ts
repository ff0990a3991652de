import { expect } from 'chai';
import fc from 'fast-check';
import { night, openHours } from '../../src/roster/roll-call.ts';
import { decideSwap, type Swap, type SwapCommand } from '../../src/roster/swap.ts';

const begins = new Date('2026-12-07T09:00:00Z');
const at = new Date('2026-12-01T03:00:00Z');
const fresh: Swap = { status: 'waiting', giver: null, taker: null };
const told = (swap: Swap, ...commands: SwapCommand[]): Swap =>
  commands.reduce((state, command) => decideSwap(state, command, at, begins) ?? state, swap);

describe('a swap', () => {
  it('is agreed when both have said yes, in either order, and not before', () => {
    const giver = { type: 'confirm', side: 'giver' } as const;
    const taker = { type: 'confirm', side: 'taker' } as const;
    expect(told(fresh, giver).status).to.equal('waiting');
    expect(told(fresh, giver, giver).status).to.equal('waiting');
    expect(told(fresh, giver, taker).status).to.equal('agreed');
    expect(told(fresh, taker, giver).status).to.equal('agreed');
  });

  it('ends with one no, and nothing brings it back', () => {
    const declined = told(fresh, { type: 'confirm', side: 'giver' }, { type: 'decline', side: 'taker' });
    expect(declined).to.deep.equal({ status: 'declined', giver: at, taker: null });
    expect(decideSwap(declined, { type: 'confirm', side: 'taker' }, at, begins)).to.equal(null);
  });

  it('lapses when the duty begins, whatever is said then', () => {
    for (const type of ['confirm', 'decline'] as const)
      expect(decideSwap(fresh, { type, side: 'giver' }, begins, begins)?.status).to.equal('lapsed');
    expect(decideSwap(fresh, { type: 'tick' }, at, begins)).to.equal(null);
    expect(decideSwap(fresh, { type: 'tick' }, begins, begins)?.status).to.equal('lapsed');
  });

  it('never is agreed without the yes of each side', () => {
    const side = fc.constantFrom('giver' as const, 'taker' as const);
    const command: fc.Arbitrary<SwapCommand> = fc.oneof(
      fc.record({ type: fc.constantFrom('confirm' as const, 'decline' as const), side }),
      fc.constantFrom({ type: 'withdraw' } as const, { type: 'tick' } as const),
    );
    fc.assert(
      fc.property(fc.array(command, { maxLength: 8 }), (commands) => {
        const end = told(fresh, ...commands);
        if (end.status !== 'agreed') return;
        for (const which of ['giver', 'taker'] as const)
          expect(commands).to.deep.include({ type: 'confirm', side: which });
      }),
    );
  });
});

describe('the hours of a night without anybody', () => {
  const table: [string, { from: number; to: number }[], { from: number; to: number }[]][] = [
    ['nobody', [], [night]],
    ['the whole night', [night], []],
    ['until midnight', [{ from: 1080, to: 1440 }], [{ from: 1440, to: 1980 }]],
    [
      'a hole between two',
      [
        { from: 1080, to: 1320 },
        { from: 1440, to: 1980 },
      ],
      [{ from: 1320, to: 1440 }],
    ],
    [
      'two that overlap',
      [
        { from: 1200, to: 1980 },
        { from: 1080, to: 1500 },
      ],
      [],
    ],
  ];
  for (const [name, duties, open] of table) it(name, () => expect(openHours(duties)).to.deep.equal(open));
});
