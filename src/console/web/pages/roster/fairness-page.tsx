/** How the burden of a month is shared, as plots and as the table behind them. */
import { Group, Loader, SegmentedControl, Table, Text } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import { useSearchParams } from 'wouter';
import { type Answer, useCall } from '../../api.ts';
import { Problem } from '../../shell/problem.tsx';
import { Scroll } from '../../shell/scroll.tsx';
import { useWords } from '../../words/words.ts';
import { BarPlot } from './bar-plot.tsx';
import { MonthSteps, monthOr } from './choose.tsx';
import { Frame } from './frame.tsx';
import { rosterWords } from './words.ts';

type Doctor = Answer<'roster_fairness'>['doctors'][number];

export default function FairnessPage(): ReactNode {
  const [search] = useSearchParams();
  const areas = useCall('roster_areas', {});
  const month = monthOr(search.get('month'), areas.data?.today);
  const read = useCall('roster_fairness', { params: { month: month ?? '' } }, { enabled: month !== null, keeps: true });
  if (month === null) return <Frame>{null}</Frame>;
  return (
    <Frame>
      <Group my="xs">
        <MonthSteps month={month} />
      </Group>
      <Problem error={read.error} onRetry={() => void read.refetch()} />
      {!read.data && !read.error && <Loader />}
      {read.data && <Report doctors={read.data.doctors} />}
    </Frame>
  );
}

const views = ['points', 'calls', 'awake'] as const;
type View = (typeof views)[number];

function Report({ doctors }: { doctors: Doctor[] }): ReactNode {
  const words = useWords(rosterWords);
  const [view, setView] = useState<View>('points');
  const hours = (minutes: number): number => Math.round(minutes / 6) / 10;
  const series: Record<View, { label: string; color: string; value: (doctor: Doctor) => number }[]> = {
    points: [{ label: words.points, color: '#1864ab', value: (doctor) => doctor.points }],
    calls: [
      { label: words.rung, color: '#868e96', value: (doctor) => doctor.rung },
      { label: words.answered, color: '#4c6ef5', value: (doctor) => doctor.answered },
      { label: words.accepted, color: '#0b7285', value: (doctor) => doctor.accepted },
    ],
    awake: [{ label: words.awake, color: '#862e9c', value: (doctor) => hours(doctor.awakeMinutes) }],
  };
  const amount = (doctor: Doctor): number => series[view][0]?.value(doctor) ?? 0;
  const hint = { points: words.pointsHint, calls: words.callsHint, awake: words.awakeHint }[view];
  return (
    <>
      <SegmentedControl
        aria-label={words.fairness}
        data={views.map((value) => ({ value, label: words[value] }))}
        value={view}
        onChange={(chosen) => setView(chosen as View)}
      />
      <Text size="sm" my="xs">
        {hint}
      </Text>
      <BarPlot
        title={words[view]}
        rows={[...doctors]
          .sort((a, b) => amount(b) - amount(a))
          .map((doctor) => ({ key: doctor.id, name: doctor.name, of: doctor }))}
        series={series[view]}
      />
      <Scroll minWidth={620} mt="md">
        <Table aria-label={words.fairness} verticalSpacing={2} striped>
          <Table.Thead>
            <Table.Tr>
              {[words.doctor, words.nights, words.daysOff, words.points].map((head) => (
                <Table.Th key={head}>{head}</Table.Th>
              ))}
              {[words.rung, words.answered, words.accepted, words.awake].map((head) => (
                <Table.Th key={head}>{head}</Table.Th>
              ))}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {doctors.map((doctor) => (
              <Table.Tr key={doctor.id}>
                <Table.Th scope="row">{doctor.name}</Table.Th>
                <Table.Td>{doctor.nights}</Table.Td>
                <Table.Td>{doctor.daysOff}</Table.Td>
                <Table.Td>{doctor.points}</Table.Td>
                <Table.Td>{doctor.rung}</Table.Td>
                <Table.Td>{doctor.answered}</Table.Td>
                <Table.Td>{doctor.accepted}</Table.Td>
                <Table.Td>{hours(doctor.awakeMinutes)}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Scroll>
    </>
  );
}
