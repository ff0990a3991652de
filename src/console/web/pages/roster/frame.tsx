/** Heading and inner menu of the roster's pages, and how they write hours and dates. */
import { Anchor, Group, Title } from '@mantine/core';
import type { ReactNode } from 'react';
import { Link, useLocation } from 'wouter';
import { usePermissions } from '../../shell/permissions.ts';
import { useLanguage, useWords } from '../../words/words.ts';
import { rosterWords } from './words.ts';

const inner = [
  ['/roster', 'month'],
  ['/roster/patterns', 'patterns'],
  ['/roster/absences', 'absences'],
  ['/roster/replies', 'replies'],
  ['/roster/swaps', 'swaps'],
  ['/roster/roll-call', 'rollCall'],
  ['/roster/fairness', 'fairness'],
  ['/roster/foresight', 'foresight'],
  ['/roster/calendars', 'calendars'],
  ['/roster/import', 'import'],
] as const;

export function Frame({ children }: { children: ReactNode }): ReactNode {
  const words = useWords(rosterWords);
  const [location] = useLocation();
  const mayWrite = usePermissions().has('roster.write');
  const views = inner.filter(([path]) => mayWrite || (path !== '/roster/import' && path !== '/roster/foresight'));
  return (
    <>
      <Title order={1} size="h2">
        {words.title}
      </Title>
      <Group component="nav" aria-label={words.title} gap="lg" my="xs">
        {views.map(([path, word]) => (
          <Anchor
            key={path}
            component={Link}
            href={path}
            c={location === path ? 'dark' : 'blue.9'}
            fw={location === path ? 700 : 400}
            underline={location === path ? 'never' : 'always'}
            aria-current={location === path ? 'page' : undefined}
          >
            {words[word]}
          </Anchor>
        ))}
      </Group>
      {children}
    </>
  );
}

const weekdayKeys = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] as const;
export const dayKeys = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun', 'holiday', 'yearend', 'obon'] as const;
export type DayKey = (typeof dayKeys)[number];

/** '18:00–翌9:00' */
export function useHours(): (band: { from: number; to: number }) => string {
  const { nextDay } = useWords(rosterWords);
  const time = (minutes: number): string => {
    const hours = Math.floor(minutes / 60);
    const text = `${hours > 24 ? hours - 24 : hours}:${String(minutes % 60).padStart(2, '0')}`;
    return hours > 24 ? nextDay + text : text;
  };
  return ({ from, to }) => `${time(from)}–${time(to)}`;
}

/** '11/16（月）' */
export function useDay(): (date: string) => string {
  const words = useWords(rosterWords);
  const language = useLanguage();
  return (date) => {
    const weekday = words[weekdayKeys[new Date(`${date}T00:00:00Z`).getUTCDay()] ?? 'sun'];
    const text = `${Number(date.slice(5, 7))}/${Number(date.slice(8, 10))}`;
    return language === 'ja' ? `${text}（${weekday}）` : `${weekday} ${text}`;
  };
}

/** '33:00-…' as typed, in minutes; null when it cannot be read. The server reads it again. */
export function readHours(text: string): { from: number; to: number } | null {
  const parts = text
    .normalize('NFKC')
    .replace(/\s/g, '')
    .split(/[-~〜–ー]/);
  const [from, to] = parts.map((part) => {
    const match = /^(翌)?(\d{1,2})[:時](\d{2})分?$/.exec(part);
    return match ? (Number(match[2]) + (match[1] ? 24 : 0)) * 60 + Number(match[3]) : null;
  });
  if (parts.length !== 2 || from == null || to == null) return null;
  return to > from && to - from <= 1440 && to <= 2880 ? { from, to } : null;
}
