import { Button, Card, Group, NativeSelect, TextInput, Title } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import { call } from '../../api.ts';
import { Problem } from '../../shell/problem.tsx';
import { useProof } from '../../shell/proof.tsx';
import { shellWords } from '../../words/shell.ts';
import { useWords } from '../../words/words.ts';
import type { Link } from './link-dialog.tsx';
import { type Role, roles } from './roles.ts';
import { staffWords } from './words.ts';

const nobody = { name: '', role: 'clerk' as Role, language: 'ja' as 'ja' | 'en' };

export function InviteForm({ onLink }: { onLink: (link: Link) => void }): ReactNode {
  const words = useWords(staffWords);
  const shell = useWords(shellWords);
  const sure = useProof();
  const [typed, setTyped] = useState(nobody);
  const [error, setError] = useState<unknown>(null);
  const type = (change: Partial<typeof typed>): void => setTyped((before) => ({ ...before, ...change }));
  const invite = (): void => {
    setError(null);
    sure(() => call('invite_staff', { body: typed })).then((made) => {
      onLink({ name: typed.name, ...made });
      setTyped(nobody);
    }, setError);
  };
  return (
    <Card withBorder component="section">
      <Title order={2} size="h3" mb="sm">
        {words.invite}
      </Title>
      <Problem error={error} />
      <form
        onSubmit={(event) => {
          event.preventDefault();
          invite();
        }}
      >
        <Group align="end">
          <TextInput
            label={words.name}
            value={typed.name}
            onChange={(event) => type({ name: event.currentTarget.value })}
            maxLength={100}
            autoComplete="off"
            required
          />
          <NativeSelect
            label={words.role}
            value={typed.role}
            onChange={(event) => type({ role: event.currentTarget.value as Role })}
            data={roles.map((role) => ({ value: role, label: shell[role] }))}
          />
          <NativeSelect
            label={words.language}
            value={typed.language}
            onChange={(event) => type({ language: event.currentTarget.value as 'ja' | 'en' })}
            data={[
              { value: 'ja', label: words.ja },
              { value: 'en', label: words.en },
            ]}
          />
          <Button type="submit">{words.makeLink}</Button>
        </Group>
      </form>
    </Card>
  );
}
