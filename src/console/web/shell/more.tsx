/** A list that goes on from its last row: the first page as it stands, further ones behind it as they are asked for. */
import { Button } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import { shellWords } from '../words/shell.ts';
import { useWords } from '../words/words.ts';
import { Problem } from './problem.tsx';

export interface ListPage<Row> {
  rows: readonly Row[];
  /** Where it goes on; null: this is the end. */
  next: string | null;
}

interface Further<Row> {
  of: string;
  rows: readonly Row[];
  next: string | null;
}

/**
 * @param of what the list is about (its filters): another one begins anew.
 * @returns the rows, each once, and the button for more.
 */
export function useMore<Row extends { id: string }>(
  of: string,
  first: ListPage<Row> | null,
  read: (after: string) => Promise<ListPage<Row>>,
): { rows: readonly Row[]; button: ReactNode } {
  const words = useWords(shellWords);
  const [state, setState] = useState<Further<Row> | null>(null);
  const [isReading, setReading] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const further = state?.of === of ? state : null;
  const next = further ? further.next : (first?.next ?? null);
  const more = (): void => {
    if (next === null) return;
    setReading(true);
    setError(null);
    read(next)
      // What stood on the first page is kept: new rows push it down there, and it must not fall between two pages.
      .then((page) => setState({ of, rows: [...(further?.rows ?? first?.rows ?? []), ...page.rows], next: page.next }))
      .catch(setError)
      .finally(() => setReading(false));
  };
  return {
    rows: [...new Map([...(further?.rows ?? []), ...(first?.rows ?? [])].map((row) => [row.id, row])).values()].sort(
      byPlace([...(first?.rows ?? []), ...(further?.rows ?? [])]),
    ),
    button: (
      <>
        <Problem error={error} />
        {next !== null && (
          <Button variant="default" mt="sm" loading={isReading} onClick={more}>
            {words.more}
          </Button>
        )}
      </>
    ),
  };
}

/** In the order in which the rows come first. */
function byPlace<Row extends { id: string }>(order: readonly Row[]): (one: Row, other: Row) => number {
  const places = new Map<string, number>();
  for (const [place, { id }] of order.entries()) if (!places.has(id)) places.set(id, place);
  return (one, other) => (places.get(one.id) ?? 0) - (places.get(other.id) ?? 0);
}
