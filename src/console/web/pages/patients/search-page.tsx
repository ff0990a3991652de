import { Group, NativeSelect, Text, TextInput, Title } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { type KeyboardEvent, type ReactNode, useState } from 'react';
import { useLocation } from 'wouter';
import { type Answer, useCall } from '../../api.ts';
import { More, usePages } from '../../shell/pages-of.tsx';
import { Problem } from '../../shell/problem.tsx';
import { fill, useWords } from '../../words/words.ts';
import { moveAmongRows, PatientRow } from './patient-row.tsx';
import './patients.css';
import { patientWords } from './words.ts';

/** What was typed last is there again when one comes back from a patient; in no address, because it may be a name. */
const typed = { text: '', areaId: '' };
const pauseMs = 150;

export default function SearchPage(): ReactNode {
  const words = useWords(patientWords);
  const [, go] = useLocation();
  const [asked, setAsked] = useState({ ...typed });
  const ask = (change: Partial<typeof typed>): void => setAsked({ ...Object.assign(typed, change) });
  const [settled] = useDebouncedValue(asked, pauseMs);
  const { text, areaId } = asked;
  const areas = useCall('patient_areas', {});
  const found = usePages(
    'search_patients',
    settled,
    (after: string | null) => ({ body: { text: settled.text, areaId: settled.areaId || null, after } }),
    ({ next }) => next,
  );
  const pages = found.data?.pages ?? [];
  const rows = pages.flatMap((page) => page.rows);
  const onKeyDown = (event: KeyboardEvent): void => {
    const only = rows[0];
    if (event.key === 'Enter' && rows.length === 1 && only) return go(`/patients/${only.patientId}`);
    moveAmongRows(event);
  };
  return (
    <>
      <Title order={1} mb="sm">
        {words.title}
      </Title>
      <Group align="flex-start" mb="xs">
        <TextInput
          size="lg"
          style={{ flex: '1 1 18rem' }}
          label={words.searchFor}
          description={words.searchHint}
          value={text}
          autoFocus
          autoComplete="off"
          spellCheck={false}
          onChange={(event) => ask({ text: event.currentTarget.value })}
          onKeyDown={onKeyDown}
        />
        <NativeSelect
          size="lg"
          label={words.area}
          value={areaId}
          onChange={(event) => ask({ areaId: event.currentTarget.value })}
          data={[
            { value: '', label: words.everywhere },
            ...(areas.data ?? []).map(({ id, name }) => ({ value: id, label: name })),
          ]}
        />
      </Group>
      <Problem error={found.error} onRetry={() => void found.refetch()} />
      <Told answer={pages[0]} count={rows.length} isTyped={settled.text.trim() !== ''} />
      <ul className="patient-list">
        {rows.map((row) => (
          <li key={row.patientId}>
            <PatientRow row={row} onKeyDown={moveAmongRows} />
          </li>
        ))}
      </ul>
      {!found.error && <More of={found} />}
    </>
  );
}

/** What was understood of it, what was not, and how many there are; read aloud when it changes. */
function Told({
  answer,
  count,
  isTyped,
}: {
  answer: Answer<'search_patients'> | undefined;
  count: number;
  isTyped: boolean;
}): ReactNode {
  const words = useWords(patientWords);
  const { understood = [], unread = [], isLoose = false, next = null } = answer ?? {};
  const kinds = understood.map((kind) => words[`understood_${kind}`]).join('・');
  const isWaiting = understood.length === 0 && unread.length > 0;
  return (
    <div role="status" style={{ minHeight: '3.2em' }}>
      {answer && !isWaiting && (
        <Text fw={600}>
          {kinds && `${fill(words.understood, { kinds })} `}
          {count === 0 && isTyped ? words.nobody : fill(next ? words.foundMore : words.found, { count })}
        </Text>
      )}
      {isLoose && count > 0 && <Text>{words.loose}</Text>}
      {[...new Set(unread)].map((why) => (
        <Text key={why}>{words[`unread_${why}`]}</Text>
      ))}
    </div>
  );
}
