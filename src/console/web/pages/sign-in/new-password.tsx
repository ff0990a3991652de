/** A new password with its authenticator app, and the recovery codes that come with it: for an invitation and for one's account. */
import { Button, Code, Group, Image, PasswordInput, SimpleGrid, Stack, Text, TextInput, Title } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import { type Answer, Refused } from '../../api.ts';
import { Problem } from '../../shell/problem.tsx';
import { useWords } from '../../words/words.ts';
import { signInRefusals, signInWords } from './words.ts';

type Codes = Answer<'begin_my_password'>;

export interface NewPasswordBody {
  ceremony: string;
  signInName: string;
  password: string;
  code: string;
}

export interface NewPasswordProps {
  codes: Codes;
  signInName?: string;
  /** Sends it; resolves with the recovery codes. */
  onSubmit: (body: NewPasswordBody) => Promise<{ recoveryCodes: string[] }>;
  onDone: () => void;
}

export function NewPassword({ codes, signInName = '', onSubmit, onDone }: NewPasswordProps): ReactNode {
  const words = useWords(signInWords);
  const [typed, setTyped] = useState({ signInName, password: '', code: '' });
  const [ceremony, setCeremony] = useState(codes.ceremony);
  const [error, setError] = useState<unknown>(null);
  const [recoveryCodes, setRecoveryCodes] = useState<string[] | null>(null);
  if (recoveryCodes) return <RecoveryCodes codes={recoveryCodes} onDone={onDone} />;
  const type = (change: Partial<typeof typed>): void => setTyped((before) => ({ ...before, ...change }));
  const submit = (): void => {
    setError(null);
    onSubmit({ ceremony, ...typed }).then(
      (kept) => setRecoveryCodes(kept.recoveryCodes),
      (refused: unknown) => {
        // The same symbol goes on under a new handle, so that nobody has to scan it again for a short password.
        if (refused instanceof Refused && typeof refused.detail.ceremony === 'string')
          setCeremony(refused.detail.ceremony);
        setError(refused);
      },
    );
  };
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      <Stack>
        <Title order={2} size="h4">
          {words.step1}
        </Title>
        <Image src={codes.symbol} alt={words.symbol} w={200} h={200} />
        <Text size="sm">{words.secret}</Text>
        <Code block fz="md">
          {codes.secret.replace(/(.{4})(?=.)/g, '$1 ')}
        </Code>
        <Title order={2} size="h4">
          {words.step2}
        </Title>
        <TextInput
          label={words.signInName}
          description={words.nameHint}
          value={typed.signInName}
          onChange={(event) => type({ signInName: event.currentTarget.value })}
          autoComplete="username"
          autoCapitalize="none"
          spellCheck={false}
          required
        />
        <PasswordInput
          label={words.password}
          description={words.passwordHint}
          value={typed.password}
          onChange={(event) => type({ password: event.currentTarget.value })}
          autoComplete="new-password"
          required
        />
        <Title order={2} size="h4">
          {words.step3}
        </Title>
        <TextInput
          label={words.code}
          value={typed.code}
          onChange={(event) => type({ code: event.currentTarget.value })}
          autoComplete="one-time-code"
          inputMode="numeric"
          required
        />
        <Problem error={error} own={signInRefusals} />
        <Button type="submit" size="md">
          {words.start}
        </Button>
      </Stack>
    </form>
  );
}

function RecoveryCodes({ codes, onDone }: { codes: readonly string[]; onDone: () => void }): ReactNode {
  const words = useWords(signInWords);
  return (
    <Stack>
      <Title order={2} size="h3">
        {words.recoveryTitle}
      </Title>
      <Text>{words.recoveryWhy}</Text>
      <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="xs">
        {codes.map((code) => (
          <Code key={code} block fz="md">
            {code}
          </Code>
        ))}
      </SimpleGrid>
      <Group>
        <Button variant="default" onClick={() => window.print()}>
          {words.print}
        </Button>
        <Button onClick={onDone}>{words.kept}</Button>
      </Group>
    </Stack>
  );
}
