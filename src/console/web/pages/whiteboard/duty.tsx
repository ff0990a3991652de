/** Who is on duty now, the deputies, and who takes over when. */
import type { ReactNode } from 'react';
import type { Answer } from '../../api.ts';
import { fill } from '../../words/words.ts';
import { timeText } from './time.ts';
import type { BoardWords } from './words.ts';

type Board = Answer<'whiteboard'>;
type Shift = Board['standby'][number];

export function Duty({ board, words }: { board: Board; words: BoardWords }): ReactNode {
  return (
    <section className="board-duty" aria-label={words.duty}>
      {board.areas.map(({ id, name, shifts }) => (
        <Group key={id} name={name} shifts={shifts} words={words} />
      ))}
    </section>
  );
}

function Group({ name, shifts, words }: { name: string; shifts: readonly Shift[]; words: BoardWords }): ReactNode {
  const [now, ...later] = shifts;
  if (!now) return null;
  return (
    <div className={`board-area${now.isGap ? ' is-gap' : ''}`}>
      <h2>
        {name} <small>{fill(words.until, { time: timeText(now.until) })}</small>
      </h2>
      {now.people.length === 0 && <p className="board-nobody">{now.isGap ? words.nobody : words.noDuty}</p>}
      <ol>
        {now.people.map(({ id, name: doctor, position }, place) => (
          <li key={id} className={place === 0 ? 'is-first' : ''}>
            <span className="board-position">{positionText(position, words)}</span> {doctor}
          </li>
        ))}
      </ol>
      {later.slice(0, 2).map((shift) => (
        <p key={shift.from} className={`board-later${shift.isGap ? ' is-gap' : ''}`}>
          <b>{fill(words.from, { time: timeText(shift.from ?? '') })}</b>{' '}
          {shift.people.map((person) => person.name).join('・') || (shift.isGap ? words.nobody : words.noDuty)}
        </p>
      ))}
    </div>
  );
}

const positionText = (position: number, words: BoardWords): string =>
  ({ 1: words.position1, 2: words.position2, 3: words.position3 })[position] ?? String(position);
