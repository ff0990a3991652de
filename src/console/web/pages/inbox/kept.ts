/** What is typed is kept on the server a second after the last key, and when the page is left: a reload loses nothing. */
import { useCallback, useEffect, useRef, useState } from 'react';
import { type Answer, call, type Sent } from '../../api.ts';

type Typed = Sent<'keep_typed'>['body'];

const afterMs = 1000;

export interface Kept {
  /** When it was kept last. */
  at: string | null;
  error: unknown;
  /**
   * Keeps it at once; resolves in any case, and not while a keeping is still on its way. Whoever ends the page waits for it first: what
   * was typed last would find the page settled, and be lost.
   */
  now(): Promise<void>;
}

/** Of whatever ends a page. */
export interface EndingProps {
  item: Answer<'open_item'>;
  /** Awaited before the page is settled: what was typed beside it is kept. */
  first(): Promise<void>;
  onDone(): void;
}

/** @param isOpen false: the page is being finished or is done with, nothing more is kept. */
export function useKept(itemId: string, typed: Typed, isOpen: boolean): Kept {
  const [state, setState] = useState<Omit<Kept, 'now'>>({ at: null, error: null });
  const text = JSON.stringify(typed);
  const kept = useRef(text);
  const newest = useRef(text);
  newest.current = text;
  const underWay = useRef<Promise<void>>(Promise.resolve());
  const now = useCallback(() => {
    const keep = async (): Promise<void> => {
      const sent = newest.current;
      if (sent === kept.current) return;
      try {
        await call('keep_typed', { params: { itemId }, body: JSON.parse(sent) });
        kept.current = sent;
        setState({ at: new Date().toISOString(), error: null });
      } catch (error) {
        setState((before) => ({ ...before, error }));
      }
    };
    underWay.current = underWay.current.then(keep);
    return underWay.current;
  }, [itemId]);
  useEffect(() => {
    if (!isOpen || text === kept.current) return;
    const timer = setTimeout(() => void now(), afterMs);
    return () => clearTimeout(timer);
  }, [text, isOpen, now]);
  useEffect(() => {
    const leave = (): void => {
      if (isOpen && document.visibilityState === 'hidden') void now();
    };
    document.addEventListener('visibilitychange', leave);
    return () => document.removeEventListener('visibilitychange', leave);
  }, [isOpen, now]);
  return { ...state, now };
}
