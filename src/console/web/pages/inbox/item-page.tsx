/** One page of the queue: taken in hand when it is opened, and shown by what kind of page it is. */
import { Button, Loader } from '@mantine/core';
import { type ReactNode, useCallback, useEffect, useState } from 'react';
import { useLocation, useParams } from 'wouter';
import { type Answer, call, useDo } from '../../api.ts';
import { Problem } from '../../shell/problem.tsx';
import { useWords } from '../../words/words.ts';
import { Enrolment } from './enrolment.tsx';
import { OtherPage } from './other-page.tsx';
import { inboxRefusals, inboxWords } from './words.ts';
import './inbox.css';

export default function ItemPage(): ReactNode {
  const words = useWords(inboxWords);
  const { itemId = '' } = useParams<{ itemId: string }>();
  const [, go] = useLocation();
  const [opened, setOpened] = useState<Answer<'open_item'> | null>(null);
  const [error, setError] = useState<unknown>(null);
  const open = useCallback(() => {
    setOpened(null);
    setError(null);
    call('open_item', { params: { itemId } }).then(setOpened, setError);
  }, [itemId]);
  useEffect(open, [open]);
  const release = useDo('release_item');
  const leave = (): void => release.mutate({ params: { itemId } }, { onSettled: () => go('/inbox') });
  if (error)
    return (
      <main className="desk">
        <Problem error={error} own={inboxRefusals} onRetry={open} />
        <Button onClick={() => go('/inbox')}>{words.back}</Button>
      </main>
    );
  if (!opened) return <Loader m="xl" aria-label={words.open} />;
  return (
    <main key={opened.id}>
      {opened.kind === 'enrolment' || opened.kind === 'by_hand' ? (
        <Enrolment item={opened} onReopen={open} onLeave={leave} />
      ) : (
        <OtherPage item={opened} onReopen={open} onLeave={leave} />
      )}
    </main>
  );
}
