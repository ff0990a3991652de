/** What the bench prints: one object with every figure, and the same as a table beside the targets. */
import os from 'node:os';
import type { LoadResult } from './calls.ts';
import type { ScaleResult } from './scale.ts';
import type { WebhookResult } from './webhooks.ts';

export interface Machine {
  processors: number;
  model: string;
  memoryGiB: number;
  node: string;
  /** Runnable processes over the last minute, at the end of the run: much above the processors means a disturbed run. */
  loadAverage: number;
  at: string;
}

export const machine = (): Machine => ({
  processors: os.availableParallelism(),
  model: os.cpus()[0]?.model ?? 'unknown',
  memoryGiB: Math.round(os.totalmem() / 2 ** 30),
  node: process.version,
  loadAverage: Math.round((os.loadavg()[0] ?? 0) * 10) / 10,
  at: new Date().toISOString(),
});

export interface Parts {
  load: LoadResult | null;
  webhooks: WebhookResult | null;
  scale: ScaleResult | null;
  options: Record<string, string | number>;
  machine: Machine;
}

export type Figures = ReturnType<typeof report>;

/** The named figures first; null where a part was left out. */
export function report({ load, webhooks, scale, ...rest }: Parts) {
  return {
    firstLegMs: load && { p50: load.firstLeg.p50, p99: load.firstLeg.p99 },
    firstLegAfterCardMs: load && { p50: load.firstLegAfterCard.p50, p99: load.firstLegAfterCard.p99 },
    nextLegMs: load && { p95: load.nextLeg.p95 },
    joinMs: load && { p99: load.join.p99 },
    webhookVsBare: webhooks?.ratio.legEvent ?? null,
    doubleRings: load?.doubleRings,
    doubleBeds: load?.doubleBeds,
    silentOver20s: load?.silentOver20s,
    scaleRatio: scale?.ratio,
    ...rest,
    load,
    webhooks,
    scale,
  };
}

type Limit = readonly [name: string, value: number | null | undefined, target: number, unit: string];

/** Every figure with its target; `!` marks one that was not reached. */
export function table(figures: Figures): string {
  const { firstLegMs, firstLegAfterCardMs, load, webhooks, scale } = figures;
  const most: Limit[] = [
    ['last key of the card → first leg, p50', firstLegMs?.p50, 300, 'ms'],
    ['last key of the card → first leg, p99', firstLegMs?.p99, 1000, 'ms'],
    ['end of derivation → first leg, p50', firstLegAfterCardMs?.p50, 50, 'ms'],
    ['end of derivation → first leg, p99', firstLegAfterCardMs?.p99, 250, 'ms'],
    ['failed leg → next leg, p95', figures.nextLegMs?.p95, 500, 'ms'],
    ['accepting key → join, p99', figures.joinMs?.p99, 300, 'ms'],
    ['phones or doctors rung twice at once', figures.doubleRings, 0, ''],
    ['beds promised twice', figures.doubleBeds, 0, ''],
    ['callers over 20 s without a voice', figures.silentOver20s, 0, ''],
    ['look-up and opening, 1 000 000 : 5 000 patients', figures.scaleRatio, 1.2, ''],
  ];
  const least: Limit[] = [
    ['our webhook : bare handler (case changed)', webhooks?.ratio.legEvent, 0.5, ''],
    ['our webhook : bare handler (doctor’s key)', webhooks?.ratio.legKey, 0.5, ''],
    ['our webhook : bare handler (caller’s menu key)', webhooks?.ratio.menuKey, 0.5, ''],
  ];
  const line = ([name, value, target, unit]: Limit, isMost: boolean): string => {
    if (value === null || value === undefined) return `  ${name.padEnd(52)} not measured`;
    const isReached = isMost ? value <= target : value >= target;
    const words = `${value} ${unit}`.trim().padStart(10);
    return `${isReached ? ' ' : '!'} ${name.padEnd(52)} ${words}   ${isMost ? '≤' : '≥'} ${target} ${unit}`.trimEnd();
  };
  const lines = [...most.map((limit) => line(limit, true)), ...least.map((limit) => line(limit, false))];
  if (load) {
    const { open, derivation, processors, storm, firstLeg, nextLeg, join, notJoined } = load;
    lines.push(
      '',
      `  cases open at once: ${open.least} to ${open.most}, median ${open.median}; ${firstLeg.count} opened, ${nextLeg.count} next legs, ${join.count} accepted and joined, ${notJoined} not`,
      `  derivation with its wait: p50 ${derivation.p50} ms, p99 ${derivation.p99} ms`,
      `  storm: ${storm.cases} cases at once, ${storm.accepted} accepted, ${storm.admitted} beds; first leg p50 ${storm.firstLeg.p50} ms, p99 ${storm.firstLeg.p99} ms`,
      `  processors used: ${Object.entries(processors)
        .map(([name, used]) => `${name} ${used}`)
        .join(', ')}`,
      `  warnings and errors of the gateway: ${JSON.stringify(load.faults)}`,
    );
  }
  if (webhooks) {
    const { perSecond, ratios, failures } = webhooks;
    const rounds = Object.entries(ratios).map(([kind, values]) => `${kind} ${values.join(' ')}`);
    const speeds = Object.entries(perSecond).map(([kind, speed]) => `${kind} ${speed}/s`);
    lines.push('', `  ${speeds.join(', ')}; failures ${failures}`, `  ratios by round: ${rounds.join(' · ')}`);
  }
  if (scale) {
    const { warmMs, coldMs, ratios } = scale;
    lines.push(
      '',
      `  opening, warm: ${warmMs.small.p50} and ${warmMs.large.p50} ms (ratios ${ratios.join(' ')}); the first, cold: ${Math.round(coldMs.small)} and ${Math.round(coldMs.large)} ms`,
    );
  }
  const { processors, model, node, loadAverage, at } = figures.machine;
  lines.push('', `  ${at}, ${processors} × ${model}, ${node}, load average ${loadAverage}`);
  return lines.join('\n');
}
