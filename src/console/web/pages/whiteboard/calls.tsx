/** Open urgent calls with the telephones that are ringing for them. */
import type { ReactNode } from 'react';
import type { Answer } from '../../api.ts';
import { fill } from '../../words/words.ts';
import { runningText, secondsSince, timeText } from './time.ts';
import type { BoardWords } from './words.ts';

type Board = Answer<'whiteboard'>;
type Call = Board['calls'][number];
type Person = Call['people'][number];

interface CallsProps {
  board: Board;
  now: number;
  words: BoardWords;
  /** As many as the screen has room for; the rest is counted. */
  most: number;
  /** Whoever was rung in vain stands in one line. */
  isShort: boolean;
}

export function Calls({ board, now, words, most, isShort }: CallsProps): ReactNode {
  const areas = new Map(board.areas.map(({ id, name }) => [id, name]));
  const shown = [...board.calls].sort((one, other) => urgencyOf(one) - urgencyOf(other)).slice(0, most);
  const more = board.callsOpen - shown.length;
  return (
    <section className="board-calls" aria-label={words.calls}>
      <h2>
        {words.calls} <b>{board.callsOpen}</b> {more > 0 && <small>{fill(words.moreCalls, { count: more })}</small>}
      </h2>
      {board.callsOpen === 0 && <p className="board-quiet">{words.noCalls}</p>}
      {shown.map((call) => {
        const area = areas.get(call.areaId ?? '') ?? words.noArea;
        return <OneCall key={call.id} {...{ call, area, now, words, isShort }} />;
      })}
    </section>
  );
}

/** A caller whom nobody has taken yet comes first. */
const urgencyOf = ({ status }: Call): number => (status === 'accepted' ? 1 : 0);

/** Past this the caller has been promised a hospital, or a person or a choice (rule 1). */
const warnAfterSeconds = 120;
const alarmAfterSeconds = 180;

interface OneCallProps {
  call: Call;
  area: string;
  now: number;
  words: BoardWords;
  isShort: boolean;
}

function OneCall({ call, area, now, words, isShort }: OneCallProps): ReactNode {
  const seconds = secondsSince(call.openedAt, now);
  const isTaken = call.status === 'accepted';
  const late = seconds >= alarmAfterSeconds ? 'is-late' : seconds >= warnAfterSeconds ? 'is-slow' : '';
  const inVain = call.people.filter((person) => moodOf(person) === 'over');
  const shown = isShort ? call.people.filter((person) => moodOf(person) !== 'over' && !isTaken) : call.people;
  return (
    <article className={`board-call ${isTaken ? 'is-taken' : late}`}>
      <h3>
        <span>
          {area} {words[call.kind]}
        </span>
        <span className="board-running">
          {timeText(call.openedAt)} ＋{runningText(seconds)}
        </span>
      </h3>
      <p className="board-status">
        {isTaken ? fill(words.accepted, { name: call.acceptedBy ?? '' }) : words[call.status]}
        {call.round > 1 && ` ・ ${fill(words.round, { round: call.round })}`}
        {!call.isCallerOnLine && ` ・ ${words.callerGone}`}
      </p>
      <ul>
        {isShort && !isTaken && inVain.length > 0 && (
          <li className="board-vain">
            {inVain.map(({ name, state }) => `${name} ${words[state as 'busy']}`).join('、')}
          </li>
        )}
        {shown.map((person) => (
          <li key={person.id} className={`board-person is-${moodOf(person)}`}>
            <span>{person.name}</span>
            <span>{stateText(person, now, words)}</span>
          </li>
        ))}
      </ul>
    </article>
  );
}

function moodOf({ state }: Person): 'live' | 'doubtful' | 'taken' | 'over' {
  if (state === 'accepted') return 'taken';
  if (state === 'voicemail' || state === 'unknown') return 'doubtful';
  return state === 'dialing' || state === 'ringing' || state === 'answered' ? 'live' : 'over';
}

function stateText(person: Person, now: number, words: BoardWords): string {
  const { state, rings, since } = person;
  if (state === 'accepted') return words.personAccepted;
  const text = state === 'ringing' && rings > 1 ? words.ringingAgain : words[state];
  return moodOf(person) === 'over' ? text : `${text} ${fill(words.seconds, { count: secondsSince(since, now) })}`;
}
