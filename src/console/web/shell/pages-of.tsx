/** Lists that go on by key: one page after the other, as far as somebody wants to read. */
import { Button, Loader } from '@mantine/core';
import { type UseInfiniteQueryResult, useInfiniteQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { type Answer, call, type Operation, type Refused, type Sent } from '../api.ts';
import { shellWords } from '../words/shell.ts';
import { useWords } from '../words/words.ts';

type Pages<Op extends Operation> = UseInfiniteQueryResult<{ pages: Answer<Op>[] }, Refused>;

/** @param sentFor what to ask for the page behind a cursor; null: the first. @param asked tells this list from others of the operation. */
export function usePages<Op extends Operation, Cursor>(
  operation: Op,
  asked: unknown,
  sentFor: (cursor: Cursor | null) => Sent<Op>,
  nextOf: (answer: Answer<Op>) => Cursor | null,
  { enabled = true }: { enabled?: boolean } = {},
): Pages<Op> {
  return useInfiniteQuery({
    queryKey: [operation, asked],
    queryFn: ({ pageParam }) => call(operation, sentFor(pageParam as Cursor | null)),
    initialPageParam: null as Cursor | null,
    getNextPageParam: (last: Answer<Op>) => nextOf(last),
    refetchOnWindowFocus: false,
    gcTime: 0,
    enabled,
  }) as Pages<Op>;
}

/** Under such a list. */
export function More<Op extends Operation>({ of }: { of: Pages<Op> }): ReactNode {
  const words = useWords(shellWords);
  if (of.isPending) return <Loader m="md" aria-label={words.loading} />;
  if (!of.hasNextPage) return null;
  return (
    <Button mt="md" variant="default" size="md" loading={of.isFetchingNextPage} onClick={() => void of.fetchNextPage()}>
      {words.more}
    </Button>
  );
}
