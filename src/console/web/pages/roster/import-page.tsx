/** A roster out of a file: chosen, shown line by line, and taken over. */
import { Button, Fieldset, FileInput, Group, NativeSelect, SegmentedControl, Select, Table, Text } from '@mantine/core';
import { type FormEvent, type ReactNode, useState } from 'react';
import { type Answer, useCall, useDo } from '../../api.ts';
import { Problem } from '../../shell/problem.tsx';
import { fill, useWords } from '../../words/words.ts';
import { Frame, useDay, useHours } from './frame.tsx';
import { importWords } from './import-words.ts';
import { rosterRefusals } from './refusal-words.ts';
import { rosterWords } from './words.ts';

type Preview = Answer<'preview_roster_file'>;
type Outcome = Preview['lines'][number]['outcome'];
const outcomes = ['taken', 'same', 'clash', 'unknown_doctor', 'outside', 'unread'] as const;
const colours: Readonly<Record<Outcome, string>> = {
  ...{ taken: '#0b6b4f', same: '#495057', clash: '#a61e1e', unknown_doctor: '#a61e1e' },
  ...{ outside: '#9c3a00', unread: '#a61e1e' },
};
/** What is on the screen of other pages and changes with it. */
const changed = ['roster_month', 'roster_areas', 'preview_roster_file'] as const;

interface Given {
  file: string;
  areaId: string;
  doctorId: string | null;
}

export default function ImportPage(): ReactNode {
  const words = useWords(importWords);
  const lists = useCall('roster_feeds', {});
  return (
    <Frame>
      <Text size="sm" mt="xs">
        {words.hint}
      </Text>
      <Text size="sm">{words.columns}</Text>
      <Text size="sm" mb="xs">
        {words.example}
      </Text>
      <Problem error={lists.error} onRetry={() => void lists.refetch()} />
      {lists.data && <Import areas={lists.data.areas} doctors={lists.data.doctors} />}
    </Frame>
  );
}

function Import({ areas, doctors }: Pick<Answer<'roster_feeds'>, 'areas' | 'doctors'>): ReactNode {
  const words = useWords(importWords);
  const [file, setFile] = useState<File | null>(null);
  const [areaId, setAreaId] = useState(areas[0]?.id ?? '');
  const [doctorId, setDoctorId] = useState<string | null>(null);
  const [given, setGiven] = useState<Given | null>(null);
  const preview = useDo('preview_roster_file');
  const take = useDo('import_roster_file', changed);
  const forget = (): void => {
    preview.reset();
    take.reset();
  };
  const check = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    if (!file) return;
    forget();
    const body = { file: await base64Of(file), areaId, doctorId };
    setGiven(body);
    preview.mutate({ body });
  };
  return (
    <>
      <form onSubmit={(event) => void check(event)}>
        <Fieldset legend={words.check} my="sm">
          <Group align="end">
            <FileInput
              label={words.file}
              accept=".csv,.ics,text/csv,text/calendar"
              value={file}
              onChange={(next) => {
                setFile(next);
                forget();
              }}
              w={300}
            />
            <NativeSelect
              label={words.forArea}
              data={areas.map(({ id, name }) => ({ value: id, label: name }))}
              value={areaId}
              onChange={(event) => setAreaId(event.currentTarget.value)}
            />
            <Select
              label={words.ofDoctor}
              placeholder={words.nobody}
              data={doctors.map(({ id, name }) => ({ value: id, label: name }))}
              value={doctorId}
              onChange={setDoctorId}
              searchable
              clearable
              clearButtonProps={{ 'aria-label': words.nobody }}
              w={380}
            />
            <Button type="submit" disabled={!file} loading={preview.isPending}>
              {words.check}
            </Button>
          </Group>
          <Problem error={preview.error} own={rosterRefusals} />
        </Fieldset>
      </form>
      <Problem error={take.error} own={rosterRefusals} />
      {take.data && (
        <Text c="teal.9" fw={700} size="lg" role="status">
          {fill(words.done, { n: take.data.changed })}
        </Text>
      )}
      {preview.data && !take.data && given && (
        <Found
          preview={preview.data}
          isBusy={take.isPending}
          onTake={() => take.mutate({ body: { ...given, fingerprint: preview.data.fingerprint } })}
        />
      )}
    </>
  );
}

/** In pieces: a whole file at once would be too many arguments. */
async function base64Of(file: File): Promise<string> {
  const bytes = new Uint8Array(await file.arrayBuffer());
  let text = '';
  for (let at = 0; at < bytes.length; at += 8192) text += String.fromCharCode(...bytes.subarray(at, at + 8192));
  return btoa(text);
}

interface FoundProps {
  preview: Preview;
  isBusy: boolean;
  onTake(): void;
}

function Found({ preview: { lines, counts }, isBusy, onTake }: FoundProps): ReactNode {
  const words = useWords(importWords);
  const known: Readonly<Record<string, string>> = words;
  const place = useWords(rosterWords).place;
  const day = useDay();
  const hours = useHours();
  const [shown, setShown] = useState<Outcome | 'all'>('all');
  const data = [
    { value: 'all', label: `${words.all} ${lines.length}` },
    ...outcomes
      .filter((one) => (counts[one] ?? 0) > 0)
      .map((one) => ({ value: one, label: `${words[one]} ${counts[one]}` })),
  ];
  return (
    <section aria-label={words.result}>
      <Group my="sm">
        {(counts.taken ?? 0) > 0 ? (
          <Button onClick={onTake} loading={isBusy}>
            {fill(words.takeOver, { n: counts.taken ?? 0 })}
          </Button>
        ) : (
          <Text fw={700}>{words.nothing}</Text>
        )}
        <SegmentedControl
          aria-label={words.outcome}
          data={data}
          value={shown}
          onChange={(value) => setShown(value as Outcome | 'all')}
        />
      </Group>
      <Table.ScrollContainer minWidth={700}>
        <Table aria-label={words.result}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{words.line}</Table.Th>
              <Table.Th>{words.duty}</Table.Th>
              <Table.Th>{words.doctor}</Table.Th>
              <Table.Th>{words.outcome}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {lines
              .filter(({ outcome }) => shown === 'all' || shown === outcome)
              .map((line, index) => (
                <Table.Tr key={`${line.line} ${line.place?.date ?? index}`}>
                  <Table.Td>{line.line}</Table.Td>
                  <Table.Td>
                    {line.place
                      ? `${line.place.area} ${day(line.place.date)} ${hours(line.place)} ${fill(place, { n: line.place.position })}`
                      : line.text}
                  </Table.Td>
                  <Table.Td>{line.doctor ?? line.text}</Table.Td>
                  <Table.Td>
                    <Text span c={colours[line.outcome]} fw={600}>
                      {words[line.outcome]}
                    </Text>
                    {line.reason && `　${known[`why_${line.reason}`] ?? line.reason}`}
                    {line.before && line.outcome === 'taken' && `　${fill(words.replaces, { name: line.before })}`}
                  </Table.Td>
                </Table.Tr>
              ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
    </section>
  );
}
