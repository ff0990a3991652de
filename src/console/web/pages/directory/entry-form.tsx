/** The fields of an entry; what is typed stays in them until it is saved. */
import { Alert, Button, Fieldset, Group, SimpleGrid, TextInput } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import { type Answer, useDo } from '../../api.ts';
import { Problem } from '../../shell/problem.tsx';
import { fill, useWords } from '../../words/words.ts';
import { Choices } from './choices.tsx';
import type { Kind } from './entry-page.tsx';
import { HospitalFields } from './hospital-fields.tsx';
import { directoryRefusals, directoryWords } from './words.ts';

type Entry = Answer<'read_entry'>;
export type Fields = Entry['fields'];

export interface EntryPartProps {
  kind: Kind;
  entry: Entry;
  mayWrite: boolean;
  onSaved: () => void;
}

export function EntryForm({ kind, entry, mayWrite, onSaved }: EntryPartProps): ReactNode {
  const words = useWords(directoryWords);
  const change = useDo('change_entry', ['read_entry', 'search_directory', 'directory_choices']);
  const [fields, setFields] = useState<Fields>(entry.fields);
  const [isStopping, setStopping] = useState(false);
  const set = (some: Partial<Fields>): void => setFields((before) => ({ ...before, ...some }) as Fields);
  const save = (some: Partial<Fields> = {}): void => {
    const body = { revision: entry.revision, fields: { ...fields, ...some } as Fields };
    change.mutate({ params: { kind, id: entry.id }, body }, { onSuccess: onSaved });
  };
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        save();
      }}
    >
      <Fieldset disabled={!mayWrite} variant="unstyled">
        <SimpleGrid cols={{ base: 1, sm: 2 }} my="md">
          <TextInput
            label={words.name}
            required
            value={fields.name}
            onChange={(event) => set({ name: event.currentTarget.value })}
          />
          <TextInput
            label={words.spokenName}
            required
            value={fields.spokenName}
            onChange={(event) => set({ spokenName: event.currentTarget.value })}
          />
          <Choices fields={fields} onFields={set} />
        </SimpleGrid>
        {fields.entry === 'hospital' && <HospitalFields fields={fields} onFields={set} />}
      </Fieldset>
      <Problem error={change.error} own={directoryRefusals} />
      {mayWrite && (
        <Group mt="md">
          <Button type="submit" loading={change.isPending}>
            {words.save}
          </Button>
          {'isActive' in fields && !isStopping && (
            <Button variant="default" onClick={() => (fields.isActive ? setStopping(true) : save({ isActive: true }))}>
              {fields.isActive ? words.deactivate : words.activate}
            </Button>
          )}
        </Group>
      )}
      {isStopping && (
        <Stopping entry={entry} onStop={() => save({ isActive: false })} onCancel={() => setStopping(false)} />
      )}
    </form>
  );
}

/** Whoever leans on the entry is said before it goes. */
function Stopping(props: { entry: Entry; onStop: () => void; onCancel: () => void }): ReactNode {
  const { entry, onStop, onCancel } = props;
  const words = useWords(directoryWords);
  const { patients, duties } = entry.uses;
  return (
    <Alert color="red" role="alertdialog" aria-label={words.deactivate} mt="md">
      <p>{fill(words.deactivateWarning, { name: entry.fields.name })}</p>
      <ul>
        {patients > 0 && <li>{fill(words.usesPatients, { count: patients })}</li>}
        {duties > 0 && <li>{fill(words.usesDuties, { count: duties })}</li>}
      </ul>
      <Group>
        <Button color="red" onClick={onStop}>
          {words.deactivate}
        </Button>
        <Button variant="default" onClick={onCancel} data-autofocus>
          {words.cancel}
        </Button>
      </Group>
    </Alert>
  );
}
