import { Alert, Button, Group, Text, Title } from '@mantine/core';
import { type ReactNode, useEffect, useRef } from 'react';
import { Link, useLocation } from 'wouter';
import { type Answer, useDo, useLive } from '../../api.ts';
import { PdfView } from '../../shell/pdf-view.tsx';
import { Problem } from '../../shell/problem.tsx';
import { fill, useWords } from '../../words/words.ts';
import { inboxRefusals, inboxWords } from './words.ts';

/** The end of an enrolment: what to print, and the next form. */
export function Enrolled({ enrolled }: { enrolled: Answer<'enrol_patient'> }): ReactNode {
  const words = useWords(inboxWords);
  const [, go] = useLocation();
  const { patientId, code, hasCard } = enrolled;
  const { value } = useLive('inbox_queue', {});
  const next = value?.items.find(({ kind, claim }) => kind === 'enrolment' && claim === null);
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), []);
  return (
    <div className="desk">
      <Title order={1} size="h2" ref={heading} tabIndex={-1} mb="md">
        {fill(words.enrolled, { code })}
      </Title>
      <Text mb="md" size="lg">
        {words.enrolledNext}
      </Text>
      {!hasCard && <Alert color="yellow">{words.noCard}</Alert>}
      <CardPapers patientId={patientId} hasCard={hasCard} />
      <Group mt="xl">
        {next && <Button onClick={() => go(`/inbox/${next.id}`)}>{words.nextOne}</Button>}
        <Button component={Link} href="/inbox" variant="default">
          {words.back}
        </Button>
      </Group>
    </div>
  );
}

/** Card and letter, shown to be printed. */
export function CardPapers({ patientId, hasCard }: { patientId: string; hasCard: boolean }): ReactNode {
  const words = useWords(inboxWords);
  const print = useDo('card_paper');
  const make = (paper: 'card' | 'letter'): void => print.mutate({ params: { patientId }, body: { paper } });
  return (
    <>
      <Problem error={print.error} own={inboxRefusals} />
      <Group mb="md">
        <Button size="lg" disabled={!hasCard} loading={print.isPending} onClick={() => make('card')}>
          {words.printCard}
        </Button>
        <Button size="lg" variant="default" disabled={!hasCard} onClick={() => make('letter')}>
          {words.printLetter}
        </Button>
      </Group>
      {print.data && (
        <PdfView
          pdf={print.data}
          title={print.variables?.body.paper === 'letter' ? words.printLetter : words.printCard}
        />
      )}
    </>
  );
}
