/**
 * A child process that feeds one target for some seconds: so that what an input does to memory, or a hang, ends this process and not the
 * run. Its order comes by IPC, what came of it goes the same way; when the watchdog ends it, its last words are in a file.
 */
import { keptFor } from './corpus.ts';
import { fuzz, type Outcome, type Target } from './engine.ts';
import { type Bounds, openWatchdog } from './watchdog.ts';

export interface Order {
  /** A module that exports `targets`. */
  module: string;
  target: string;
  seed: number;
  seconds: number;
  mostInputs: number;
  guidedPart: number;
  /** Where grown corpora lie. */
  grownIn: string;
  lastWords: string;
  bounds: Bounds;
}

/** As it travels: inputs as base64, errors as text. */
export type Told = Omit<Outcome, 'crashes' | 'hangs' | 'found'> & {
  fallen: { kind: 'crash' | 'hang'; input: string; error: string }[];
  found: string[];
};

process.once('message', async (order: Order) => {
  const { targets } = (await import(order.module)) as { targets: readonly Target[] };
  const target = targets.find(({ name }) => name === order.target);
  if (!target) throw new Error(`there is no target ${order.target}`);
  const watchdog = openWatchdog(order.lastWords, order.bounds);
  const outcome = await fuzz(target, { ...order, kept: keptFor(target.name, order.grownIn), watchdog });
  await target.close?.();
  await watchdog.close();
  process.send?.(told(outcome), () => process.exit(0));
});

function told({ crashes, hangs, found, ...rest }: Outcome): Told {
  const fallen = [
    ...crashes.map((one) => ({ ...one, kind: 'crash' as const })),
    ...hangs.map((one) => ({ ...one, kind: 'hang' as const })),
  ];
  return {
    ...rest,
    fallen: fallen.map(({ kind, input, error }) => ({
      kind,
      input: input.toString('base64'),
      error: String(error instanceof Error ? error.stack : error),
    })),
    found: found.map((input) => input.toString('base64')),
  };
}
