/** Drawings of the bench's page: inline SVG, colours by the page's own style. */
import { type Figure, isReached } from './result.ts';

export const escaped = (text: string): string =>
  text.replace(/[&<>"]/g, (sign) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' })[sign] ?? sign);

const [width, nameWidth, valueWidth, barHeight] = [760, 330, 110, 26];

/** Figures of one group beside each other: a bar each, its quartiles as a whisker, the target as a line. */
export function bars(figures: readonly Figure[]): string {
  const highest = Math.max(
    ...figures.flatMap(({ value, quartiles, target }) => [value, quartiles?.[1] ?? 0, target?.value ?? 0]),
  );
  const x = (value: number): number => nameWidth + ((width - nameWidth - valueWidth) * value) / (highest || 1);
  const rows = figures.map(({ name, unit, value, quartiles, isPeer, target }, row) => {
    const [top, middle] = [row * barHeight + 5, row * barHeight + barHeight / 2];
    const whisker = quartiles
      ? `<path class="whisker" d="M${x(quartiles[0])} ${middle}H${x(quartiles[1])}M${x(quartiles[0])} ${middle - 5}v10M${x(quartiles[1])} ${middle - 5}v10"/>`
      : '';
    const goal = target ? `<path class="target" d="M${x(target.value)} ${top - 4}v${barHeight - 2}"/>` : '';
    const end = x(Math.max(value, quartiles?.[1] ?? 0)) + 8;
    return `<text x="${nameWidth - 8}" y="${middle + 4}" text-anchor="end">${escaped(name)}</text>
<rect class="${isPeer ? 'peer' : 'ours'}" x="${nameWidth}" y="${top}" width="${Math.max(1, x(value) - nameWidth)}" height="${barHeight - 10}"/>
${whisker}${goal}<text class="value" x="${end}" y="${middle + 4}">${value} ${unit}</text>`;
  });
  return svg(width, figures.length * barHeight + 2, rows.join('\n'));
}

const [lineWidth, lineHeight, edge] = [220, 44, 6];

/** A figure from day to day against its target: one dot for each kept result, the last one filled by whether it is reached. */
export function history(figures: readonly Figure[]): string {
  const last = figures.at(-1)!;
  const values = figures.flatMap(({ value, quartiles }) => [value, ...(quartiles ?? [])]);
  const goal = last.target?.value;
  const highest = Math.max(...values, goal ?? 0) || 1;
  const y = (value: number): number => lineHeight - edge - ((lineHeight - 2 * edge) * value) / highest;
  const x = (index: number): number =>
    figures.length === 1 ? lineWidth / 2 : edge + ((lineWidth - 2 * edge) * index) / (figures.length - 1);
  const line = figures.map(({ value }, index) => `${index ? 'L' : 'M'}${x(index)} ${y(value)}`).join('');
  const dots = figures.map((figure, index) => {
    const { value, quartiles } = figure;
    const spread = quartiles ? `<path class="whisker" d="M${x(index)} ${y(quartiles[0])}V${y(quartiles[1])}"/>` : '';
    const state = isReached(figure) === false ? 'missed' : 'reached';
    return `${spread}<circle class="${state}" cx="${x(index)}" cy="${y(value)}" r="3.5"/>`;
  });
  const target = goal === undefined ? '' : `<path class="target" d="M0 ${y(goal)}H${lineWidth}"/>`;
  return svg(lineWidth, lineHeight, `${target}<path class="line" d="${line}"/>${dots.join('')}`);
}

const svg = (wide: number, high: number, inside: string): string =>
  `<svg viewBox="0 0 ${wide} ${high}" width="${wide}" height="${high}" role="img">\n${inside}\n</svg>`;
