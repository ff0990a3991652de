/** A new number is proposed: owner, place, digits. A second person checks it before it stands on the list. */
import { Alert, Anchor, Button, Group, Modal, NativeSelect, Stack, Text, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { type FormEvent, type ReactNode, useState } from 'react';
import { Link } from 'wouter';
import { type Answer, Refused, type Sent, useCall, useDo } from '../../api.ts';
import { Problem } from '../../shell/problem.tsx';
import { fill, useWords } from '../../words/words.ts';
import { destinationRefusals, destinationWords } from './destination-words.ts';

type Owner = Answer<'fax_owners'>['owners'][number];
type Wanted = Sent<'propose_fax_destination'>['body'];
const forms: readonly Wanted['form'][] = ['full', 'pseudonymous', 'sealed'];

export function RegisterDialog({ onClose }: { onClose: () => void }): ReactNode {
  const words = useWords(destinationWords);
  const [owner, setOwner] = useState<Owner | null>(null);
  const [position, setPosition] = useState(1);
  const [number, setNumber] = useState('');
  const [form, setForm] = useState<Wanted['form']>('full');
  const propose = useDo('propose_fax_destination', ['list_proposals']);
  const onPropose = (event: FormEvent): void => {
    event.preventDefault();
    if (!owner) return;
    const { kind, id } = owner;
    propose.mutate({ body: { owner: { kind, id }, position, number, form } });
  };
  return (
    <Modal opened onClose={onClose} title={words.addTitle} closeButtonProps={{ 'aria-label': words.cancel }}>
      {propose.isSuccess ? (
        <Stack>
          <Alert role="status">{words.proposed}</Alert>
          <Anchor component={Link} href="/proposals" data-autofocus>
            {words.openProposals}
          </Anchor>
        </Stack>
      ) : (
        <form onSubmit={onPropose} noValidate>
          <Stack>
            {owner ? <Chosen owner={owner} onOther={() => setOwner(null)} /> : <Find onChosen={setOwner} />}
            {owner && (
              <>
                <NativeSelect
                  label={words.position}
                  value={position}
                  onChange={(event) => setPosition(Number(event.currentTarget.value))}
                  data={[1, 2, 3].map((value) => ({ value: String(value), label: placeText(owner, value, words) }))}
                />
                <TextInput
                  label={words.number}
                  description={words.numberHint}
                  inputMode="tel"
                  autoComplete="off"
                  value={number}
                  onChange={(event) => setNumber(event.currentTarget.value)}
                />
                <NativeSelect
                  label={words.form}
                  value={form}
                  onChange={(event) => setForm(event.currentTarget.value as Wanted['form'])}
                  data={forms.map((value) => ({ value, label: words[`form_${value}`] }))}
                />
                <Problem error={reasonOf(propose.error)} own={destinationRefusals} />
                <Button type="submit" loading={propose.isPending}>
                  {words.propose}
                </Button>
              </>
            )}
          </Stack>
        </form>
      )}
    </Modal>
  );
}

/** Why a proposal is impossible is its own refusal here: each has words. */
function reasonOf(error: Refused | null): Refused | null {
  if (error?.code !== 'proposal_impossible') return error;
  return new Refused(error.status, String(error.detail.reason), {});
}

function placeText({ taken }: Owner, position: number, words: Readonly<Record<'taken' | 'free', string>>): string {
  const held = taken.find((one) => one.position === position);
  return held ? fill(words.taken, { position, lastFour: held.lastFour }) : fill(words.free, { position });
}

function Chosen({ owner, onOther }: { owner: Owner; onOther: () => void }): ReactNode {
  const words = useWords(destinationWords);
  const { kind, code, name, officeFax } = owner;
  return (
    <>
      <Group justify="space-between">
        <Text fw={700}>{fill(words.chosen, { kind: words[kind], code, name })}</Text>
        <Button variant="default" size="compact-md" onClick={onOther}>
          {words.other}
        </Button>
      </Group>
      {officeFax !== null && <Text>{fill(words.officeFax, { number: officeFax })}</Text>}
    </>
  );
}

function Find({ onChosen }: { onChosen: (owner: Owner) => void }): ReactNode {
  const words = useWords(destinationWords);
  const [typed, setTyped] = useState('');
  const [sought] = useDebouncedValue(typed.trim(), 200);
  const found = useCall('fax_owners', { query: { words: sought } }, { enabled: sought !== '', keeps: true });
  return (
    <>
      <TextInput
        data-autofocus
        label={words.findOwner}
        value={typed}
        onChange={(event) => setTyped(event.currentTarget.value)}
      />
      <Problem error={found.error} />
      {sought !== '' && found.data?.owners.length === 0 && <Text role="status">{words.noOwner}</Text>}
      {sought !== '' && (
        <Stack gap={4} role="group" aria-label={words.chooseOwner}>
          {found.data?.owners.map((owner) => (
            <Button key={owner.id} variant="default" justify="flex-start" onClick={() => onChosen(owner)}>
              {words[owner.kind]} {owner.code} {owner.name}
            </Button>
          ))}
        </Stack>
      )}
    </>
  );
}
