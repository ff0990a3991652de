/** Month and area of the roster's pages; both stand in the address. */
import { Button, NativeSelect, Title } from '@mantine/core';
import type { ReactNode } from 'react';
import { Link, useLocation, useSearchParams } from 'wouter';
import { fill, useWords } from '../../words/words.ts';
import { rosterWords } from './words.ts';

/** The area of the address, or the first. */
export function useArea(areas: readonly { id: string; name: string }[]): {
  area: { id: string; name: string } | undefined;
  select: ReactNode;
} {
  const words = useWords(rosterWords);
  const [search, setSearch] = useSearchParams();
  const area = areas.find(({ id }) => id === search.get('area')) ?? areas[0];
  const data = areas.map(({ id, name }) => ({ value: id, label: name }));
  const select = (
    <NativeSelect
      label={words.area}
      data={data}
      value={area?.id ?? ''}
      onChange={(event) => setSearch(changed(search, 'area', event.currentTarget.value))}
    />
  );
  return { area, select };
}

/** The month between a way back and a way on. @param heading says more than the month. */
export function MonthSteps({ month, heading }: { month: string; heading?: string }): ReactNode {
  const words = useWords(rosterWords);
  const nameOf = useMonthName();
  const [path] = useLocation();
  const [search] = useSearchParams();
  const to = (steps: number): string => `${path}?${changed(search, 'month', laterMonth(month, steps))}`;
  return (
    <>
      <Button component={Link} href={to(-1)} variant="default">
        {words.previousMonth}
      </Button>
      <Title order={2} size="h3">
        {heading ?? nameOf(month)}
      </Title>
      <Button component={Link} href={to(1)} variant="default">
        {words.nextMonth}
      </Button>
    </>
  );
}

function changed(search: URLSearchParams, name: 'area' | 'month', value: string): URLSearchParams {
  const next = new URLSearchParams(search);
  next.set(name, value);
  return next;
}

/** '2026年12月' */
export function useMonthName(): (month: string) => string {
  const { monthOf } = useWords(rosterWords);
  return (month) => fill(monthOf, { year: Number(month.slice(0, 4)), month: Number(month.slice(5)) });
}

/** The month of the address ('YYYY-MM'), or the present one; null while that is not known. */
export function monthOr(given: string | null, today: string | undefined): string | null {
  if (given !== null && /^20\d\d-(0[1-9]|1[0-2])$/.test(given)) return given;
  return today?.slice(0, 7) ?? null;
}

/** The month that many months later. */
export function laterMonth(month: string, steps: number): string {
  const at = new Date(`${month}-01T00:00:00Z`);
  at.setUTCMonth(at.getUTCMonth() + steps);
  return at.toISOString().slice(0, 7);
}
