/** A month of one area, and what is wrong with the next weeks in all of them. */
import { Alert, Button, Group, Loader, NativeSelect, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { Link, useSearchParams } from 'wouter';
import { type Answer, addressOf, useCall } from '../../api.ts';
import { usePermissions } from '../../shell/permissions.ts';
import { Problem } from '../../shell/problem.tsx';
import { fill, useWords } from '../../words/words.ts';
import { Frame, laterMonth, monthOr, useDay } from './frame.tsx';
import { MonthTable } from './month-table.tsx';
import { SheetFax } from './sheet-fax.tsx';
import { rosterWords } from './words.ts';

export default function MonthPage(): ReactNode {
  const areas = useCall('roster_areas', {});
  return (
    <Frame>
      <Problem error={areas.error} onRetry={() => void areas.refetch()} />
      {areas.data && <AreaMonth overview={areas.data} />}
    </Frame>
  );
}

/** The area of the address, or the first. */
export function useArea(areas: readonly { id: string; name: string }[]): {
  area: { id: string; name: string } | undefined;
  select: ReactNode;
} {
  const words = useWords(rosterWords);
  const [search, setSearch] = useSearchParams();
  const area = areas.find(({ id }) => id === search.get('area')) ?? areas[0];
  const onChange = (id: string): void =>
    setSearch((before) => {
      const next = new URLSearchParams(before);
      next.set('area', id);
      return next;
    });
  const data = areas.map(({ id, name }) => ({ value: id, label: name }));
  const select = (
    <NativeSelect
      label={words.area}
      data={data}
      value={area?.id ?? ''}
      onChange={(event) => onChange(event.currentTarget.value)}
    />
  );
  return { area, select };
}

function AreaMonth({ overview }: { overview: Answer<'roster_areas'> }): ReactNode {
  const words = useWords(rosterWords);
  const { area, select } = useArea(overview.areas);
  const mayPlan = usePermissions().has('roster.write');
  const [search] = useSearchParams();
  const month = monthOr(search.get('month'), overview.today) ?? '';
  const table = useCall(
    'roster_month',
    { params: { areaId: area?.id ?? '', month } },
    { enabled: area !== undefined, keeps: true },
  );
  if (!area) return null;
  const [year, number] = month.split('-').map(Number);
  const title = fill(words.monthOf, { year: year ?? 0, month: number ?? 0 });
  const to = (steps: number): string =>
    `/roster?${new URLSearchParams({ area: area.id, month: laterMonth(month, steps) })}`;
  return (
    <>
      <Ahead overview={overview} />
      <Group align="end" gap="sm" mb="xs">
        {select}
        <Button component={Link} href={to(-1)} variant="default">
          {words.previousMonth}
        </Button>
        <Text fw={700} size="xl" component="h2">
          {title}
        </Text>
        <Button component={Link} href={to(1)} variant="default">
          {words.nextMonth}
        </Button>
        <Button
          component="a"
          href={addressOf('roster_sheet', { params: { areaId: area.id, month } })}
          target="_blank"
          rel="noreferrer"
          variant="default"
        >
          {words.printSheet}
        </Button>
        {mayPlan && (
          <Button component={Link} href={`/roster/foresight?month=${month}`} variant="default">
            {words.foresightOfMonth}
          </Button>
        )}
      </Group>
      <SheetFax areaId={area.id} month={month} title={title} />
      <Problem error={table.error} onRetry={() => void table.refetch()} />
      {!table.data && !table.error && <Loader />}
      {table.data && (
        <MonthTable area={area} month={table.data} caption={fill(words.caption, { area: area.name, month: title })} />
      )}
    </>
  );
}

/** Gaps and doubles of the next 31 days, each a way to its month. */
function Ahead({ overview }: { overview: Answer<'roster_areas'> }): ReactNode {
  const words = useWords(rosterWords);
  const day = useDay();
  const wrong = overview.areas.filter(({ faults }) => faults.length > 0);
  if (wrong.length === 0)
    return (
      <Text c="teal.9" my="xs">
        {words.aheadFine}
      </Text>
    );
  return (
    <Alert color="red" my="xs" title={words.aheadFaults}>
      {wrong.map(({ id, name, faults }) => (
        <div key={id}>
          <b>{name}</b>{' '}
          {faults.map(({ problem, date, from }) => (
            <Link
              key={`${problem}${from}`}
              href={`/roster?${new URLSearchParams({ area: id, month: date.slice(0, 7) })}`}
              style={{ marginRight: 12, color: '#a00', whiteSpace: 'nowrap' }}
            >
              {day(date)} {words[problem]}
            </Link>
          ))}
        </div>
      ))}
    </Alert>
  );
}
