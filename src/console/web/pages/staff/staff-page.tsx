import { Badge, Button, Card, Group, Loader, Stack, Table, Text, Title } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import { type Answer, useCall, useDo } from '../../api.ts';
import { Problem } from '../../shell/problem.tsx';
import { Scroll } from '../../shell/scroll.tsx';
import { shellWords } from '../../words/shell.ts';
import { useTime } from '../../words/time.ts';
import { fill, useWords } from '../../words/words.ts';
import { InviteForm } from './invite-form.tsx';
import { type Link, LinkDialog } from './link-dialog.tsx';
import { PersonDialog } from './person-dialog.tsx';
import { staffWords } from './words.ts';

export type Person = Answer<'list_staff'>['staff'][number];
type Screen = Answer<'list_staff'>['screens'][number];

export default function StaffPage(): ReactNode {
  const words = useWords(staffWords);
  const asked = useCall('list_staff', {});
  const [link, setLink] = useState<Link | null>(null);
  const [changing, setChanging] = useState<Person | null>(null);
  if (!asked.data) return asked.error ? <Problem error={asked.error} /> : <Loader />;
  const again = (): void => void asked.refetch();
  const handOver = (made: Link): void => {
    setChanging(null);
    setLink(made);
    again();
  };
  return (
    <Stack>
      <Title order={1}>{words.title}</Title>
      <InviteForm onLink={handOver} />
      <Scroll minWidth={640}>
        <Table>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{words.name}</Table.Th>
              <Table.Th>{words.role}</Table.Th>
              <Table.Th>{words.ways}</Table.Th>
              <Table.Th>{words.seen}</Table.Th>
              <Table.Td />
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {asked.data.staff.map((person) => (
              <Row key={person.id} person={person} onChange={() => setChanging(person)} />
            ))}
          </Table.Tbody>
        </Table>
      </Scroll>
      <Screens screens={asked.data.screens} />
      {changing && (
        <PersonDialog person={changing} onLink={handOver} onChanged={again} onClose={() => setChanging(null)} />
      )}
      {link && <LinkDialog link={link} onClose={() => setLink(null)} />}
    </Stack>
  );
}

function Row({ person, onChange }: { person: Person; onChange: () => void }): ReactNode {
  const words = useWords(staffWords);
  const shell = useWords(shellWords);
  const time = useTime();
  const { name, role, isActive, seenAt } = person;
  return (
    <Table.Tr>
      <Table.Td>
        {name}{' '}
        {!isActive && (
          <Badge color="gray" variant="outline">
            {words.inactive}
          </Badge>
        )}
      </Table.Td>
      <Table.Td>{shell[role]}</Table.Td>
      <Table.Td>
        <Ways person={person} />
      </Table.Td>
      <Table.Td>{time(seenAt)}</Table.Td>
      <Table.Td>
        <Button variant="default" size="compact-sm" aria-label={fill(words.changeNamed, { name })} onClick={onChange}>
          {words.change}
        </Button>
      </Table.Td>
    </Table.Tr>
  );
}

function Ways({ person: { passkeys, hasPassword, isInvited } }: { person: Person }): ReactNode {
  const words = useWords(staffWords);
  const ways = [
    passkeys > 0 && fill(words.passkeysCount, { count: passkeys }),
    hasPassword && words.password,
    isInvited && words.invited,
  ].filter(Boolean);
  return ways.length > 0 ? ways.join(' · ') : words.noWay;
}

function Screens({ screens }: { screens: readonly Screen[] }): ReactNode {
  const words = useWords(staffWords);
  const time = useTime();
  const taking = useDo('take_screen_down', ['list_staff']);
  return (
    <Card withBorder component="section">
      <Title order={2} size="h3">
        {words.screens}
      </Title>
      <Problem error={taking.error} />
      {screens.length === 0 && <Text>{words.noScreens}</Text>}
      {screens.map(({ id, label, expiresAt }) => (
        <Group key={id} justify="space-between" py="xs">
          <Text>
            {label}（{fill(words.until, { at: time(expiresAt) })}）
          </Text>
          <Button
            variant="default"
            size="compact-sm"
            aria-label={fill(words.takeDownNamed, { label })}
            onClick={() => taking.mutate({ params: { sessionId: id } })}
          >
            {words.takeDown}
          </Button>
        </Group>
      ))}
    </Card>
  );
}
