/** The telephones of one person or desk. */
import { Button, Group, NativeSelect, Text, TextInput, Title } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import { useDo } from '../../api.ts';
import { Problem } from '../../shell/problem.tsx';
import { fill, useWords } from '../../words/words.ts';
import type { EntryPartProps } from './entry-form.tsx';
import { directoryRefusals, directoryWords } from './words.ts';

const kinds = ['mobile', 'landline', 'clinic', 'desk'] as const;

export interface PhoneRow {
  /** Stays with the row when it moves. */
  key: number;
  number: string;
  kind: (typeof kinds)[number];
}

export function Phones({ kind, entry, mayWrite, onSaved }: EntryPartProps): ReactNode {
  const words = useWords(directoryWords);
  const change = useDo('change_phones', ['read_entry', 'search_directory']);
  const [rows, setRows] = useState<readonly PhoneRow[]>(() => entry.phones.map((phone, key) => ({ ...phone, key })));
  const save = (): void => {
    const phones = rows.map(({ number, kind: phoneKind }) => ({ number, kind: phoneKind }));
    change.mutate(
      { params: { kind, id: entry.id }, body: { revision: entry.revision, phones } },
      { onSuccess: onSaved },
    );
  };
  if (!mayWrite)
    return (
      <section>
        <Title order={2} size="h3" mt="xl">
          {words.phonesTitle}
        </Title>
        {entry.phones.map(({ number, kind: phoneKind }) => (
          <Text key={number}>
            {number}（{words[phoneKind]}）
          </Text>
        ))}
      </section>
    );
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        save();
      }}
    >
      <Title order={2} size="h3" mt="xl">
        {words.phonesTitle}
      </Title>
      <Text>{words.phonesIntro}</Text>
      <PhoneRows rows={rows} onRows={setRows} />
      <Problem error={change.error} own={directoryRefusals} />
      <Group mt="sm">
        <Button type="submit" loading={change.isPending}>
          {words.save}
        </Button>
      </Group>
    </form>
  );
}

interface PhoneRowsProps {
  rows: readonly PhoneRow[];
  onRows(rows: readonly PhoneRow[]): void;
  /** What is wrong with the number at this place, from 1. */
  faultAt?(place: number): string | undefined;
}

/** Numbers in the order in which they ring: typed, moved, removed. */
export function PhoneRows({ rows, onRows, faultAt }: PhoneRowsProps): ReactNode {
  const words = useWords(directoryWords);
  const set = (place: number, some: Partial<PhoneRow>): void =>
    onRows(rows.map((row, index) => (index === place ? { ...row, ...some } : row)));
  const up = (place: number): void => {
    const moved = [...rows];
    moved.splice(place - 1, 0, ...moved.splice(place, 1));
    onRows(moved);
  };
  const add = (): void =>
    onRows([...rows, { key: Math.max(-1, ...rows.map(({ key }) => key)) + 1, number: '', kind: 'mobile' }]);
  return (
    <>
      {rows.map((row, index) => (
        <Group key={row.key} align="end" my="xs">
          <TextInput
            label={fill(words.number, { place: index + 1 })}
            inputMode="tel"
            value={row.number}
            error={faultAt?.(index + 1)}
            onChange={(event) => set(index, { number: event.currentTarget.value })}
          />
          <NativeSelect
            label={fill(words.phoneKind, { place: index + 1 })}
            value={row.kind}
            onChange={(event) => set(index, { kind: event.currentTarget.value as PhoneRow['kind'] })}
            data={kinds.map((value) => ({ value, label: words[value] }))}
          />
          {index > 0 && (
            <Button variant="default" aria-label={fill(words.up, { place: index + 1 })} onClick={() => up(index)}>
              {words.upShort}
            </Button>
          )}
          <Button
            variant="default"
            aria-label={fill(words.remove, { place: index + 1 })}
            onClick={() => onRows(rows.filter(({ key }) => key !== row.key))}
          >
            {words.removeShort}
          </Button>
        </Group>
      ))}
      <Button variant="default" onClick={add} disabled={rows.length >= 9} mt="xs">
        {words.add}
      </Button>
    </>
  );
}
