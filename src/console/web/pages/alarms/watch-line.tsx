/** How the watchman's last rounds went, and when the outside last heard of us. */
import { Badge, Card, Group, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { type Answer, useLive } from '../../api.ts';
import { When } from '../../shell/when.tsx';
import { fill, useWords } from '../../words/words.ts';
import { alarmWords } from './words.ts';

type Watch = Answer<'watch'>;
type Round = Watch['rounds'][number];

export function WatchLine(): ReactNode {
  const words = useWords(alarmWords);
  const { value } = useLive('watch', {});
  if (!value) return null;
  return (
    <Card withBorder component="section" aria-labelledby="watch">
      <Text id="watch" fw={700} mb="xs">
        {words.watch}
      </Text>
      {value.rounds.length === 0 && <Text>{words.never_passed}</Text>}
      {value.rounds.map((round) => (
        <RoundLine key={round.extent} round={round} />
      ))}
      <Outside outside={value.outside} />
    </Card>
  );
}

function RoundLine({ round }: { round: Round }): ReactNode {
  const words = useWords(alarmWords);
  const { extent, status, because, steps, begunAt, passedAt, isOverdue } = round;
  const isWrong = status === 'failed' || isOverdue;
  const taken = steps.map(({ step, seconds }) =>
    fill(words.seconds, { step: words[step], seconds: seconds.toFixed(1) }),
  );
  return (
    <Group gap="sm" mb={4}>
      <Badge color={isWrong ? 'red.9' : status === 'passed' ? 'green.9' : 'gray.8'}>
        {isOverdue ? words.overdue : words[status]}
      </Badge>
      <Text fw={600}>{words[extent]}</Text>
      <Text size="sm">
        <When at={begunAt} />
      </Text>
      <Text size="sm">{because ? words[because] : taken.join('・')}</Text>
      {isWrong && (
        <Text size="sm">
          {passedAt ? [words.last_passed, ' ', <When key="at" at={passedAt} />] : words.never_passed}
        </Text>
      )}
    </Group>
  );
}

function Outside({ outside }: { outside: Watch['outside'] }): ReactNode {
  const words = useWords(alarmWords);
  if (!outside) return <Text size="sm">{words.outside_none}</Text>;
  return (
    <Text size="sm" {...(outside.isHeld && { c: 'red.9', fw: 700 })}>
      {outside.isHeld ? words.outside_held : words.outside_heard}{' '}
      {outside.pingedAt ? <When at={outside.pingedAt} /> : '—'}
    </Text>
  );
}
