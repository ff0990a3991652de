/** What the record bench prints for people: every figure beside its target, `!` where it was not reached, then how it came about. */
import type { RecordParts } from './record.ts';
import type { Machine } from './report.ts';

type Figure = readonly [name: string, value: number | undefined, limit: 'most' | 'least', target: number, unit: string];

export function recordTable({ release, render, paper, sealed }: RecordParts, at: Machine): string {
  const figures: Figure[] = [
    ['authorising key → page at the fax provider, p50', release?.releaseMs.p50, 'most', 500, 'ms'],
    ['authorising key → page at the fax provider, p99', release?.releaseMs.p99, 'most', 1500, 'ms'],
    ['record → fax bytes, p50', render?.renderMs.p50, 'most', 30, 'ms'],
    ['record → fax bytes, p95', render?.renderMs.p95, 'most', 60, 'ms'],
    ['resident memory while rendering', render?.rssMb, 'most', 600, 'MB'],
    ['ghostscript : ours, the same page', render?.renderVsGhostscript, 'least', 1, ''],
    ['inbound page → read, p50', paper?.inboundMs.p50, 'most', 150, 'ms'],
    ['inbound page → read, p95', paper?.inboundMs.p95, 'most', 400, 'ms'],
    ['card copies read at fine', paper?.cardReadRate.fine, 'least', 0.995, ''],
    ['card copies read at standard', paper?.cardReadRate.standard, 'least', 0.99, ''],
    ['wrong reads', paper?.wrongReads, 'most', 0, ''],
    ['forms located', paper?.formLocatedRate, 'least', 0.995, ''],
    ['tick boxes right', paper?.tickAccuracy, 'least', 0.999, ''],
    ['bytes on a sealed page at fine', sealed?.sealedBytes, 'least', 3000, ''],
    ['sealed pages opened', sealed?.sealedOpenRate, 'least', 0.99, ''],
  ];
  const lines = figures.map(lineOf);
  if (release) {
    const { fromBirthMs, verdictMs, asked, released, onTheLine, ends, processors, faults } = release;
    lines.push(
      '',
      `  releases: ${released} of ${asked} calls, ${onTheLine} doctors on the line on the average; requests ended ${JSON.stringify(ends)}`,
      `  birth date → page, without the doctor's own key times: p50 ${fromBirthMs.p50} ms, p99 ${fromBirthMs.p99} ms`,
      `  birth date → question for the reason (two seconds by design, and the words): p50 ${verdictMs.p50} ms, p99 ${verdictMs.p99} ms`,
      `  processors used: ${Object.entries(processors)
        .map(([name, used]) => `${name} ${used}`)
        .join(', ')}`,
      `  warnings and errors of the gateway: ${JSON.stringify(faults)}`,
    );
  }
  if (render)
    lines.push(
      '',
      `  ${render.pages} pages; processor time p50 ${render.processorMs.p50} ms, p95 ${render.processorMs.p95} ms`,
      `  in turns: ours from record to TIFF ${render.recordToTiffMs} ms, ghostscript from PDF to TIFF ${render.ghostscriptMs} ms`,
    );
  if (paper) lines.push(`  ticks: ${paper.ticks}, wrong ${paper.wrongTicks}, unclear ${paper.unclearTicks}`);
  if (sealed)
    lines.push(`  sealed at standard: ${sealed.sealedBytesStandard} bytes, opened ${sealed.sealedOpenRateStandard}`);
  lines.push('', `  ${at.at}, ${at.processors} × ${at.model}, ${at.node}, load average ${at.loadAverage}`);
  return lines.join('\n');
}

function lineOf([name, value, limit, target, unit]: Figure): string {
  if (value === undefined) return `  ${name.padEnd(52)} not measured`;
  const isReached = limit === 'most' ? value <= target : value >= target;
  const words = `${Math.round(value * 10_000) / 10_000} ${unit}`.trim().padStart(10);
  return `${isReached ? ' ' : '!'} ${name.padEnd(52)} ${words}   ${limit === 'most' ? '≤' : '≥'} ${target} ${unit}`.trimEnd();
}
