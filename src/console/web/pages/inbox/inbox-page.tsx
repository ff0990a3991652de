/** The queue: what waits for a person, oldest first, and who has it. */
import { Badge, Button, Card, Group, Stack, Text, Title } from '@mantine/core';
import type { ReactNode } from 'react';
import { Link, useLocation } from 'wouter';
import { type Answer, useCall, useDo, useLive } from '../../api.ts';
import { LiveBadge } from '../../shell/live-badge.tsx';
import { Problem } from '../../shell/problem.tsx';
import { fill, useWords } from '../../words/words.ts';
import { timeOf, whenOf } from './time.ts';
import { inboxRefusals, inboxWords } from './words.ts';

type Queue = Answer<'inbox_queue'>;
type Item = Queue['items'][number];
type Waiting = Queue['records'][number];

const isEnrolment = ({ kind }: Item): boolean => kind === 'enrolment' || kind === 'by_hand';

export default function InboxPage(): ReactNode {
  const words = useWords(inboxWords);
  const [, go] = useLocation();
  const { value, isLive } = useLive('inbox_queue', {});
  const me = useCall('who_am_i', {}).data;
  const start = useDo('start_enrolment');
  const begin = (): void => start.mutate({}, { onSuccess: ({ itemId }) => go(`/inbox/${itemId}`) });
  // Alarms before the others: somebody should look now.
  const others = value?.items.filter((item) => !isEnrolment(item)) ?? [];
  return (
    <>
      <Group justify="space-between" mb="md">
        <Title order={1}>{words.title}</Title>
        <LiveBadge isLive={isLive} />
      </Group>
      <Problem error={start.error} own={inboxRefusals} />
      {value && me && (
        <Stack gap="xl">
          <Part title={words.enrolments} action={<Button onClick={begin}>{words.newEnrolment}</Button>}>
            <Items items={value.items.filter(isEnrolment)} me={me.staffId} />
          </Part>
          <Part title={words.readings}>
            <Records
              records={value.records}
              me={me.staffId}
              mayRead={me.permissions.includes('records.second_reading')}
            />
          </Part>
          <Part title={words.others}>
            <Items items={others.toSorted((a, b) => Number(b.isAlarmed) - Number(a.isAlarmed))} me={me.staffId} />
          </Part>
        </Stack>
      )}
    </>
  );
}

function Part({ title, action, children }: { title: string; action?: ReactNode; children: ReactNode }): ReactNode {
  return (
    <section aria-label={title}>
      <Group justify="space-between" mb="xs">
        <Title order={2} size="h3">
          {title}
        </Title>
        {action}
      </Group>
      {children}
    </section>
  );
}

function Items({ items, me }: { items: readonly Item[]; me: string }): ReactNode {
  const words = useWords(inboxWords);
  if (items.length === 0) return <Text>{words.none}</Text>;
  return (
    <Stack gap="xs" component="ul" p={0} m={0}>
      {items.map((item) => (
        <OneItem key={item.id} item={item} me={me} />
      ))}
    </Stack>
  );
}

function OneItem({ item, me }: { item: Item; me: string }): ReactNode {
  const words = useWords(inboxWords);
  const { id, kind, claim, isAlarmed, hasDraft, receivedAt, reason, asked, pageNo } = item;
  const isMine = claim?.staffId === me;
  const isTaken = claim !== null && !isMine;
  const when = whenOf(receivedAt);
  const known: Readonly<Record<string, string>> = words;
  const says = (code: string): string => known[code] ?? code;
  return (
    <Card component="li" withBorder p="sm" style={{ listStyle: 'none' }}>
      <Group justify="space-between" gap="sm">
        <div>
          <Group gap="xs">
            <Text fw={700} size="lg">
              {words[kind]}
            </Text>
            {isAlarmed && <Badge color="red.9">{words.alarm}</Badge>}
            {hasDraft && (
              <Badge variant="outline" color="dark.9">
                {words.hasDraft}
              </Badge>
            )}
          </Group>
          <Text>
            {fill(kind === 'by_hand' ? words.begun : words.received, { when })}
            {pageNo > 0 && `　${fill(words.page, { page: pageNo })}`}
            {reason && `　${says(reason)}`}
            {asked && `　→ ${says(asked)}`}
          </Text>
          <Text fw={isTaken || isMine ? 700 : 400} {...(isTaken && { c: '#7a3e00' })}>
            {isMine
              ? words.mine
              : claim
                ? fill(words.taken, { name: claim.name, until: timeOf(claim.until) })
                : words.free}
          </Text>
        </div>
        {!isTaken && (
          <Button component={Link} href={`/inbox/${id}`}>
            {hasDraft ? words.resume : words.open}
          </Button>
        )}
      </Group>
    </Card>
  );
}

interface RecordsProps {
  records: readonly Waiting[];
  me: string;
  mayRead: boolean;
}

function Records({ records, me, mayRead }: RecordsProps): ReactNode {
  const words = useWords(inboxWords);
  if (records.length === 0) return <Text>{words.none}</Text>;
  return (
    <Stack gap="xs" component="ul" p={0} m={0}>
      {records.map((record) => (
        <OneRecord key={record.patientId} record={record} isMine={record.typedBy === me} mayRead={mayRead} />
      ))}
    </Stack>
  );
}

function OneRecord({ record, isMine, mayRead }: { record: Waiting; isMine: boolean; mayRead: boolean }): ReactNode {
  const words = useWords(inboxWords);
  const { patientId, code, status, since, toCheck } = record;
  const isDraft = status === 'draft';
  return (
    <Card component="li" withBorder p="sm" style={{ listStyle: 'none' }}>
      <Group justify="space-between" gap="sm">
        <div>
          <Text fw={700} size="lg">
            {fill(words.patient, { code })}
          </Text>
          <Text>
            {words[`status_${status}`]}　{fill(words.since, { when: whenOf(since) })}
          </Text>
          <Text>{toCheck.map((key) => words[key]).join('・')}</Text>
        </div>
        {isDraft && (
          <Button component={Link} href={`/records/${patientId}/correct`}>
            {words.correct}
          </Button>
        )}
        {!isDraft && isMine && <Text>{words.typedByMe}</Text>}
        {!isDraft && !isMine && mayRead && (
          <Button component={Link} href={`/records/${patientId}/second-reading`}>
            {words.read}
          </Button>
        )}
      </Group>
    </Card>
  );
}
