/** A month of one area, and what is wrong with the next weeks in all of them. */
import { Alert, Button, Group, Loader, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { Link, useSearchParams } from 'wouter';
import { type Answer, addressOf, useCall } from '../../api.ts';
import { usePermissions } from '../../shell/permissions.ts';
import { Problem } from '../../shell/problem.tsx';
import { fill, useWords } from '../../words/words.ts';
import { MonthSteps, monthOr, useArea, useMonthName } from './choose.tsx';
import { Frame, useDay } from './frame.tsx';
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

function AreaMonth({ overview }: { overview: Answer<'roster_areas'> }): ReactNode {
  const words = useWords(rosterWords);
  const nameOf = useMonthName();
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
  const title = nameOf(month);
  return (
    <>
      <Ahead overview={overview} />
      <Group align="end" gap="sm" mb="xs">
        {select}
        <MonthSteps month={month} />
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
