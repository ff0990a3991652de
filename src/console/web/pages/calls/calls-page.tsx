import { Anchor, Card, Group, Loader, NativeSelect, SimpleGrid, Text, Title } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import { Link } from 'wouter';
import { type Answer, type Sent, useLive } from '../../api.ts';
import { LiveBadge } from '../../shell/live-badge.tsx';
import { spanText, useNow } from '../../shell/now.ts';
import { More, usePages } from '../../shell/pages-of.tsx';
import { Problem } from '../../shell/problem.tsx';
import '../../shell/rows.css';
import { useTime } from '../../words/time.ts';
import { useWords } from '../../words/words.ts';
import { callWords } from './words.ts';

type OpenCall = Answer<'open_calls'>['calls'][number];
type ClosedCall = Answer<'closed_calls'>['calls'][number];
type Filters = NonNullable<Sent<'closed_calls'>['query']>;

const outcomes = ['visiting', 'advice', 'bed', 'handed_on', 'talked', 'unreported'] as const;

export default function CallsPage(): ReactNode {
  const words = useWords(callWords);
  const { value, isLive, aheadMs } = useLive('open_calls', {});
  const now = useNow(aheadMs);
  return (
    <>
      <Group justify="space-between" mb="md">
        <Title order={1}>{words.title}</Title>
        <LiveBadge isLive={isLive} />
      </Group>
      <Title order={2} mb="xs">
        {words.open}
      </Title>
      {!value && <Loader />}
      {value?.calls.length === 0 && <Text>{words.noneOpen}</Text>}
      <SimpleGrid cols={{ base: 1, sm: 2 }}>
        {value?.calls.map((one) => (
          <OpenCard key={one.id} one={one} now={now} />
        ))}
      </SimpleGrid>
      <Closed areas={value?.areas ?? []} openCount={value?.calls.length ?? 0} />
    </>
  );
}

function OpenCard({ one, now }: { one: OpenCall; now: number }): ReactNode {
  const words = useWords(callWords);
  const time = useTime();
  const isUnanswered = one.status === 'unanswered';
  return (
    <Card withBorder component="article" bg={isUnanswered ? 'red.0' : 'white'}>
      <Group justify="space-between" wrap="nowrap">
        <Text size="xl" fw={700} c={isUnanswered ? 'red.9' : 'inherit'}>
          {one.status === 'closed' ? words.closedState : words[one.status]}
        </Text>
        <Text size="xl" className="tabular">
          {spanText(one.openedAt, now)}
        </Text>
      </Group>
      <Text>{[time(one.openedAt), one.area, patientText(one, words)].filter((part) => part !== null).join('　')}</Text>
      {one.takenBy !== null && (
        <Text size="lg">
          {words.takenBy}: <b>{one.takenBy}</b>
        </Text>
      )}
      {one.ringing.length > 0 && (
        <Text>
          {words.ringing}: {one.ringing.join('、')}
        </Text>
      )}
      {one.isCallerGone && <Text>{words.callerGone}</Text>}
      <Anchor component={Link} href={`/calls/${one.id}`} mt="xs">
        {words.details}
      </Anchor>
    </Card>
  );
}

function patientText(
  { kind, patientCode }: Pick<OpenCall, 'kind' | 'patientCode'>,
  words: Readonly<Record<'noCard' | 'forPerson', string>>,
): string {
  if (patientCode !== null) return patientCode;
  return kind === 'person' ? words.forPerson : words.noCard;
}

function Closed({ areas, openCount }: { areas: Answer<'open_calls'>['areas']; openCount: number }): ReactNode {
  const words = useWords(callWords);
  const [areaId, setAreaId] = useState('');
  const [outcome, setOutcome] = useState('');
  const query: Filters = {
    ...(areaId === '' ? {} : { areaId }),
    ...(outcome === '' ? {} : { outcome: outcome as (typeof outcomes)[number] }),
  };
  // One that has just been closed belongs here: read anew when the number of open ones changes.
  const asked = usePages(
    'closed_calls',
    { ...query, openCount },
    (after: string | null) => ({ query: { ...query, ...(after === null ? {} : { after }) } }),
    ({ next }) => next,
  );
  const rows = asked.data?.pages.flatMap(({ calls }) => calls) ?? [];
  return (
    <section>
      <Title order={2} mt="xl" mb="xs">
        {words.closed}
      </Title>
      <Group mb="sm">
        <NativeSelect
          label={words.filterArea}
          value={areaId}
          onChange={(event) => setAreaId(event.currentTarget.value)}
          data={[{ value: '', label: words.all }, ...areas.map(({ id, name }) => ({ value: id, label: name }))]}
        />
        <NativeSelect
          label={words.filterOutcome}
          value={outcome}
          onChange={(event) => setOutcome(event.currentTarget.value)}
          data={[{ value: '', label: words.all }, ...outcomes.map((value) => ({ value, label: words[value] }))]}
        />
      </Group>
      <Problem error={asked.error} onRetry={() => void asked.refetch()} />
      {asked.data && rows.length === 0 && <Text>{words.noneClosed}</Text>}
      {rows.length > 0 && <ClosedTable rows={rows} />}
      <More of={asked} />
    </section>
  );
}

function ClosedTable({ rows }: { rows: readonly ClosedCall[] }): ReactNode {
  const words = useWords(callWords);
  const time = useTime();
  return (
    <table className="rows">
      <thead>
        <tr>
          <th>{words.opened}</th>
          <th>{words.lasted}</th>
          <th>{words.area}</th>
          <th>{words.patient}</th>
          <th>{words.takenBy}</th>
          <th>{words.outcome}</th>
        </tr>
      </thead>
      <tbody>
        {rows.map((one) => (
          <tr key={one.id}>
            <th scope="row">
              <Anchor component={Link} href={`/calls/${one.id}`}>
                {time(one.openedAt)}
              </Anchor>
            </th>
            <td data-label={words.lasted} className="tabular">
              {spanText(one.openedAt, one.closedAt)}
            </td>
            <td data-label={words.area}>{one.area ?? '―'}</td>
            <td data-label={words.patient}>{patientText(one, words)}</td>
            <td data-label={words.takenBy}>{one.takenBy ?? words.nobody}</td>
            <td data-label={words.outcome}>{words[one.outcome]}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
