/** The figures of the sealed record beside their targets, and how they came about. */
import type { RecordParts } from './record.ts';
import { type Figure, least, most, type Target } from './result.ts';

type Row = readonly [
  id: string,
  name: string,
  value: number | null | undefined,
  target: Target,
  unit: string,
  of?: Quarters,
];
type Quarters = { p25: number; p75: number } | undefined;

export function recordFigures({ release, render, paper, sealed }: RecordParts): Figure[] {
  const rows: Row[] = [
    [
      ...(['releaseMs.p50', 'authorising key → page at the fax provider, p50', release?.releaseMs.p50] as const),
      ...([most(500), 'ms', release?.releaseMs] as const),
    ],
    ['releaseMs.p99', 'the same, p99', release?.releaseMs.p99, most(1500), 'ms'],
    ['renderMs.p50', 'record → fax bytes, p50', render?.renderMs.p50, most(30), 'ms', render?.renderQuartiles],
    ['renderMs.p95', 'the same, p95', render?.renderMs.p95, most(60), 'ms'],
    ['rssMb', 'resident memory while rendering', render?.rssMb, most(600), 'MB'],
    ['renderVsGhostscript', 'ghostscript : ours, the same page', render?.renderVsGhostscript, least(1), ''],
    ['inboundMs.p50', 'inbound page → read, p50', paper?.inboundMs.p50, most(150), 'ms'],
    ['inboundMs.p95', 'the same, p95', paper?.inboundMs.p95, most(400), 'ms'],
    ['cardReadRate.fine', 'card copies read at fine', paper?.cardReadRate.fine, least(0.995), ''],
    ['cardReadRate.standard', 'card copies read at standard', paper?.cardReadRate.standard, least(0.99), ''],
    ['wrongReads', 'wrong reads', paper?.wrongReads, most(0), ''],
    ['formLocatedRate', 'forms located', paper?.formLocatedRate, least(0.995), ''],
    ['tickAccuracy', 'tick boxes right', paper?.tickAccuracy, least(0.999), ''],
    ['sealedBytes', 'bytes on a sealed page at fine', sealed?.sealedBytes, least(3000), ''],
    ['sealedOpenRate', 'sealed pages opened', sealed?.sealedOpenRate, least(0.99), ''],
  ];
  return rows.flatMap(([id, name, value, target, unit, of]): Figure[] =>
    value === undefined || value === null
      ? []
      : [{ id, name, unit, value: Math.round(value * 1e4) / 1e4, quartiles: of ? [of.p25, of.p75] : null, target }],
  );
}

export function recordDetails({ release, render, paper, sealed }: RecordParts): string[] {
  const lines: string[] = [];
  if (release) {
    const { fromBirthMs, verdictMs, asked, released, onTheLine, ends, processors, faults } = release;
    lines.push(
      `releases: ${released} of ${asked} calls, ${onTheLine} doctors on the line on the average; requests ended ${JSON.stringify(ends)}`,
      `birth date → page, without the doctor's own key times: p50 ${fromBirthMs.p50} ms, p99 ${fromBirthMs.p99} ms`,
      `birth date → question for the reason (two seconds by design, and the words): p50 ${verdictMs.p50} ms, p99 ${verdictMs.p99} ms`,
      `processors used: ${Object.entries(processors)
        .map(([name, used]) => `${name} ${used}`)
        .join(', ')}`,
      `warnings and errors of the gateway: ${JSON.stringify(faults)}`,
    );
  }
  if (render)
    lines.push(
      `${render.pages} pages; processor time p50 ${render.processorMs.p50} ms, p95 ${render.processorMs.p95} ms`,
      `in turns: ours from record to TIFF ${render.recordToTiffMs} ms, ghostscript from PDF to TIFF ${render.ghostscriptMs} ms`,
    );
  if (paper) lines.push(`ticks: ${paper.ticks}, wrong ${paper.wrongTicks}, unclear ${paper.unclearTicks}`);
  if (sealed)
    lines.push(`sealed at standard: ${sealed.sealedBytesStandard} bytes, opened ${sealed.sealedOpenRateStandard}`);
  return lines;
}
