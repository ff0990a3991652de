import { Alert, Button, Group, Text, Title } from '@mantine/core';
import { type ReactNode, useEffect, useRef, useState } from 'react';
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
      <Group mb="md">
        {next && <Button onClick={() => go(`/inbox/${next.id}`)}>{words.nextOne}</Button>}
        <Button component={Link} href="/inbox" variant="default">
          {words.back}
        </Button>
      </Group>
      <CardPapers patientId={patientId} hasCard={hasCard} />
    </div>
  );
}

/** Card and letter, shown to be printed. */
export function CardPapers({ patientId, hasCard }: { patientId: string; hasCard: boolean }): ReactNode {
  const words = useWords(inboxWords);
  const card = useDo('card_pdf');
  const letter = useDo('card_letter');
  const [isLetter, setLetter] = useState(false);
  const pdf = isLetter ? letter.data : card.data;
  const show = (which: boolean): void => {
    setLetter(which);
    (which ? letter : card).mutate({ params: { patientId } });
  };
  return (
    <>
      <Problem error={card.error ?? letter.error} own={inboxRefusals} />
      <Group mb="md">
        <Button size="lg" disabled={!hasCard} loading={card.isPending} onClick={() => show(false)}>
          {words.printCard}
        </Button>
        <Button size="lg" variant="default" disabled={!hasCard} loading={letter.isPending} onClick={() => show(true)}>
          {words.printLetter}
        </Button>
      </Group>
      {pdf && <PdfView pdf={pdf} title={isLetter ? words.printLetter : words.printCard} />}
    </>
  );
}
