/** One person's account, as the administrator changes it. */
import { Button, Divider, Group, NativeSelect, Stack, Text, TextInput } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import { call } from '../../api.ts';
import { Dialog } from '../../shell/dialog.tsx';
import { Problem } from '../../shell/problem.tsx';
import { useProof } from '../../shell/proof.tsx';
import { shellWords } from '../../words/shell.ts';
import { useWords } from '../../words/words.ts';
import type { Link } from './link-dialog.tsx';
import { type Role, roles } from './roles.ts';
import type { Person } from './staff-page.tsx';
import { staffRefusals, staffWords } from './words.ts';

export interface PersonDialogProps {
  person: Person;
  onLink: (link: Link) => void;
  onChanged: () => void;
  onClose: () => void;
}

export function PersonDialog({ person, onLink, onChanged, onClose }: PersonDialogProps): ReactNode {
  const words = useWords(staffWords);
  const shell = useWords(shellWords);
  const sure = useProof();
  const [name, setName] = useState(person.name);
  const [role, setRole] = useState<Role>(person.role);
  const [error, setError] = useState<unknown>(null);
  const params = { staffId: person.id };
  const attempt = (way: () => Promise<unknown>): void => {
    setError(null);
    sure(way).then(() => {
      onChanged();
      onClose();
    }, setError);
  };
  const change = (body: { name?: string; role?: Role; isActive?: boolean }): void =>
    attempt(() => call('change_staff', { params, body }));
  const reset = (): void => {
    setError(null);
    sure(() => call('reset_staff', { params })).then((made) => onLink({ name: person.name, ...made }), setError);
  };
  return (
    <Dialog title={person.name} onClose={onClose}>
      <Stack>
        <Problem error={error} own={staffRefusals} />
        <form
          onSubmit={(event) => {
            event.preventDefault();
            change({ name, role });
          }}
        >
          <Stack>
            <TextInput
              label={words.name}
              value={name}
              onChange={(event) => setName(event.currentTarget.value)}
              maxLength={100}
              required
            />
            <NativeSelect
              label={words.role}
              value={role}
              onChange={(event) => setRole(event.currentTarget.value as Role)}
              data={roles.map((value) => ({ value, label: shell[value] }))}
            />
            <Button type="submit">{words.save}</Button>
          </Stack>
        </form>
        <Divider />
        <Text size="sm">{words.resetWhy}</Text>
        <Group>
          {person.isActive && (
            <Button variant="default" onClick={reset}>
              {words.reset}
            </Button>
          )}
          <Button variant="default" onClick={() => attempt(() => call('sign_out_staff', { params }))}>
            {words.signOut}
          </Button>
          <Button
            color={person.isActive ? 'red' : 'blue'}
            variant="light"
            onClick={() => change({ isActive: !person.isActive })}
          >
            {person.isActive ? words.deactivate : words.activate}
          </Button>
        </Group>
      </Stack>
    </Dialog>
  );
}
