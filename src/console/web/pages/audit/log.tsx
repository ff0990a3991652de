import { Button, Group, NativeSelect, Text, TextInput } from '@mantine/core';
import { type FormEvent, type ReactNode, useState } from 'react';
import { type Answer, useCall } from '../../api.ts';
import { More, usePages } from '../../shell/pages-of.tsx';
import { Problem } from '../../shell/problem.tsx';
import { When } from '../../shell/when.tsx';
import { fill, useWords } from '../../words/words.ts';
import { kindWords } from './kind-words.ts';
import { auditRefusals, auditWords } from './words.ts';

type Entry = Answer<'audit_log'>['rows'][number];
type Cursor = NonNullable<Answer<'audit_log'>['next']>;
type Filter = Record<'kind' | 'actor' | 'chain' | 'from' | 'to', string>;

const everything: Filter = { kind: '', actor: '', chain: '', from: '', to: '' };

/** The log, newest first, in words; each entry opens to what it holds: ids, counts and states. */
export function LogTab(): ReactNode {
  const words = useWords(auditWords);
  const [filter, setFilter] = useState(everything);
  const entries = usePages(
    'audit_log',
    filter,
    (after: Cursor | null) => {
      const given = Object.fromEntries(Object.entries(filter).filter(([, value]) => value !== ''));
      return { query: { ...given, ...(after ?? {}) } };
    },
    ({ next }) => next,
  );
  const rows = entries.data?.pages.flatMap((page) => page.rows) ?? [];
  return (
    <>
      <FilterForm filter={filter} onFilter={setFilter} />
      <Problem error={entries.error} own={auditRefusals} onRetry={() => void entries.refetch()} />
      {entries.data && rows.length === 0 && <Text>{words.logEmpty}</Text>}
      <ul className="patient-list">
        {rows.map((entry) => (
          <li key={entry.id}>
            <EntryRow entry={entry} onOnly={(change) => setFilter({ ...everything, ...change })} />
          </li>
        ))}
      </ul>
      {!entries.error && <More of={entries} />}
    </>
  );
}

function FilterForm({ filter, onFilter }: { filter: Filter; onFilter: (filter: Filter) => void }): ReactNode {
  const words = useWords(auditWords);
  const kindsInWords: Readonly<Record<string, string>> = useWords(kindWords);
  const kinds = useCall('audit_kinds', {});
  const [typed, setTyped] = useState(filter);
  const [shown, setShown] = useState(filter);
  if (shown !== filter) {
    // Chosen at an entry: the boxes say so.
    setShown(filter);
    setTyped(filter);
  }
  const type = (name: keyof Filter) => (event: { currentTarget: { value: string } }) =>
    setTyped({ ...typed, [name]: event.currentTarget.value });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    onFilter(typed);
  };
  const box = (name: keyof Filter) => ({ value: typed[name], onChange: type(name), autoComplete: 'off' });
  return (
    <form onSubmit={submit}>
      <Group align="flex-end" mb="md">
        <NativeSelect
          label={words.kind}
          maw="100%"
          {...box('kind')}
          data={[
            { value: '', label: words.allKinds },
            ...(kinds.data ?? []).map((kind) => ({ value: kind, label: kindsInWords[kind] ?? kind })),
          ]}
        />
        <TextInput label={words.from} placeholder={words.dayHint} {...box('from')} />
        <TextInput label={words.to} placeholder={words.dayHint} {...box('to')} />
        <TextInput label={words.actor} {...box('actor')} />
        <TextInput label={words.chain} {...box('chain')} />
        <Button type="submit">{words.search}</Button>
        <Button variant="default" onClick={() => onFilter({ ...everything })}>
          {words.clear}
        </Button>
      </Group>
    </form>
  );
}

function EntryRow({ entry, onOnly }: { entry: Entry; onOnly: (filter: Partial<Filter>) => void }): ReactNode {
  const words = useWords(auditWords);
  const kinds: Readonly<Record<string, string>> = useWords(kindWords);
  const actors: Readonly<Record<string, string>> = words;
  const { at, actor, who, kind, chain, seq, cause, data } = entry;
  return (
    <div className="log-row">
      <When at={at} />
      <strong>{kinds[kind] ?? kind}</strong>
      <span>{who ?? actors[`actor_${actor}`] ?? actor}</span>
      <details>
        <summary>{words.details}</summary>
        <dl className="record-fields">
          <dt>{fill(words.place, { chain, seq })}</dt>
          <dd>
            <Button size="compact-sm" variant="default" onClick={() => onOnly({ chain })}>
              {words.onlyChain}
            </Button>
          </dd>
          <dt>{actor}</dt>
          <dd>
            <Button size="compact-sm" variant="default" onClick={() => onOnly({ actor })}>
              {words.onlyActor}
            </Button>
          </dd>
          <dt>{words.cause}</dt>
          <dd>{cause}</dd>
          {Object.entries(data).map(([name, value]) => [
            <dt key={`${name} name`}>{name}</dt>,
            <dd key={name}>{typeof value === 'string' ? value : JSON.stringify(value)}</dd>,
          ])}
        </dl>
      </details>
    </div>
  );
}
