/** Somebody new: all fields of the lists, what is wrong beside each of them; nothing typed is lost. */
import { Alert, Anchor, Button, Group, SimpleGrid, Text, TextInput, Title } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import { Link, useParams } from 'wouter';
import { type Answer, Refused, useDo } from '../../api.ts';
import { Problem } from '../../shell/problem.tsx';
import { fill, useWords } from '../../words/words.ts';
import { Choices } from './choices.tsx';
import type { Fields } from './entry-form.tsx';
import { HospitalFields } from './hospital-fields.tsx';
import { type PhoneRow, PhoneRows } from './phones.tsx';
import { directoryRefusals, directoryWords, faultWords } from './words.ts';

const kinds = ['doctor', 'facility', 'hospital', 'standby'] as const;
type Kind = (typeof kinds)[number];
type Added = Answer<'add_entry'>;

const named = { name: '', spokenName: '', isActive: true };
const empty: Readonly<Record<Kind, Fields>> = {
  doctor: { entry: 'doctor', ...named, areaId: '', facilityId: null },
  facility: { entry: 'facility', ...named, kind: 'clinic', areaId: null, phone: null, fax: null },
  hospital: {
    ...{ entry: 'hospital', ...named, takesByDay: false, nightFrom: 1020, nightTo: 1980 },
    ...{ acceptsNeeds: [], bedTypes: [] },
  },
  standby: { entry: 'standby', ...named, position: 1 },
};
const firstPhone = (kind: Kind): PhoneRow[] =>
  kind === 'facility' ? [] : [{ key: 0, number: '', kind: kind === 'hospital' ? 'desk' : 'mobile' }];

export default function NewPage(): ReactNode {
  const words = useWords(directoryWords);
  const params = useParams<{ kind: string }>();
  const kind = kinds.find((one) => one === params.kind) ?? 'doctor';
  const [added, setAdded] = useState<(Added & { name: string }) | null>(null);
  return (
    <>
      <Anchor component={Link} href={`/directory?kind=${kind}`}>
        ← {words.back}
      </Anchor>
      <Title order={1}>{words[`new_${kind}`]}</Title>
      {added ? (
        <Registered kind={kind} added={added} onAnother={() => setAdded(null)} />
      ) : (
        <NewForm key={kind} kind={kind} onAdded={setAdded} />
      )}
    </>
  );
}

function NewForm({ kind, onAdded }: { kind: Kind; onAdded(added: Added & { name: string }): void }): ReactNode {
  const words = useWords(directoryWords);
  const add = useDo('add_entry', ['search_directory', 'directory_choices']);
  const [code, setCode] = useState('');
  const [fields, setFields] = useState<Fields>(empty[kind]);
  const [phones, setPhones] = useState<readonly PhoneRow[]>(firstPhone(kind));
  const faultAt = useFaults(add.error);
  const set = (some: Partial<Fields>): void => setFields((before) => ({ ...before, ...some }) as Fields);
  const save = (): void => {
    const written = phones.filter(({ number }) => number.trim() !== '');
    const body = { code, fields, phones: written.map(({ number, kind: phoneKind }) => ({ number, kind: phoneKind })) };
    setPhones(written.length > 0 ? written : firstPhone(kind));
    add.mutate({ params: { kind }, body }, { onSuccess: (done) => onAdded({ ...done, name: fields.name }) });
  };
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        save();
      }}
    >
      <SimpleGrid cols={{ base: 1, sm: 2 }} my="md">
        <TextInput
          label={words.code}
          description={words[`codeHint_${kind}`]}
          required
          autoComplete="off"
          value={code}
          error={faultAt('code')}
          onChange={(event) => setCode(event.currentTarget.value)}
        />
        <div />
        {(['name', 'spokenName'] as const).map((field) => (
          <TextInput
            key={field}
            label={words[field]}
            required
            autoComplete="off"
            value={fields[field]}
            onChange={(event) => set({ [field]: event.currentTarget.value })}
          />
        ))}
        <Choices fields={fields} onFields={set} faultAt={faultAt} />
      </SimpleGrid>
      {fields.entry === 'hospital' && <HospitalFields fields={fields} onFields={set} faultAt={faultAt} />}
      {kind !== 'facility' && (
        <>
          <Title order={2} size="h3" mt="md">
            {words.phonesTitle}
          </Title>
          <PhoneRows rows={phones} onRows={setPhones} faultAt={(place) => faultAt(`phones.${place}`)} />
        </>
      )}
      <Problem error={add.error} own={directoryRefusals} />
      <Button type="submit" mt="md" loading={add.isPending}>
        {words.register}
      </Button>
    </form>
  );
}

/** What the server said about a field, in words. */
function useFaults(error: unknown): (field: string) => string | undefined {
  const words: Readonly<Record<string, string>> = useWords(faultWords);
  const faults = error instanceof Refused && error.code === 'not_added' ? error.detail.faults : [];
  return (field) => {
    const found = (faults as { field: string; code: string }[]).find((one) => one.field === field);
    return found && (words[found.code] ?? words.blank);
  };
}

function Registered(props: { kind: Kind; added: Added & { name: string }; onAnother(): void }): ReactNode {
  const { kind, added, onAnother } = props;
  const words = useWords(directoryWords);
  return (
    <Alert color="green" role="status" my="md">
      <Text fw={700}>{fill(words.added, { name: added.name, code: added.code })}</Text>
      {added.pin && (
        <Text size="lg" my="sm">
          {fill(words.pinOnce, { pin: added.pin })}
        </Text>
      )}
      <Text mb="sm">{words.faxNext}</Text>
      <Group>
        <Anchor component={Link} href={`/directory/${kind}/${added.id}`} underline="always" c="blue.9">
          {words.openAdded}
        </Anchor>
        <Button variant="default" onClick={onAnother}>
          {words.another}
        </Button>
      </Group>
    </Alert>
  );
}
