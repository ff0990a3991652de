/** The whiteboard itself: the same for the desk, the wall and the telephone. */
import { Loader } from '@mantine/core';
import type { ReactNode } from 'react';
import { useLive } from '../../api.ts';
import { shellWords } from '../../words/shell.ts';
import { fill, useWords } from '../../words/words.ts';
import { Beds } from './beds.tsx';
import { Calls } from './calls.tsx';
import { Alarms, Counters } from './counters.tsx';
import { Duty } from './duty.tsx';
import { dayText, timeText, useServerTime } from './time.ts';
import { whiteboardWords } from './words.ts';
import './board.css';

/** @param isWall fits 1920×1080 without scrolling, letters for four metres; on a narrow screen it scrolls. */
export function Board({ isWall = false }: { isWall?: boolean }): ReactNode {
  const words = useWords(whiteboardWords);
  const shell = useWords(shellWords);
  const { value, isLive, heardAt, aheadMs } = useLive('whiteboard', {});
  const now = useServerTime(aheadMs);
  const room = isWall ? { calls: 3, hospitals: 10 } : { calls: 24, hospitals: 100 };
  return (
    <div className={`board${isWall ? ' is-wall' : ''}`}>
      <header className="board-head">
        <h1>{words.title}</h1>
        <span className="board-clock">
          {dayText(now)} <b>{timeText(now)}</b>
        </span>
        {isLive && <span className="board-live">{shell.live}</span>}
      </header>
      {!value && heardAt === null && isLive && <Loader aria-label={words.connecting} />}
      {value && (
        <>
          <Alarms board={value} words={words} />
          <Duty board={value} words={words} />
          <div className="board-middle">
            <Calls board={value} now={now} words={words} most={room.calls} isShort={isWall} />
            <Beds board={value} now={now} words={words} most={room.hospitals} />
          </div>
          <Counters board={value} now={now} words={words} />
        </>
      )}
      {!isLive && <Dead isWaiting={heardAt === null} secondsOld={secondsOld(heardAt, now - aheadMs)} />}
    </div>
  );
}

const secondsOld = (heardAt: number | null, now: number): number | null =>
  heardAt === null ? null : Math.max(0, Math.round((now - heardAt) / 1000));

/** The whole screen turns: nobody reads old news for new from four metres. */
function Dead({ isWaiting, secondsOld }: { isWaiting: boolean; secondsOld: number | null }): ReactNode {
  const words = useWords(whiteboardWords);
  if (isWaiting && secondsOld === null) return <p className="board-connecting">{words.connecting}</p>;
  return (
    <div className="board-dead" role="alert">
      <strong>{words.dead}</strong>
      <span>{secondsOld === null ? words.deadNever : fill(words.deadSince, { seconds: secondsOld })}</span>
    </div>
  );
}
