import type { ReactNode } from 'react';
import type { Answer } from '../../api.ts';
import { fill, useWords } from '../../words/words.ts';
import { patientWords } from './words.ts';

export type Row = Answer<'search_patients'>['rows'][number];
export type Standing = NonNullable<Row['standing']>;

const looks: Record<Standing['status'], string> = {
  draft: 'mark',
  awaiting_second_reading: 'mark mark-warn',
  active: 'mark mark-good',
  due: 'mark mark-warn',
  stale: 'mark mark-stop',
  suspended: 'mark mark-stop',
  closed: 'mark mark-stop',
};

/** How a record stands, in words; what the page would be marked with follows. */
export function StandingMarks({ standing }: { standing: Standing | null }): ReactNode {
  const words = useWords(patientWords);
  if (!standing) return <span className="mark">{words.noRecord}</span>;
  const { status, marks } = standing;
  // 照合待ち says already that a newer version waits.
  const isSaid = {
    newer_waits: status === 'awaiting_second_reading',
    due: status === 'due',
    stale: status === 'stale',
  };
  const others = marks.filter((mark) => !(mark in isSaid && isSaid[mark as keyof typeof isSaid]));
  return (
    <span>
      <span className={looks[status]}>{words[`status_${status}`]}</span>
      {others.map((mark) => (
        <span key={mark} className="mark mark-warn" style={{ marginLeft: 4 }}>
          {words[`mark_${mark}`]}
        </span>
      ))}
    </span>
  );
}

/** 最終確認 with its age. */
export function Confirmed({ standing }: { standing: Standing }): ReactNode {
  const words = useWords(patientWords);
  const { confirmedAt, confirmedDays } = standing;
  if (confirmedAt === null) return <>{words.never}</>;
  return (
    <>
      {confirmedAt.slice(0, 10)}（{fill(words.daysAgo, { days: confirmedDays ?? 0 })}）
    </>
  );
}
