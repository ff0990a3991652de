/** Doctors who are away: their duties of these dates are gaps until somebody else is put in. */
import { Button, Fieldset, Group, Select, Table, Text } from '@mantine/core';
import { type FormEvent, type ReactNode, useState } from 'react';
import { useCall, useDo } from '../../api.ts';
import { usePermissions } from '../../shell/permissions.ts';
import { Problem } from '../../shell/problem.tsx';
import { fill, useWords } from '../../words/words.ts';
import { DateInput } from './date-input.tsx';
import { Frame, useDay } from './frame.tsx';
import { rosterRefusals } from './refusal-words.ts';
import { rosterWords } from './words.ts';

const views = ['roster_absences', 'roster_month', 'roster_areas'] as const;

export default function AbsencesPage(): ReactNode {
  const words = useWords(rosterWords);
  const day = useDay();
  const mayWrite = usePermissions().has('roster.write');
  const read = useCall('roster_absences', {});
  const withdraw = useDo('withdraw_absence', views);
  return (
    <Frame>
      <Problem error={read.error} onRetry={() => void read.refetch()} />
      <Problem error={withdraw.error} own={rosterRefusals} />
      {read.data && mayWrite && <NoteAbsence doctors={read.data.doctors} />}
      {read.data?.absences.length === 0 && <Text my="md">{words.noAbsences}</Text>}
      {read.data && read.data.absences.length > 0 && (
        <Table my="md" aria-label={words.absences}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{words.doctor}</Table.Th>
              <Table.Th>{words.span}</Table.Th>
              <Table.Td />
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {read.data.absences.map(({ id, name, from, until }) => (
              <Table.Tr key={id}>
                <Table.Td>{name}</Table.Td>
                <Table.Td>
                  {day(from)}
                  {until !== from && `〜${day(until)}`}
                </Table.Td>
                <Table.Td>
                  {mayWrite && (
                    <Button
                      variant="default"
                      size="compact-md"
                      aria-label={fill(words.withdrawOf, { name, from: day(from), until: day(until) })}
                      onClick={() => withdraw.mutate({ params: { absenceId: id } })}
                    >
                      {words.withdraw}
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

function NoteAbsence({ doctors }: { doctors: readonly { id: string; name: string }[] }): ReactNode {
  const words = useWords(rosterWords);
  const [doctorId, setDoctorId] = useState<string | null>(null);
  const [from, setFrom] = useState('');
  const [until, setUntil] = useState('');
  const note = useDo('note_absence', views);
  const onSubmit = (event: FormEvent): void => {
    event.preventDefault();
    if (doctorId === null) return;
    note.mutate(
      { body: { doctorId, from, until: until || from } },
      {
        onSuccess: () => {
          setFrom('');
          setUntil('');
        },
      },
    );
  };
  return (
    <form onSubmit={onSubmit}>
      <Fieldset legend={words.addAbsence} my="sm">
        <Text size="sm">{words.absenceHint}</Text>
        <Group align="start" mt="xs">
          <Select
            label={words.doctor}
            description={' '}
            data={doctors.map(({ id, name }) => ({ value: id, label: name }))}
            value={doctorId}
            onChange={setDoctorId}
            searchable
            required
          />
          <DateInput label={words.fromDate} value={from} onChange={setFrom} field="from" error={note.error} />
          <DateInput label={words.untilDay} value={until} onChange={setUntil} field="until" error={note.error} />
        </Group>
        <Problem error={note.error} own={rosterRefusals} />
        {note.isSuccess && (
          <Text c="teal.9" role="status">
            {words.saved}
          </Text>
        )}
        <Button type="submit" mt="sm" loading={note.isPending} disabled={doctorId === null || from === ''}>
          {words.add}
        </Button>
      </Fieldset>
    </form>
  );
}
