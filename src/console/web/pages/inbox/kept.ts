/** What is typed is kept on the server a second after the last key, and when the page is left: a reload loses nothing. */
import { useCallback, useEffect, useRef, useState } from 'react';
import { call, type Sent } from '../../api.ts';

type Typed = Sent<'keep_typed'>['body'];

const afterMs = 1000;

export interface Kept {
  /** When it was kept last. */
  at: string | null;
  error: unknown;
  /** Keeps it at once; resolves in any case. */
  now(): Promise<void>;
}

/** @param isOpen false: the page is being finished or is done with, nothing more is kept. */
export function useKept(itemId: string, typed: Typed, isOpen: boolean): Kept {
  const [state, setState] = useState<Omit<Kept, 'now'>>({ at: null, error: null });
  const text = JSON.stringify(typed);
  const kept = useRef(text);
  const newest = useRef(text);
  newest.current = text;
  const now = useCallback(async () => {
    const sent = newest.current;
    if (sent === kept.current) return;
    try {
      await call('keep_typed', { params: { itemId }, body: JSON.parse(sent) });
      kept.current = sent;
      setState({ at: new Date().toISOString(), error: null });
    } catch (error) {
      setState((before) => ({ ...before, error }));
    }
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
