/** What waits and what is wrong. */
import type { ReactNode } from 'react';
import type { Answer } from '../../api.ts';
import { fill } from '../../words/words.ts';
import { ageText, timeText } from './time.ts';
import type { BoardWords } from './words.ts';

type Board = Answer<'whiteboard'>;

export function Counters({ board, now, words }: { board: Board; now: number; words: BoardWords }): ReactNode {
  const { faxes, inbox, standby } = board;
  const age = (at: string | null): string | null => (at ? fill(words.oldest, { age: ageText(at, now, words) }) : null);
  const [onStandby] = standby;
  return (
    <section className="board-counters" aria-label={words.standby}>
      <div className="board-counter is-wide">
        <span>{words.standby}</span>
        <b>{onStandby?.people.map(({ name }) => name).join('・') || words.nobody}</b>
      </div>
      <Counter name={words.faxesWaiting} count={faxes.waiting} note={age(faxes.oldestAt)} words={words} />
      <Counter name={words.faxesFailed} count={faxes.failed} note={null} isBad={faxes.failed > 0} words={words} />
      <Counter name={words.inbox} count={inbox.waiting} note={age(inbox.oldestAt)} words={words} />
    </section>
  );
}

interface CounterProps {
  name: string;
  count: number;
  note: string | null;
  isBad?: boolean;
  words: BoardWords;
}

function Counter({ name, count, note, isBad = false, words }: CounterProps): ReactNode {
  return (
    <div className={`board-counter${isBad ? ' is-bad' : ''}`}>
      <span>{name}</span>
      <b>{fill(words.sheets, { count })}</b>
      {note && <small>{note}</small>}
    </div>
  );
}

export function Alarms({ board, words }: { board: Board; words: BoardWords }): ReactNode {
  if (board.alarms.length === 0) return null;
  const areas = new Map(board.areas.map(({ id, name }) => [id, name]));
  return (
    <ul className="board-alarms" aria-label={words.alarms}>
      {board.alarms.map((alarm) => (
        <li key={JSON.stringify(alarm)}>{alarmText(alarm, areas, words)}</li>
      ))}
    </ul>
  );
}

function alarmText(alarm: Board['alarms'][number], areas: ReadonlyMap<string, string>, words: BoardWords): string {
  switch (alarm.kind) {
    case 'gap': {
      const from = alarm.from ? timeText(alarm.from) : words.now;
      return fill(words.gap, { area: areas.get(alarm.areaId) ?? '', from, until: timeText(alarm.until) });
    }
    case 'unconfirmed':
      return fill(words.unconfirmed, { area: areas.get(alarm.areaId) ?? '' });
    case 'stale_seal':
      return fill(words.stale_seal, { time: alarm.since ? timeText(alarm.since) : '?' });
    default:
      return fill(words[alarm.kind], { count: alarm.count });
  }
}
