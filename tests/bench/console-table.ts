/** What the console bench prints for people. */
import type { ConsoleParts } from './console.ts';
import type { Machine } from './report.ts';

type Figure = readonly [name: string, value: number | undefined, most: number, unit: string];

export function consoleTable(
  { search, screens, api, paint, firstLoadKb, enrolment }: ConsoleParts,
  at: Machine,
): string {
  const lcp = paint ? Math.max(...Object.values(paint)) : undefined;
  const figures: Figure[] = [
    ['search answer, p95', search?.p95, 50, 'ms'],
    ['event → screen, p95', screens?.all.p95, 500, 'ms'],
    ['API, the slowest route, p95', api?.p95, 100, 'ms'],
    ['largest contentful paint, the slowest page', lcp, 1500, 'ms'],
    ['first load, compressed', firstLoadKb ?? undefined, 300, 'kB'],
    ['enrolment by a script, median', enrolment?.enrolmentSeconds, 180, 's'],
  ];
  const lines = figures.map(([name, value, most, unit]) => {
    if (value === undefined) return `  ${name.padEnd(52)} not measured`;
    return `${value <= most ? ' ' : '!'} ${name.padEnd(52)} ${`${value} ${unit}`.padStart(10)}   ≤ ${most} ${unit}`;
  });
  if (enrolment) lines.push('', `  keys of one enrolment: ${enrolment.enrolmentKeys}`);
  if (screens)
    lines.push('', `  the real page, p95 ${screens.page.p95} ms; not arrived within 1.5 s: ${screens.missed}`);
  if (paint)
    lines.push(
      `  paint: ${Object.entries(paint)
        .map(([path, ms]) => `${path} ${ms} ms`)
        .join(', ')}`,
    );
  if (api) {
    const slow = Object.entries(api.routes).toSorted(([, one], [, other]) => other.p95 - one.p95);
    lines.push(
      '',
      ...slow.map(([name, { p50, p95, count }]) => `  ${name.padEnd(30)} p50 ${p50}, p95 ${p95} ms (${count})`),
    );
    lines.push(`  left out (printed pages, or no such thing here): ${api.leftOut.join(', ')}`);
  }
  lines.push('', `  ${at.at}, ${at.processors} × ${at.model}, ${at.node}, load average ${at.loadAverage}`);
  return lines.join('\n');
}
