/** How soon callers have a person: one rising line for the month that is asked about, a dashed one for the other. */
import { useMediaQuery } from '@mantine/hooks';
import type { ReactNode } from 'react';

export interface CurveProps {
  title: string;
  lines: readonly { label: string; color: string; isDashed: boolean; points: readonly Point[] }[];
}
interface Point {
  seconds: number;
  share: number;
}

const [left, right, top, bottom] = [44, 12, 28, 26];
const height = 260;
const mostSeconds = 300;
/** The latest that a caller may be without a person. */
const limitSeconds = 180;

export function CurvePlot({ title, lines }: CurveProps): ReactNode {
  // Drawn narrower on a telephone instead of shrunk, so that the letters stay readable.
  const width = useMediaQuery('(max-width: 48em)') ? 370 : 720;
  const x = (seconds: number): number => left + (seconds / mostSeconds) * (width - left - right);
  const y = (share: number): number => top + (1 - share) * (height - top - bottom);
  return (
    <svg
      viewBox={`0 0 ${width} ${height}`}
      role="img"
      aria-label={title}
      style={{ width: '100%', maxWidth: 900 }}
      fontSize={14}
    >
      {[0, 0.25, 0.5, 0.75, 1].map((share) => (
        <g key={share}>
          <line x1={left} x2={width - right} y1={y(share)} y2={y(share)} stroke="#ced4da" />
          <text x={left - 6} y={y(share) + 5} textAnchor="end">
            {share * 100}%
          </text>
        </g>
      ))}
      {[0, 60, 120, limitSeconds, 240, 300].map((seconds) => (
        <g key={seconds}>
          <line
            x1={x(seconds)}
            x2={x(seconds)}
            y1={top}
            y2={height - bottom}
            stroke={seconds === limitSeconds ? '#495057' : '#ced4da'}
            strokeWidth={seconds === limitSeconds ? 3 : 1}
          />
          <text x={x(seconds)} y={height - 8} textAnchor="middle">
            {seconds}
          </text>
        </g>
      ))}
      {lines.map(({ label, color, isDashed, points }, index) => (
        <g key={label} stroke={color} strokeWidth={3} strokeDasharray={isDashed ? '7 5' : undefined} fill="none">
          <polyline points={points.map(({ seconds, share }) => `${x(seconds)},${y(share)}`).join(' ')} />
          <line x1={left + index * 150} x2={left + 28 + index * 150} y1={12} y2={12} />
          <text x={left + 34 + index * 150} y={17} stroke="none" fill="currentColor">
            {label}
          </text>
        </g>
      ))}
    </svg>
  );
}
