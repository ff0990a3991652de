/** Calendars for the doctors' own devices: made here, told once, revoked here. */
import { Alert, Button, Code, CopyButton, Fieldset, Group, Select, Table, Text } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import { useCall, useDo } from '../../api.ts';
import { usePermissions } from '../../shell/permissions.ts';
import { Problem } from '../../shell/problem.tsx';
import { fill, useWords } from '../../words/words.ts';
import { Frame, useDay } from './frame.tsx';
import { rosterRefusals } from './refusal-words.ts';
import { rosterWords } from './words.ts';

export default function CalendarsPage(): ReactNode {
  const words = useWords(rosterWords);
  const day = useDay();
  const mayWrite = usePermissions().has('roster.write');
  const read = useCall('roster_feeds', {});
  const revoke = useDo('revoke_feed', ['roster_feeds']);
  return (
    <Frame>
      <Text size="sm" my="xs">
        {words.calendarHint}
      </Text>
      <Problem error={read.error} onRetry={() => void read.refetch()} />
      {read.data && mayWrite && <MakeCalendar areas={read.data.areas} doctors={read.data.doctors} />}
      <Problem error={revoke.error} own={rosterRefusals} />
      {read.data?.feeds.length === 0 && <Text my="md">{words.noCalendars}</Text>}
      {read.data && read.data.feeds.length > 0 && (
        <Table aria-label={words.calendars}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{words.calendarOf}</Table.Th>
              <Table.Th>{words.madeOn}</Table.Th>
              <Table.Td />
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {read.data.feeds.map(({ id, name, madeAt }) => (
              <Table.Tr key={id}>
                <Table.Td>{name}</Table.Td>
                <Table.Td>{day(madeAt.slice(0, 10))}</Table.Td>
                <Table.Td>
                  {mayWrite && (
                    <Button
                      size="compact-md"
                      variant="default"
                      aria-label={fill(words.revokeOf, { name })}
                      onClick={() => revoke.mutate({ params: { feedId: id } })}
                    >
                      {words.revoke}
                    </Button>
                  )}
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      )}
    </Frame>
  );
}

interface Named {
  id: string;
  name: string;
}

function MakeCalendar({ areas, doctors }: { areas: Named[]; doctors: Named[] }): ReactNode {
  const words = useWords(rosterWords);
  const [whose, setWhose] = useState<string | null>(null);
  const make = useDo('make_feed', ['roster_feeds']);
  const items = (list: Named[]) => list.map(({ id, name }) => ({ value: id, label: name }));
  const isArea = areas.some(({ id }) => id === whose);
  const address = make.data && `${window.location.origin}${make.data.path}`;
  return (
    <Fieldset legend={words.makeCalendar} my="sm">
      <Group align="end">
        <Select
          label={words.calendarOf}
          data={[
            { group: words.area, items: items(areas) },
            { group: words.doctor, items: items(doctors) },
          ]}
          value={whose}
          onChange={setWhose}
          searchable
        />
        <Button
          disabled={whose === null}
          loading={make.isPending}
          onClick={() =>
            make.mutate({ body: isArea ? { areaId: whose, doctorId: null } : { areaId: null, doctorId: whose } })
          }
        >
          {words.makeAddress}
        </Button>
      </Group>
      <Problem error={make.error} own={rosterRefusals} />
      {address && (
        <Alert mt="sm" title={words.addressOnce} color="teal.9">
          <Code block>{address}</Code>
          <CopyButton value={address}>
            {({ copied, copy }) => (
              <Button mt="xs" size="compact-md" variant="default" onClick={copy}>
                {copied ? words.copied : words.copy}
              </Button>
            )}
          </CopyButton>
        </Alert>
      )}
    </Fieldset>
  );
}
