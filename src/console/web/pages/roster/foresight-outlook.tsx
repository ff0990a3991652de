/** The figures of a simulated month beside the present one, the plots, the tables, and what they rest on. */
import { Alert, List, Table, Text, Title } from '@mantine/core';
import type { ReactNode } from 'react';
import type { Answer } from '../../api.ts';
import { Scroll } from '../../shell/scroll.tsx';
import { fill, useWords } from '../../words/words.ts';
import { CurvePlot } from './foresight-plot.tsx';
import { foresightWords } from './foresight-words.ts';
import { useDay } from './frame.tsx';
import { rosterWords } from './words.ts';

type Told = NonNullable<Answer<'foresight'>['answer']>;
type Month = Told['asked'];
type Figures = Month['all'];

export function Outlook({ answer }: { answer: Told }): ReactNode {
  const words = useWords(foresightWords);
  const { asked, base, broken } = answer;
  const nameOf = ({ month }: Month): string => {
    const [year, number] = month.split('-').map(Number);
    return fill(words.monthName, { year: year ?? 0, month: number ?? 0 });
  };
  const months = [asked, base].map((one) => ({ label: nameOf(one), figures: one.all }));
  const days = useWords(rosterWords);
  const weekdays = [days.sun, days.mon, days.tue, days.wed, days.thu, days.fri, days.sat];
  return (
    <>
      {broken > 0 && <Alert color="red">{fill(words.broken, { n: broken })}</Alert>}
      <FigureTable title={words.summary} head={words.month} rows={months} />
      <Heading>{words.curve}</Heading>
      <Text size="sm">{words.curveHint}</Text>
      <CurvePlot
        title={words.curve}
        lines={[
          { label: nameOf(asked), color: '#1864ab', isDashed: false, points: asked.curve },
          { label: nameOf(base), color: '#5f3dc4', isDashed: true, points: base.curve },
        ]}
      />
      <Weakest nights={asked.weakest} />
      <Alone nights={asked.alone} />
      <FigureTable
        title={words.byArea}
        head={words.area}
        rows={asked.areas.map(({ area, ...figures }) => ({ label: area, figures }))}
      />
      <FigureTable
        title={words.byWeekday}
        head={words.weekday}
        rows={asked.weekdays.map(({ weekday, ...figures }) => ({ label: weekdays[weekday] ?? '', figures }))}
      />
      <FigureTable
        title={words.byHour}
        head={words.hour}
        rows={asked.hours.map(({ hour, ...figures }) => ({ label: fill(words.hourOf, { n: hour }), figures }))}
      />
      <Doctors doctors={asked.doctors} />
      <Assumptions answer={answer} />
    </>
  );
}

const Heading = ({ children }: { children: ReactNode }): ReactNode => (
  <Title order={3} size="h4" mt="xl" mb="xs">
    {children}
  </Title>
);

const percentOf = (share: number): number => Math.round(share * 1000) / 10;

function FigureTable(props: { title: string; head: string; rows: { label: string; figures: Figures }[] }): ReactNode {
  const words = useWords(foresightWords);
  const seconds = (n: number | null): string => (n === null ? '—' : fill(words.seconds, { n }));
  const percent = (share: number | null): string =>
    share === null ? '—' : fill(words.percent, { n: percentOf(share) });
  const heads = [words.calls, words.median, words.p90, words.over180, words.standby, words.nobody];
  return (
    <>
      <Heading>{props.title}</Heading>
      <Scroll minWidth={640}>
        <Table aria-label={props.title} verticalSpacing={4} striped>
          <Table.Thead>
            <Table.Tr>
              {[props.head, ...heads].map((head) => (
                <Table.Th key={head}>{head}</Table.Th>
              ))}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {props.rows.map(({ label, figures: { calls, median, p90, over180, standby, nobody } }) => (
              <Table.Tr key={label}>
                <Table.Th scope="row">{label}</Table.Th>
                <Table.Td>{calls}</Table.Td>
                <Table.Td>{seconds(median)}</Table.Td>
                <Table.Td>{seconds(p90)}</Table.Td>
                <Table.Td>{percent(over180)}</Table.Td>
                <Table.Td>{percent(standby)}</Table.Td>
                <Table.Td>{percent(nobody)}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Scroll>
    </>
  );
}

function Weakest({ nights }: { nights: Month['weakest'] }): ReactNode {
  const words = useWords(foresightWords);
  const day = useDay();
  const longest = Math.max(60, ...nights.map(({ meanSeconds }) => meanSeconds));
  return (
    <>
      <Heading>{words.weakest}</Heading>
      <Text size="sm">{nights.length === 0 ? words.noWeakest : words.weakestHint}</Text>
      {nights.length > 0 && (
        <Scroll minWidth={640}>
          <Table aria-label={words.weakest} verticalSpacing={4}>
            <Table.Thead>
              <Table.Tr>
                {[words.night, words.area, words.mean, words.over180, words.duty].map((head) => (
                  <Table.Th key={head}>{head}</Table.Th>
                ))}
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {nights.map(({ dates, area, meanSeconds, over180, doctors }) => (
                <Table.Tr key={`${dates[0]} ${area}`}>
                  <Table.Th scope="row">{dates.map(day).join(' ')}</Table.Th>
                  <Table.Td>{area}</Table.Td>
                  <Table.Td style={{ whiteSpace: 'nowrap' }}>
                    <span
                      aria-hidden
                      style={{
                        display: 'inline-block',
                        width: (meanSeconds / longest) * 120,
                        height: 12,
                        background: '#1864ab',
                        marginRight: 6,
                      }}
                    />
                    {fill(words.seconds, { n: meanSeconds })}
                  </Table.Td>
                  <Table.Td>{fill(words.percent, { n: percentOf(over180 ?? 0) })}</Table.Td>
                  <Table.Td>{doctors.join('→') || words.hole}</Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </Scroll>
      )}
    </>
  );
}

function Alone({ nights }: { nights: Month['alone'] }): ReactNode {
  const words = useWords(foresightWords);
  const day = useDay();
  return (
    <>
      <Heading>{words.alone}</Heading>
      {nights.length === 0 && <Text>{words.aloneNone}</Text>}
      <List>
        {nights.map(({ date, area, doctors, fewest }) => (
          <List.Item key={`${date} ${area}`}>
            {day(date)} {area}　{fewest === 0 ? words.hole : fill(words.aloneWith, { name: doctors[0] ?? '' })}
          </List.Item>
        ))}
      </List>
    </>
  );
}

function Doctors({ doctors }: { doctors: Month['doctors'] }): ReactNode {
  const words = useWords(foresightWords);
  return (
    <>
      <Heading>{words.byDoctor}</Heading>
      <Scroll minWidth={480}>
        <Table aria-label={words.byDoctor} verticalSpacing={2} striped>
          <Table.Thead>
            <Table.Tr>
              {[words.doctor, words.nightsOnDuty, words.asked, words.accepted].map((head) => (
                <Table.Th key={head}>{head}</Table.Th>
              ))}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {doctors.map(({ name, nightsOnDuty, asked, accepted }, place) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: two doctors may share a name, and the list does not move
              <Table.Tr key={`${place} ${name}`}>
                <Table.Th scope="row">{name}</Table.Th>
                <Table.Td>{nightsOnDuty}</Table.Td>
                <Table.Td>{asked}</Table.Td>
                <Table.Td>{accepted}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Scroll>
    </>
  );
}

function Assumptions({ answer: { rounds, nights, callsPerNight, callsSource } }: { answer: Told }): ReactNode {
  const words = useWords(foresightWords);
  const calls = callsSource === 'counted' ? words.callsCounted : words.callsModel;
  const lines = [words.real, fill(words.played, { rounds, nights }), fill(calls, { n: callsPerNight })];
  return (
    <>
      <Heading>{words.assumptions}</Heading>
      <List>
        {[...lines, words.people, words.willing, words.outside, words.days].map((line) => (
          <List.Item key={line}>{line}</List.Item>
        ))}
      </List>
    </>
  );
}
