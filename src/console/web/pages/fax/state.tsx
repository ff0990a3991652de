import { Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTime } from '../../words/time.ts';
import { fill, useWords } from '../../words/words.ts';
import type { SentFax } from './sent-page.tsx';
import { faxWords } from './words.ts';

/** How a page stands: the state, what went wrong last, when it is tried next. */
export function FaxState({ fax }: { fax: SentFax }): ReactNode {
  const words = useWords(faxWords);
  const time = useTime();
  const { status, failure, isUnwanted, dueAt, attempt, pages, pagesDone } = fax;
  const isWaiting = status === 'queued' && attempt > 0;
  return (
    <>
      <Text component="span" fw={700} c={status === 'failed' ? 'red.9' : 'inherit'}>
        {words[`status_${status}`]}
      </Text>
      {isUnwanted && status !== 'cancelled' && `　${words.unwanted}`}
      {failure && status !== 'delivered' && `　${words[`class_${failure.class}`]}`}
      {isWaiting && dueAt && `　${fill(words.next, { at: time(dueAt) })}`}
      {pagesDone > 0 && pagesDone < pages && `　${fill(words.pagesDone, { done: pagesDone, count: pages })}`}
    </>
  );
}
