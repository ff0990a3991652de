/** The child process: plays one block of seeds, tells their tally, and ends. Started by long-run.ts. */
import type { Block } from './long-run.ts';
import { playNight } from './night.ts';
import { storyOf } from './story.ts';
import { addNight, emptyTally } from './tally.ts';
import { buildTown } from './town.ts';

process.on('message', ({ from, seeds, town: settings, plan }: Block) => {
  void play().then(
    (tally) => process.send?.(tally, () => process.disconnect()),
    () => process.exit(1),
  );
  async function play() {
    const town = buildTown(settings, plan);
    const tally = emptyTally();
    for (let seed = from; seed < from + seeds; seed++) addNight(tally, await playNight(storyOf(seed, town), town));
    return tally;
  }
});
// The parent is gone.
process.on('disconnect', () => process.exit());
