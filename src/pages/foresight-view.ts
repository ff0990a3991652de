/** 当番表の見通し: what a month's roster would do, on paper for the committee. Pure; plots are numbers that the template draws. */
import type { Figures, Foresight, MonthFigures, WeakNight } from '../foresight/figures.ts';
import type { Names } from '../foresight/names.ts';
import { formatLocal, type LocalDate, weekdayOf } from '../lib/japan-time.ts';
import type { BothWords, Words } from './words.ts';

export interface ForesightSheet {
  foresight: Foresight;
  names: Names;
  /** Only this one was asked about; null: all. */
  area: string | null;
  at: Date;
}

interface Table {
  title: string;
  heads: string[];
  rows: string[][];
}

export interface ForesightView {
  title: string;
  english: string;
  subtitle: string;
  warnings: string[];
  summary: Table;
  curve: { title: string; note: string; asked: [number, number][]; base: [number, number][] };
  /** `seconds` as numbers for the bars. */
  weakest: Table & { seconds: number[]; empty: string };
  tables: Table[];
  alone: { title: string; lines: string[] };
  assumptions: { title: string; lines: string[]; english: string[] };
  footer: string[];
}

const aloneLines = 16;
const doctorLines = 12;

export function foresightView({ foresight, names, area, at }: ForesightSheet, { ja, en }: BothWords): ForesightView {
  const said = (key: string, values = {}) => ja.say(`foresight.${key}`, values);
  const { asked, base, broken, hasDraftPlans } = foresight;
  const { association } = names;
  const where = { association, area: area ?? said('whole'), base: monthText(base.month, ja), at: formatLocal(at) };
  return {
    title: said('title', { month: monthText(asked.month, ja) }),
    english: en.say('foresight.title', { month: monthText(asked.month, en) }),
    subtitle: said('asked_about', where),
    warnings: [
      ...(broken > 0 ? [said('broken', { n: broken }), en.say('foresight.broken', { n: broken })] : []),
      ...(hasDraftPlans ? [said('draft_plans'), en.say('foresight.draft_plans')] : []),
    ],
    summary: summaryOf(asked, base, ja),
    curve: {
      ...{ title: said('curve'), note: said('curve_base', { base: where.base }) },
      ...{ asked: curveOf(asked), base: curveOf(base) },
    },
    weakest: weakestOf(asked.weakest, names, ja),
    tables: tablesOf(asked, names, ja),
    alone: { title: said('alone'), lines: aloneOf(asked, names, ja) },
    assumptions: {
      title: said('assumptions'),
      lines: [said('assume.real'), ...assumptionsOf(foresight, ja)],
      english: [en.say('foresight.assumptions'), en.say('foresight.assume.real'), ...assumptionsOf(foresight, en)],
    },
    footer: [said('footer')],
  };
}

function monthText(month: string, words: Words): string {
  const [year, number] = month.split('-');
  return words.say('foresight.month_of', { year: year!, month: words.language === 'ja' ? Number(number) : number! });
}

const columns = ['calls', 'median', 'p90', 'over180', 'standby', 'nobody'] as const;

function cellsOf(figures: Figures, words: Words): string[] {
  const said = (key: string, n: number | null): string =>
    n === null ? words.say('foresight.none') : words.say(`foresight.${key}`, { n });
  const percent = (share: number | null): string =>
    said('percent', share === null ? null : Math.round(share * 1000) / 10);
  const { calls, median, p90, over180, standby, nobody } = figures;
  return [
    said('count', calls),
    said('seconds', median),
    said('seconds', p90),
    ...[over180, standby, nobody].map(percent),
  ];
}

const headsOf = (first: string, words: Words): string[] =>
  [first, ...columns].map((key) => (key === '' ? '' : words.say(`foresight.head.${key}`)));

function summaryOf(asked: MonthFigures, base: MonthFigures, words: Words): Table {
  return {
    title: words.say('foresight.night'),
    heads: headsOf('', words),
    rows: [asked, base].map((one) => [monthText(one.month, words), ...cellsOf(one.all, words)]),
  };
}

const curveOf = ({ curve }: MonthFigures): [number, number][] => curve.map(({ seconds, share }) => [seconds, share]);

function dateText(date: LocalDate, words: Words): string {
  const [, month, day] = date.split('-').map(Number);
  const weekday = words.say(`foresight.weekday.d${weekdayOf(date)}`);
  return words.say('foresight.date_of', { month: month!, day: day!, weekday });
}

const datesShown = 5;
/** The first few, and how many more. */
function datesText(dates: readonly LocalDate[], words: Words): string {
  const rest = dates.length - datesShown;
  const shown = dates.slice(0, datesShown).map((date) => dateText(date, words));
  return [...shown, ...(rest > 0 ? [words.say('foresight.alone_more', { n: rest })] : [])].join(' ');
}

function weakestOf(nights: readonly WeakNight[], names: Names, words: Words): ForesightView['weakest'] {
  const said = (key: string, values = {}) => words.say(`foresight.${key}`, values);
  return {
    title: said('weakest'),
    empty: said('no_weakest'),
    heads: ['date', 'area', 'mean', 'over180', 'standby', 'duty'].map((key) => said(`head.${key}`)),
    rows: nights.map((night) => {
      const [, , , over180, standby] = cellsOf(night, words);
      const duty = night.doctors.map((id) => names.of.get(id) ?? '').join('→') || said('hole');
      return [
        ...[datesText(night.dates, words), names.of.get(night.areaId) ?? ''],
        ...[said('seconds', { n: night.meanSeconds }), over180!, standby!, duty],
      ];
    }),
    seconds: nights.map(({ meanSeconds }) => meanSeconds),
  };
}

function tablesOf(asked: MonthFigures, { of }: Names, words: Words): Table[] {
  const said = (key: string, values = {}) => words.say(`foresight.${key}`, values);
  const table = <One extends Figures>(
    name: string,
    head: string,
    all: readonly One[],
    label: (one: One) => string,
  ) => ({
    title: said(name),
    heads: headsOf(head, words),
    rows: all.map((one) => [label(one), ...cellsOf(one, words)]),
  });
  const shown = asked.doctors.slice(0, doctorLines);
  const rest = asked.doctors.slice(doctorLines);
  return [
    table('by_area', 'area', asked.areas, ({ areaId }) => of.get(areaId) ?? ''),
    table('by_weekday', 'weekday', asked.weekdays, ({ weekday }) => said(`weekday.d${weekday}`)),
    table('by_hour', 'hour', asked.hours, ({ hour }) => said('hour_of', { n: hour })),
    {
      title: [said('doctors'), rest[0] && said('doctors_more', { n: rest.length, most: rest[0].asked })]
        .filter(Boolean)
        .join('　'),
      heads: ['doctor', 'nights', 'asked', 'accepted'].map((key) => said(`head.${key}`)),
      rows: shown.map(({ doctorId, nightsOnDuty, asked: times, accepted }) => {
        return [of.get(doctorId) ?? '', ...[nightsOnDuty, times, accepted].map(String)];
      }),
    },
  ];
}

function aloneOf({ alone }: MonthFigures, { of }: Names, words: Words): string[] {
  const said = (key: string, values = {}) => words.say(`foresight.${key}`, values);
  if (alone.length === 0) return [said('alone_none')];
  const lines = alone.slice(0, aloneLines).map(({ date, areaId, doctors, fewest }) => {
    const who = fewest === 0 ? said('hole') : said('alone_doctor', { name: of.get(doctors[0] ?? '') ?? '' });
    return said('alone_line', { date: dateText(date, words), area: of.get(areaId) ?? '', who });
  });
  return [...lines, ...(alone.length > aloneLines ? [said('alone_more', { n: alone.length - aloneLines })] : [])];
}

function assumptionsOf({ rounds, nights, callsPerNight, callsSource }: Foresight, words: Words): string[] {
  const said = (key: string, values = {}) => words.say(`foresight.assume.${key}`, values);
  return [
    said('played', { rounds, nights }),
    said(callsSource === 'counted' ? 'calls_counted' : 'calls_model', { calls: callsPerNight }),
    ...['people', 'willing', 'callers', 'days'].map((key) => said(key)),
  ];
}
