/** Horizontal bars, one row a person, one bar for each series; the figures stand beside the bars. */
import { useMediaQuery } from '@mantine/hooks';
import type { ReactNode } from 'react';

export interface BarPlotProps<Of> {
  title: string;
  rows: readonly { key: string; name: string; of: Of }[];
  series: readonly { label: string; color: string; value: (of: Of) => number }[];
}

const nameWidth = 112;
const figureWidth = 44;
const barHeight = 14;
const gap = 10;
const top = 26;

export function BarPlot<Of>({ title, rows, series }: BarPlotProps<Of>): ReactNode {
  // Drawn narrower on a telephone instead of shrunk, so that the letters stay readable.
  const width = useMediaQuery('(max-width: 48em)') ? 370 : 720;
  const most = Math.max(1, ...rows.flatMap(({ of }) => series.map(({ value }) => value(of))));
  const rowHeight = series.length * barHeight + gap;
  const scale = (width - nameWidth - figureWidth) / most;
  return (
    <svg
      viewBox={`0 0 ${width} ${top + rows.length * rowHeight}`}
      role="img"
      aria-label={title}
      style={{ width: '100%', maxWidth: 900 }}
      fontSize={14}
    >
      {series.map(({ label, color }, index) => (
        <g key={label} transform={`translate(${nameWidth + index * 78} 4)`}>
          <rect width={12} height={12} fill={color} />
          <text x={18} y={11}>
            {label}
          </text>
        </g>
      ))}
      {rows.map(({ key, name, of }, row) => (
        <g key={key} transform={`translate(0 ${top + row * rowHeight})`}>
          <text x={nameWidth - 8} y={(rowHeight - gap) / 2 + 5} textAnchor="end">
            {name}
          </text>
          {series.map(({ label, color, value }, index) => {
            const amount = value(of);
            return (
              <g key={label} transform={`translate(${nameWidth} ${index * barHeight})`}>
                <rect width={Math.max(1, amount * scale)} height={barHeight - 2} fill={color} />
                <text x={amount * scale + 5} y={barHeight - 3} fontSize={13}>
                  {amount}
                </text>
              </g>
            );
          })}
        </g>
      ))}
    </svg>
  );
}
