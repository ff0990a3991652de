/** What tonight's doctors said when they were rung at five, as it comes in. */
import { Alert, Button, Group, Table, Text, Title } from '@mantine/core';
import type { ReactNode } from 'react';
import { type Answer, useDo, useLive } from '../../api.ts';
import { LiveBadge } from '../../shell/live-badge.tsx';
import { usePermissions } from '../../shell/permissions.ts';
import { Problem } from '../../shell/problem.tsx';
import { Scroll } from '../../shell/scroll.tsx';
import { fill, useWords } from '../../words/words.ts';
import { Frame, useDay, useHours } from './frame.tsx';
import { rosterRefusals } from './refusal-words.ts';
import { rosterWords } from './words.ts';

type RollCall = Answer<'roll_call'>;

const answers = {
  waiting: 'answerWaiting',
  ringing: 'answerRinging',
  on: 'answerOn',
  needs_swap: 'answerSwap',
  unanswered: 'answerUnanswered',
} as const;

export default function RollCallPage(): ReactNode {
  const day = useDay();
  const { value, isLive } = useLive('roll_call', {});
  return (
    <Frame>
      <Group justify="space-between" my="xs">
        {value && (
          <Title order={2} size="h3">
            {day(value.date)}
          </Title>
        )}
        <LiveBadge isLive={isLive} />
      </Group>
      {value && <Result call={value} />}
      {value?.areas.map((area) => (
        <AreaAnswers key={area.id} area={area} isAsked={value.status !== 'not_begun'} />
      ))}
    </Frame>
  );
}

function Result({ call }: { call: RollCall }): ReactNode {
  const words = useWords(rosterWords);
  const hours = useHours();
  const open = call.areas.filter(({ gaps }) => gaps.length > 0);
  if (call.status === 'not_begun') return <Text>{words.notBegun}</Text>;
  if (call.status === 'calling') return <Text role="status">{words.calling}</Text>;
  if (open.length === 0)
    return (
      <Text role="status" c="teal.9">
        {words.rollCallFine}
      </Text>
    );
  return (
    <Alert color="red" role="alert" title={words.rollCallGap}>
      {open.map(({ id, name, gaps }) => (
        <div key={id}>
          <b>{name}</b> {gaps.map(hours).join('、')}
        </div>
      ))}
    </Alert>
  );
}

function AreaAnswers({ area, isAsked }: { area: RollCall['areas'][number]; isAsked: boolean }): ReactNode {
  const words = useWords(rosterWords);
  const hours = useHours();
  const mayWrite = usePermissions().has('roster.write');
  const note = useDo('note_roll_call');
  return (
    <section>
      <Title order={3} size="h4" mt="md">
        {area.name}
      </Title>
      <Problem error={note.error} own={rosterRefusals} />
      <Scroll minWidth={360}>
        <Table aria-label={area.name} verticalSpacing={4}>
          <Table.Thead>
            <Table.Tr>
              {[words.doctor, words.hours, words.answer, words.rounds].map((head) => (
                <Table.Th key={head}>{head}</Table.Th>
              ))}
              <Table.Td />
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {area.doctors.map(({ doctorId, name, from, to, status, rounds }) => {
              const isWrong = status === 'needs_swap' || status === 'unanswered';
              return (
                <Table.Tr key={`${doctorId} ${from}`}>
                  <Table.Td>{name}</Table.Td>
                  <Table.Td>{hours({ from, to })}</Table.Td>
                  <Table.Td c={isWrong ? 'red.9' : status === 'on' ? 'teal.9' : 'dark.9'} fw={isWrong ? 700 : 400}>
                    {status ? words[answers[status]] : words.answerNone}
                  </Table.Td>
                  <Table.Td>{rounds > 0 && fill(words.roundsOf, { n: rounds })}</Table.Td>
                  <Table.Td>
                    {mayWrite && isAsked && status !== 'on' && (
                      <Button
                        size="compact-md"
                        variant="default"
                        aria-label={fill(words.noteOnOf, { name })}
                        onClick={() => note.mutate({ body: { doctorId, answer: 'on' } })}
                      >
                        {words.noteOn}
                      </Button>
                    )}
                  </Table.Td>
                </Table.Tr>
              );
            })}
          </Table.Tbody>
        </Table>
      </Scroll>
    </section>
  );
}
