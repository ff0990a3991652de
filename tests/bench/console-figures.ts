/** The figures of the console beside their targets, and how they came about. */
import type { ConsoleParts } from './console.ts';
import { type Figure, most } from './result.ts';

type Row = readonly [
  id: string,
  name: string,
  value: number | undefined,
  most: number,
  unit: string,
  quartiles?: [number, number] | undefined,
];

export function consoleFigures({ search, screens, api, paint, firstLoadKb, enrolment }: ConsoleParts): Figure[] {
  const lcp = paint ? Math.max(...Object.values(paint)) : undefined;
  const rows: Row[] = [
    ['searchMs.p95', 'search answer, p95', search?.p95, 50, 'ms'],
    ['eventToScreenMs.p95', 'event → screen, p95', screens?.all.p95, 500, 'ms'],
    ['apiMs.p95', 'API, the slowest route, p95', api?.p95, 100, 'ms'],
    ['lcpMs', 'largest contentful paint, the slowest page', lcp, 1500, 'ms'],
    ['firstLoadKb', 'first load, compressed', firstLoadKb ?? undefined, 300, 'kB'],
    ['enrolmentSeconds', 'enrolment by a script, median', enrolment?.enrolmentSeconds, 180, 's', enrolment?.quartiles],
  ];
  return rows.flatMap(([id, name, value, limit, unit, quartiles]): Figure[] =>
    value === undefined ? [] : [{ id, name, unit, value, quartiles: quartiles ?? null, target: most(limit) }],
  );
}

export function consoleDetails({ search, screens, api, paint, enrolment }: ConsoleParts): string[] {
  const lines: string[] = [];
  if (search) lines.push(`search: p50 ${search.p50} ms, ${search.count} searches`);
  if (enrolment) lines.push(`keys of one enrolment: ${enrolment.enrolmentKeys}`);
  if (screens) lines.push(`the real page, p95 ${screens.page.p95} ms; not arrived within 1.5 s: ${screens.missed}`);
  if (paint) {
    const pages = Object.entries(paint).map(([path, ms]) => `${path} ${ms} ms`);
    lines.push(`paint: ${pages.join(', ')}`);
  }
  if (api) {
    const slow = Object.entries(api.routes).toSorted(([, one], [, other]) => other.p95 - one.p95);
    lines.push(...slow.map(([name, of]) => `${name.padEnd(30)} p50 ${of.p50}, p95 ${of.p95} ms (${of.count})`));
    lines.push(`left out (printed pages, or no such thing here): ${api.leftOut.join(', ')}`);
  }
  return lines;
}
