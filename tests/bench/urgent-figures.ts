/** The figures of the urgent call beside their targets, and the object of `--json`. */
import type { LoadResult } from './calls.ts';
import type { Machine } from './machine.ts';
import { type Figure, least, middle, most } from './result.ts';
import type { ScaleResult } from './scale.ts';
import type { WebhookResult } from './webhooks.ts';

export interface UrgentParts {
  load: LoadResult | null;
  webhooks: WebhookResult | null;
  scale: ScaleResult | null;
}

/** The keys that the issue named first; null where a part was left out. */
export function urgentKeys({ load, webhooks, scale }: UrgentParts, rest: { options: object; machine: Machine }) {
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
    ...{ load, webhooks, scale },
  };
}

export function urgentFigures({ load, webhooks, scale }: UrgentParts): Figure[] {
  return [
    ...(load ? loadFigures(load) : []),
    ...(webhooks ? webhookFigures(webhooks) : []),
    ...(scale ? scaleFigures(scale) : []),
  ];
}

function loadFigures({ firstLeg, firstLegAfterCard, nextLeg, join, ...load }: LoadResult): Figure[] {
  const ms = { unit: 'ms', quartiles: null };
  const none = { unit: '', quartiles: null, target: most(0) };
  return [
    {
      ...{ id: 'firstLegMs.p50', name: 'last key of the card → first leg, p50', unit: 'ms', value: firstLeg.p50 },
      ...{ quartiles: [firstLeg.p25, firstLeg.p75], target: most(300) },
    },
    { ...ms, id: 'firstLegMs.p99', name: 'the same, p99', value: firstLeg.p99, target: most(1000) },
    {
      ...{ id: 'firstLegAfterCardMs.p50', name: 'end of derivation → first leg, p50', unit: 'ms' },
      ...{ value: firstLegAfterCard.p50, quartiles: [firstLegAfterCard.p25, firstLegAfterCard.p75], target: most(50) },
    },
    { ...ms, id: 'firstLegAfterCardMs.p99', name: 'the same, p99', value: firstLegAfterCard.p99, target: most(250) },
    { ...ms, id: 'nextLegMs.p95', name: 'failed leg → next leg, p95', value: nextLeg.p95, target: most(500) },
    { ...ms, id: 'joinMs.p99', name: 'accepting key → join, p99', value: join.p99, target: most(300) },
    { ...none, id: 'doubleRings', name: 'phones or doctors rung twice at once', value: load.doubleRings },
    { ...none, id: 'doubleBeds', name: 'beds promised twice', value: load.doubleBeds },
    { ...none, id: 'silentOver20s', name: 'callers over 20 s without a voice', value: load.silentOver20s },
  ];
}

const kindWords = { legEvent: 'case changed', legKey: 'doctor’s key', menuKey: 'caller’s menu key' } as const;

/** Ours beside the bare handler: how many a second, and the ratio of each round. */
export function webhookFigures({ ratios, speeds }: WebhookResult): Figure[] {
  const kinds = Object.keys(kindWords) as (keyof typeof kindWords)[];
  const group = 'webhooks a second';
  return [
    ...kinds.map((kind): Figure => {
      const name = `our webhook : bare Express handler (${kindWords[kind]})`;
      return { id: `webhookVsBare.${kind}`, name, unit: '', ...middle(ratios[kind]), target: least(0.5) };
    }),
    ...kinds.map((kind): Figure => {
      const name = `our webhook, ${kindWords[kind]}`;
      return { id: `webhooksPerSecond.${kind}`, name, unit: '/s', ...middle(speeds[kind]), group };
    }),
    {
      ...{ id: 'webhooksPerSecond.bare', name: 'bare Express handler: signature, one insert', unit: '/s' },
      ...{ ...middle(speeds.bare), group, isPeer: true },
    },
  ];
}

function scaleFigures({ ratios, warmMs }: ScaleResult): Figure[] {
  const opening = (size: 'small' | 'large', name: string): Figure => {
    const { p25, p50, p75 } = warmMs[size];
    return { id: `openingMs.${size}`, name, unit: 'ms', value: p50, quartiles: [p25, p75], group: 'opening of a case' };
  };
  return [
    {
      ...{ id: 'scaleRatio', name: 'look-up and opening, the large town : 5 thousand patients', unit: '' },
      ...{ ...middle(ratios), target: most(1.2) },
    },
    opening('small', 'look-up and opening, 5 thousand patients'),
    opening('large', 'look-up and opening, the large town'),
  ];
}

export function urgentDetails({ load, webhooks, scale }: UrgentParts): string[] {
  const lines: string[] = [];
  if (load) {
    const { open, derivation, processors, storm, firstLeg, nextLeg, join, notJoined } = load;
    lines.push(
      `cases open at once: ${open.least} to ${open.most}, median ${open.median}; ${firstLeg.count} opened, ${nextLeg.count} next legs, ${join.count} accepted and joined, ${notJoined} not`,
      `derivation with its wait: p50 ${derivation.p50} ms, p99 ${derivation.p99} ms`,
      `storm: ${storm.cases} cases at once, ${storm.accepted} accepted, ${storm.admitted} beds; first leg p50 ${storm.firstLeg.p50} ms, p99 ${storm.firstLeg.p99} ms`,
      `processors used: ${Object.entries(processors)
        .map(([name, used]) => `${name} ${used}`)
        .join(', ')}`,
      `warnings and errors of the gateway: ${JSON.stringify(load.faults)}`,
    );
  }
  if (webhooks) {
    const rounds = Object.entries(webhooks.ratios).map(([kind, values]) => `${kind} ${values.join(' ')}`);
    lines.push(`webhooks that failed: ${webhooks.failures}; ratios by round: ${rounds.join(' · ')}`);
  }
  if (scale) {
    const { coldMs, ratios } = scale;
    lines.push(
      `opening: ratios by round ${ratios.join(' ')}; the first, cold: ${Math.round(coldMs.small)} and ${Math.round(coldMs.large)} ms`,
    );
  }
  return lines;
}
