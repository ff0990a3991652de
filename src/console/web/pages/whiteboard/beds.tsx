/** What hospitals last said, each with its age: old news is never shown as free (rule 3). */
import type { ReactNode } from 'react';
import type { Answer } from '../../api.ts';
import { fill } from '../../words/words.ts';
import { ageText } from './time.ts';
import type { BoardWords } from './words.ts';

type Board = Answer<'whiteboard'>;
type Hospital = Board['hospitals'][number];
type Bed = Hospital['beds'][number];

interface BedsProps {
  board: Board;
  now: number;
  words: BoardWords;
  most: number;
}

export function Beds({ board, now, words, most }: BedsProps): ReactNode {
  const ordered = [...board.hospitals].sort((one, other) => placeOf(one) - placeOf(other));
  const more = ordered.length - most;
  return (
    <section className="board-beds" aria-label={words.beds}>
      <h2>{words.beds}</h2>
      <ul>
        {ordered.slice(0, most).map((hospital) => (
          <li key={hospital.id}>
            <span className="board-hospital">
              {hospital.isOnRotation && <b className="board-rotation">{words.rotation}</b>} {hospital.name}
            </span>
            <span className="board-bedlist">
              <BedList beds={hospital.beds} now={now} words={words} />
            </span>
          </li>
        ))}
      </ul>
      {more > 0 && <p className="board-more">{fill(words.moreHospitals, { count: more })}</p>}
    </section>
  );
}

/** The rotation first, then whoever has a bed, then whoever may be asked. */
function placeOf({ isOnRotation, beds }: Hospital): number {
  if (isOnRotation) return 0;
  if (beds.some(({ standing }) => standing === 'free')) return 1;
  return beds.some(({ standing }) => standing === 'to_ask') ? 2 : 3;
}

/** A hospital that has to be asked about everything says so once. */
function BedList({ beds, now, words }: { beds: readonly Bed[]; now: number; words: BoardWords }): ReactNode {
  if (beds.length > 0 && beds.every(({ standing }) => standing === 'to_ask')) {
    const latest = beds
      .map(({ asOf }) => asOf)
      .reduce((one, other) => ((one ?? '') > (other ?? '') ? one : other), null);
    return (
      <span className="board-bed is-to_ask">
        {words.toAsk} <small>{ageText(latest, now, words)}</small>
      </span>
    );
  }
  return beds.map((bed) => <OneBed key={bed.type} bed={bed} now={now} words={words} />);
}

function OneBed({ bed, now, words }: { bed: Bed; now: number; words: BoardWords }): ReactNode {
  const { type, standing, free, asOf, acceptance } = bed;
  const isAsked = standing === 'to_ask' || acceptance === null;
  return (
    <span className={`board-bed is-${standing}`}>
      {words[type]} {isAsked ? words.toAsk : <Said acceptance={acceptance} free={free} words={words} />}{' '}
      <small>{ageText(asOf, now, words)}</small>
    </span>
  );
}

function Said(props: {
  acceptance: NonNullable<Bed['acceptance']>;
  free: number | null;
  words: BoardWords;
}): ReactNode {
  const { acceptance, free, words } = props;
  return (
    <>
      <b role="img" aria-label={words[`${acceptance}Words`]}>
        {words[acceptance]}
      </b>
      {acceptance !== 'closed' && <b>{free}</b>}
    </>
  );
}
