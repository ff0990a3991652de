/** What waits for a person because the system could not see to it alone. */
import { Alert, Anchor, Button, Card, Group, Stack, Text, Title } from '@mantine/core';
import type { ReactNode } from 'react';
import { Link } from 'wouter';
import { type Answer, useDo, useLive } from '../../api.ts';
import { LiveBadge } from '../../shell/live-badge.tsx';
import { usePermissions } from '../../shell/permissions.ts';
import { Problem } from '../../shell/problem.tsx';
import { When } from '../../shell/when.tsx';
import { fill, useWords } from '../../words/words.ts';
import { WatchLine } from './watch-line.tsx';
import { alarmWords } from './words.ts';

type Alarm = Answer<'alarms'>['alarms'][number];

export default function AlarmsPage(): ReactNode {
  const words = useWords(alarmWords);
  const { value, isLive } = useLive('alarms', {});
  return (
    <Stack maw={860}>
      <Group justify="space-between">
        <Title order={1}>{words.title}</Title>
        <LiveBadge isLive={isLive} />
      </Group>
      <Text>{words.why}</Text>
      <WatchLine />
      {value?.alarms.length === 0 && <Alert>{words.none}</Alert>}
      {value?.alarms.map((alarm) => (
        <AlarmCard key={alarm.id} alarm={alarm} />
      ))}
    </Stack>
  );
}

function AlarmCard({ alarm: { id, kind, raisedAt, heardAt, about } }: { alarm: Alarm }): ReactNode {
  const words = useWords(alarmWords);
  const settle = useDo('settle_alarm');
  const may = usePermissions();
  const maySettle = kind !== 'looked_often' || may.has('staff.manage');
  return (
    <Card withBorder component="section" aria-labelledby={id}>
      <Text id={id} fw={700}>
        {words[kind]}
      </Text>
      {about && <Text my="xs">{fill(words.about, { code: about.patientCode, recipient: about.recipient })}</Text>}
      <Text size="sm">
        <When at={about?.disclosedAt ?? raisedAt} />
      </Text>
      {heardAt && (
        <Text size="sm">
          {words.heard} <When at={heardAt} />
        </Text>
      )}
      <Problem error={settle.error} />
      <Group mt="sm">
        {maySettle && (
          <Button loading={settle.isPending} onClick={() => settle.mutate({ params: { alarmId: id } })}>
            {words.settle}
          </Button>
        )}
        {about && may.has('patients.read') && (
          <Anchor component={Link} href={`/patients/${about.patientId}`}>
            {words.open_patient}
          </Anchor>
        )}
      </Group>
    </Card>
  );
}
