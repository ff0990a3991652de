import { Badge, Button, Group, Loader, Modal, NativeSelect, Stack, Text, Title } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import { type Answer, useCall, useDo } from '../../api.ts';
import { usePermissions } from '../../shell/permissions.ts';
import { Problem } from '../../shell/problem.tsx';
import '../../shell/rows.css';
import { fill, useWords } from '../../words/words.ts';
import { BedViews } from './bed-views.tsx';
import './beds.css';
import { useTimeOfDay } from './time.ts';
import { bedRefusals, bedWords } from './words.ts';

type Day = Answer<'rotation'>['days'][number];

export default function RotationPage(): ReactNode {
  const words = useWords(bedWords);
  const [month, setMonth] = useState(thisMonth);
  const asked = useCall('rotation', { query: { month } }, { keeps: true });
  const [changing, setChanging] = useState<Day | null>(null);
  const [year = '', number = ''] = month.split('-');
  return (
    <>
      <Title order={1} mb="md">
        {words.title}
      </Title>
      <BedViews />
      <Group mb="sm">
        <Button variant="default" onClick={() => setMonth(monthBy(month, -1))}>
          {words.before}
        </Button>
        <Title order={2}>{fill(words.month, { year, month: Number(number) })}</Title>
        <Button variant="default" onClick={() => setMonth(monthBy(month, 1))}>
          {words.after}
        </Button>
      </Group>
      <Problem error={asked.error} onRetry={() => void asked.refetch()} />
      {asked.isPending && <Loader />}
      {asked.data && (
        <table className="rows">
          <thead>
            <tr>
              <th>{words.date}</th>
              <th>{words.turns}</th>
              <th />
            </tr>
          </thead>
          <tbody>
            {asked.data.days.map((day) => (
              <DayRow key={day.date} day={day} onChange={() => setChanging(day)} />
            ))}
          </tbody>
        </table>
      )}
      {changing && <ChangeDay day={changing} onClose={() => setChanging(null)} />}
    </>
  );
}

const weekdays = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] as const;

function DayRow({ day, onChange }: { day: Day; onChange: () => void }): ReactNode {
  const words = useWords(bedWords);
  const mayWrite = usePermissions().has('beds.write');
  const timeOf = useTimeOfDay();
  const isOff = day.holiday !== null || day.weekday === 0;
  const shown = `${Number(day.date.slice(8))}（${words[weekdays[day.weekday] ?? 'sun']}）`;
  return (
    <tr className={`month-day ${isOff ? 'is-off' : ''} ${day.weekday === 6 ? 'is-saturday' : ''}`}>
      <th scope="row">
        {shown} {day.holiday}
      </th>
      <td data-label={words.turns}>
        {day.turns.length === 0 && (
          <Text c="red.9" fw={700}>
            {words.nobody}
          </Text>
        )}
        {day.turns.map(({ hospitalId, name, position, from, to, isException }) => (
          <Group key={hospitalId} gap="xs">
            <Text>
              {position}. {name}
            </Text>
            <Text size="sm" className="tabular">
              {timeOf(from)}〜{timeOf(to)}
            </Text>
            {isException && <Badge color="dark">{words.exception}</Badge>}
          </Group>
        ))}
      </td>
      <td>
        {mayWrite && (
          <Button
            variant="default"
            size="compact-sm"
            aria-label={fill(words.change, { date: day.date })}
            onClick={onChange}
          >
            {words.changeShort}
          </Button>
        )}
      </td>
    </tr>
  );
}

const places = ['first', 'second', 'third'] as const;

function ChangeDay({ day, onClose }: { day: Day; onClose: () => void }): ReactNode {
  const words = useWords(bedWords);
  const board = useCall('beds', {});
  const [chosen, setChosen] = useState<readonly string[]>(() =>
    places.map((_, place) => day.turns[place]?.hospitalId ?? ''),
  );
  const change = useDo('change_rotation', ['rotation']);
  const decide = (hospitalIds: readonly string[]): void =>
    change.mutate({ params: { date: day.date }, body: { hospitalIds: [...hospitalIds] } }, { onSuccess: onClose });
  const hospitals = board.data?.hospitals ?? [];
  return (
    <Modal
      opened
      onClose={onClose}
      title={fill(words.change, { date: day.date })}
      closeButtonProps={{ 'aria-label': words.cancel }}
    >
      <Stack>
        {places.map((name, place) => (
          <NativeSelect
            key={name}
            label={words[name]}
            value={chosen[place] ?? ''}
            onChange={(event) => {
              const { value } = event.currentTarget;
              setChosen(chosen.map((one, other) => (other === place ? value : one)));
            }}
            data={[{ value: '', label: words.noOne }, ...hospitals.map(({ id, name }) => ({ value: id, label: name }))]}
          />
        ))}
        <Problem error={change.error} own={bedRefusals} />
        <Group>
          <Button
            loading={change.isPending}
            disabled={chosen.every((id) => id === '')}
            onClick={() => decide(chosen.filter((id) => id !== ''))}
          >
            {words.decide}
          </Button>
          {day.turns.some(({ isException }) => isException) && (
            <Button variant="default" onClick={() => decide([])}>
              {words.pattern}
            </Button>
          )}
        </Group>
      </Stack>
    </Modal>
  );
}

const thisMonth = (): string =>
  new Intl.DateTimeFormat('sv-SE', { timeZone: 'Asia/Tokyo', year: 'numeric', month: '2-digit' }).format(new Date());

function monthBy(month: string, months: number): string {
  const [year = 0, number = 1] = month.split('-').map(Number);
  return new Date(Date.UTC(year, number - 1 + months, 1)).toISOString().slice(0, 7);
}
