/** Bars for the eye, the same in words for everybody else. */
import { Table, Text, Title } from '@mantine/core';
import type { ReactNode } from 'react';
import type { Answer } from '../../api.ts';
import { Scroll } from '../../shell/scroll.tsx';
import { fill, useWords } from '../../words/words.ts';
import { planWords } from './words.ts';

type Night = Answer<'rehearse_hunt'>;
type Person = Night['people'][number];
type Ring = Person['rings'][number];

const day = new Intl.DateTimeFormat('ja-JP', { timeZone: 'Asia/Tokyo', dateStyle: 'full' });
const clock = new Intl.DateTimeFormat('ja-JP', { timeZone: 'Asia/Tokyo', timeStyle: 'short' });
const colours = { doctor: '#0b4f93', hospital: '#14532d', standby: '#8a4b00' } as const;

export function TimeLine({ night }: { night: Night }): ReactNode {
  const words = useWords(planWords);
  const openedAt = new Date(night.openedAt);
  const length = Math.max(30, Math.ceil(night.endsAtSeconds / 30) * 30);
  return (
    <section aria-live="polite">
      <Title order={3} size="h4" mt="md">
        {fill(words.result, { date: day.format(openedAt), time: clock.format(openedAt) })}
      </Title>
      {night.people.length === 0 && <Text fw={700}>{words.nobody}</Text>}
      <Scroll minWidth={640}>
        <Table verticalSpacing={4}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{words.who}</Table.Th>
              <Table.Th w="55%">
                <Scale length={length} />
              </Table.Th>
              <Table.Th>{words.when}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {night.people.map((person) => (
              <Table.Tr key={person.id}>
                <Table.Td>
                  {person.name}{' '}
                  <Text span size="sm">
                    （{words[person.relation ?? (person.role as 'hospital')]}
                    {person.isPutLast && `・${words.putLast}`}）
                  </Text>
                </Table.Td>
                <Table.Td>
                  <Bars person={person} steps={night.steps} length={length} />
                </Table.Td>
                <Table.Td>
                  {joined(person.rings)
                    .map((ring) => spanText(ring, words))
                    .join('、')}
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Scroll>
      <ul>
        {night.steps.map(({ atSeconds, what }) => (
          <li key={`${what} ${atSeconds}`}>
            <b>{fill(words.seconds, { count: atSeconds })}</b>　{words[what]}
          </li>
        ))}
      </ul>
    </section>
  );
}

function Scale({ length }: { length: number }): ReactNode {
  const marks = Array.from({ length: Math.floor(length / 30) }, (_, place) => place * 30);
  return (
    <div style={{ position: 'relative', height: '1.4em', fontWeight: 400 }} aria-hidden="true">
      {marks.map((mark) => (
        <span key={mark} style={{ position: 'absolute', left: `${(mark / length) * 100}%` }}>
          {mark}
        </span>
      ))}
    </div>
  );
}

interface BarsProps {
  person: Person;
  steps: Night['steps'];
  length: number;
}

function Bars({ person, steps, length }: BarsProps): ReactNode {
  return (
    <svg viewBox={`0 0 ${length} 20`} width="100%" height="24" preserveAspectRatio="none" aria-hidden="true">
      {steps.map(({ atSeconds, what }) => (
        <line
          key={what}
          {...{ x1: atSeconds, x2: atSeconds, y1: 0, y2: 20, stroke: '#a30b0b', strokeDasharray: '3 3' }}
          vectorEffect="non-scaling-stroke"
        />
      ))}
      {person.rings.map(({ fromSeconds, untilSeconds, ring, phone }) => (
        <rect
          key={`${fromSeconds} ${phone} ${ring}`}
          {...{ x: fromSeconds, y: 3, width: Math.max(1, untilSeconds - fromSeconds), height: 14 }}
          fill={colours[person.role]}
          opacity={ring > 1 ? 0.6 : 1}
        />
      ))}
    </svg>
  );
}

interface Span extends Omit<Ring, 'phone'> {
  phones: Ring['phone'][];
}

/** Telephones that ring together are one span. */
function joined(rings: readonly Ring[]): Span[] {
  const spans: Span[] = [];
  for (const { phone, ...ring } of rings) {
    const same = spans.find((span) => span.fromSeconds === ring.fromSeconds && span.untilSeconds === ring.untilSeconds);
    if (same) same.phones.push(phone);
    else spans.push({ ...ring, phones: [phone] });
  }
  return spans;
}

function spanText({ fromSeconds, untilSeconds, ring, phones }: Span, words: Readonly<Record<string, string>>): string {
  const phone = phones.map((kind) => words[kind]).join('・');
  return fill((ring > 1 ? words.again : words.span) ?? '', { from: fromSeconds, until: untilSeconds, phone });
}
