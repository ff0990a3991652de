/** The child process: plays the one picture that it is sent, tells how far it is, answers, and ends. Started by runner.ts. */
import { setPriority } from 'node:os';
import { foresightOf } from './figures.ts';
import type { Picture } from './picture.ts';
import { playMonths } from './play.ts';
import { roundsFor, seedOf } from './rounds.ts';
import type { Reply } from './runner.ts';

// Whoever answers people goes first.
setPriority(10);
const tell = (reply: Reply): void => void process.send?.(reply);

process.on('message', (picture: Picture) => {
  playMonths(picture, {
    ...{ from: seedOf(picture), rounds: roundsFor },
    onNight: (played, total) => tell({ played, total }),
  }).then(
    (played) => tell({ foresight: foresightOf(picture, played) }),
    () => process.exit(1),
  );
});
// The parent is gone.
process.on('disconnect', () => process.exit());
