import type { KeyboardEvent, ReactNode } from 'react';
import { Link } from 'wouter';
import { fill, useWords } from '../../words/words.ts';
import { type Row, StandingMarks } from './standing.tsx';
import { patientWords } from './words.ts';

/** One patient of a list: the whole row is the link to his page. */
export function PatientRow({ row, onKeyDown }: { row: Row; onKeyDown?: (event: KeyboardEvent) => void }): ReactNode {
  const words = useWords(patientWords);
  const { patientId, code, name, kana, birth, area, attending, standing } = row;
  return (
    <Link href={`/patients/${patientId}`} className="patient-row" onKeyDown={onKeyDown} data-row={patientId}>
      <span>
        <span className="patient-name">{name ?? code}</span>
        <br />
        <span className="patient-kana">{kana}</span>
      </span>
      <span>
        {birth && `${birth.era} ${fill(words.age, { age: birth.age })}`}
        <br />
        <span className="patient-side">{birth?.date}</span>
      </span>
      <span className="patient-side">
        {code}　{area}
        <br />
        {attending ? `${words.attending} ${attending}` : words.noAttending}
      </span>
      <StandingMarks standing={standing} />
    </Link>
  );
}

/** ↑↓ go from row to row (and from the box above to the first). */
export function moveAmongRows(event: KeyboardEvent): void {
  if (event.key !== 'ArrowDown' && event.key !== 'ArrowUp') return;
  const rows = [...document.querySelectorAll<HTMLElement>('[data-row]')];
  const here = rows.indexOf(event.target as HTMLElement);
  const next = rows[event.key === 'ArrowDown' ? here + 1 : here - 1];
  if (!next) return;
  event.preventDefault();
  next.focus();
}
