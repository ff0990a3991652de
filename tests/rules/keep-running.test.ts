import { expect } from 'chai';
import { keepRunning } from '../../workers/harness.ts';

describe('a worker of the queue', () => {
  it('whose store was away when it began, begins again, and not once more when it is closed', async () => {
    const complaints: unknown[] = [];
    let runs = 0;
    let isClosing = false;
    const worker = {
      async run(): Promise<void> {
        runs++;
        if (runs === 1) throw new Error('connection refused');
        isClosing = true; // close() ends a run
      },
    };
    await keepRunning(
      worker,
      () => isClosing,
      (error) => complaints.push(error),
    );
    expect([runs, complaints.length]).to.deep.equal([2, 1]);
  });
});
