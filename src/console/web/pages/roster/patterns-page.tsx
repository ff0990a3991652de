/** The week's pattern of an area, line by line: added from a date on, ended at a date, never rewritten behind it. */
import { Button, Checkbox, Fieldset, Group, Modal, NativeSelect, Select, Table, Text, TextInput } from '@mantine/core';
import { type FormEvent, type ReactNode, useState } from 'react';
import { type Answer, useCall, useDo } from '../../api.ts';
import { usePermissions } from '../../shell/permissions.ts';
import { Problem } from '../../shell/problem.tsx';
import { Scroll } from '../../shell/scroll.tsx';
import { fill, useWords } from '../../words/words.ts';
import { useArea } from './choose.tsx';
import { DateInput } from './date-input.tsx';
import { type DayKey, dayKeys, Frame, readHours, useDay, useHours } from './frame.tsx';
import { rosterRefusals } from './refusal-words.ts';
import { rosterWords } from './words.ts';

type Pattern = Answer<'roster_patterns'>['patterns'][number];
const views = ['roster_patterns', 'roster_month', 'roster_areas'] as const;

export default function PatternsPage(): ReactNode {
  const areas = useCall('roster_areas', {});
  return (
    <Frame>
      <Problem error={areas.error} onRetry={() => void areas.refetch()} />
      {areas.data && <AreaPatterns areas={areas.data.areas} today={areas.data.today} />}
    </Frame>
  );
}

function AreaPatterns({ areas, today }: { areas: Answer<'roster_areas'>['areas']; today: string }): ReactNode {
  const words = useWords(rosterWords);
  const mayWrite = usePermissions().has('roster.write');
  const { area, select } = useArea(areas);
  const areaId = area?.id ?? '';
  const read = useCall('roster_patterns', { params: { areaId } }, { enabled: areaId !== '' });
  const [ending, setEnding] = useState<Pattern | null>(null);
  return (
    <>
      <Group>{select}</Group>
      <Problem error={read.error} onRetry={() => void read.refetch()} />
      {read.data?.patterns.length === 0 && <Text my="md">{words.noPatterns}</Text>}
      {mayWrite && <AddPattern key={areaId} areaId={areaId} today={today} />}
      {read.data && read.data.patterns.length > 0 && (
        <Lines patterns={read.data.patterns} onEnd={mayWrite ? setEnding : null} />
      )}
      {ending && <EndDialog areaId={areaId} pattern={ending} today={today} onClose={() => setEnding(null)} />}
    </>
  );
}

/** By hours, then day, then place. */
function Lines({ patterns, onEnd }: { patterns: Pattern[]; onEnd: ((line: Pattern) => void) | null }): ReactNode {
  const words = useWords(rosterWords);
  const hours = useHours();
  const day = useDay();
  const first = ({ days }: Pattern): number => dayKeys.indexOf(days[0] ?? 'mon');
  const sorted = [...patterns].sort((a, b) => a.from - b.from || first(a) - first(b) || a.position - b.position);
  return (
    <Scroll minWidth={520}>
      <Table aria-label={words.patterns} verticalSpacing={2}>
        <Table.Thead>
          <Table.Tr>
            {[words.hours, words.days, words.position, words.doctor, words.span].map((head) => (
              <Table.Th key={head}>{head}</Table.Th>
            ))}
            <Table.Td />
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {sorted.map((line) => (
            <Table.Tr key={line.id}>
              <Table.Td>{hours(line)}</Table.Td>
              <Table.Td>{line.days.map((one) => words[one]).join('・')}</Table.Td>
              <Table.Td>{line.position}</Table.Td>
              <Table.Td>{line.name}</Table.Td>
              <Table.Td>
                {line.from_date || line.until_date
                  ? `${line.from_date ? day(line.from_date) : ''}〜${line.until_date ? day(line.until_date) : ''}`
                  : words.always}
              </Table.Td>
              <Table.Td>
                {onEnd && line.until_date === null && (
                  <Button
                    variant="default"
                    size="compact-sm"
                    aria-label={fill(words.endOf, { name: line.name })}
                    onClick={() => onEnd(line)}
                  >
                    {words.end}
                  </Button>
                )}
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Scroll>
  );
}

function AddPattern({ areaId, today }: { areaId: string; today: string }): ReactNode {
  const words = useWords(rosterWords);
  const doctors = useCall('roster_absences', {});
  const [days, setDays] = useState<DayKey[]>([]);
  const [hours, setHours] = useState('18:00-33:00');
  const [position, setPosition] = useState('1');
  const [doctorId, setDoctorId] = useState<string | null>(null);
  const [from, setFrom] = useState(today);
  const [until, setUntil] = useState('');
  const add = useDo('add_pattern', views);
  const band = readHours(hours);
  const onSubmit = (event: FormEvent): void => {
    event.preventDefault();
    if (!band || doctorId === null) return;
    const dates = { fromDate: from, untilDate: until || null };
    add.mutate(
      { params: { areaId }, body: { doctorId, position: Number(position), ...band, days, ...dates } },
      { onSuccess: () => setDays([]) },
    );
  };
  return (
    <form onSubmit={onSubmit}>
      <Fieldset legend={words.addPattern} my="sm">
        <Checkbox.Group label={words.days} value={days} onChange={(chosen) => setDays(chosen as DayKey[])}>
          <Group gap="md" my={4}>
            {dayKeys.map((one) => (
              <Checkbox key={one} value={one} label={words[one]} />
            ))}
          </Group>
        </Checkbox.Group>
        <Group align="start" mt="xs">
          <TextInput
            label={words.hours}
            description={words.hoursHint}
            value={hours}
            onChange={(event) => setHours(event.currentTarget.value)}
            error={!band && words.hoursUnread}
          />
          <NativeSelect
            label={words.position}
            description={' '}
            data={['1', '2', '3', '4', '5', '6', '7', '8', '9']}
            value={position}
            onChange={(event) => setPosition(event.currentTarget.value)}
          />
          <Select
            label={words.doctor}
            description={' '}
            data={(doctors.data?.doctors ?? []).map(({ id, name }) => ({ value: id, label: name }))}
            value={doctorId}
            onChange={setDoctorId}
            searchable
            required
          />
          <DateInput label={words.fromDate} value={from} onChange={setFrom} field="fromDate" error={add.error} />
          <DateInput label={words.untilDate} value={until} onChange={setUntil} field="untilDate" error={add.error} />
        </Group>
        <Problem error={add.error} own={rosterRefusals} />
        {add.isSuccess && (
          <Text c="teal.9" role="status">
            {words.saved}
          </Text>
        )}
        <Button
          type="submit"
          mt="sm"
          loading={add.isPending}
          disabled={days.length === 0 || doctorId === null || band === null}
        >
          {words.add}
        </Button>
      </Fieldset>
    </form>
  );
}

interface EndProps {
  areaId: string;
  pattern: Pattern;
  today: string;
  onClose(): void;
}

function EndDialog({ areaId, pattern, today, onClose }: EndProps): ReactNode {
  const words = useWords(rosterWords);
  const hours = useHours();
  const [from, setFrom] = useState(today);
  const end = useDo('end_pattern', views);
  const onSubmit = (event: FormEvent): void => {
    event.preventDefault();
    end.mutate({ params: { areaId, ruleId: pattern.id }, body: { from } }, { onSuccess: onClose });
  };
  return (
    <Modal opened onClose={onClose} title={words.endTitle} closeButtonProps={{ 'aria-label': words.cancel }}>
      <form onSubmit={onSubmit}>
        <Text>
          {pattern.days.map((one) => words[one]).join('・')} {hours(pattern)}{' '}
          {fill(words.place, { n: pattern.position })} {pattern.name}
        </Text>
        <DateInput label={words.endFrom} value={from} onChange={setFrom} field="from" error={end.error} />
        <Text size="sm">{words.endHint}</Text>
        <Problem error={end.error} own={rosterRefusals} />
        <Group mt="md">
          <Button type="submit" loading={end.isPending}>
            {words.end}
          </Button>
          <Button variant="default" onClick={onClose}>
            {words.cancel}
          </Button>
        </Group>
      </form>
    </Modal>
  );
}
