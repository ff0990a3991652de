/** The ways in: passkey first, then password and code, then another system. */
import { Button, Divider, PasswordInput, Stack, Text, TextInput } from '@mantine/core';
import { startAuthentication } from '@simplewebauthn/browser';
import { type ReactNode, useState } from 'react';
import { call, Refused, useCall } from '../../api.ts';
import { Problem } from '../../shell/problem.tsx';
import { fill, useWords } from '../../words/words.ts';
import { goToOidc } from './oidc-journey.ts';
import { signInRefusals, signInWords } from './words.ts';

export default function SignInForm({ onSignedIn }: { onSignedIn: () => unknown }): ReactNode {
  const words = useWords(signInWords);
  const ways = useCall('sign_in_ways', {});
  const [error, setError] = useState<unknown>(null);
  const [isBusy, setBusy] = useState(false);
  const attempt = async (way: () => Promise<unknown>): Promise<void> => {
    setError(null);
    setBusy(true);
    await way().catch(setError);
    setBusy(false);
  };
  const { passkeys, oidc } = ways.data ?? { passkeys: false, oidc: null };
  return (
    <Stack>
      <Problem error={ways.error ?? error} own={signInRefusals} />
      {passkeys && (
        <>
          <Button size="lg" disabled={isBusy} onClick={() => void attempt(() => byPasskey().then(onSignedIn))}>
            {words.passkey}
          </Button>
          <Text size="sm" ta="center">
            {words.passkeyHint}
          </Text>
          <Divider label={words.or} />
        </>
      )}
      <PasswordForm isBusy={isBusy} onSubmit={(typed) => void attempt(() => byPassword(typed).then(onSignedIn))} />
      {oidc && (
        <Button variant="default" disabled={isBusy} onClick={() => void attempt(() => goToOidc('begin_oidc_sign_in'))}>
          {fill(words.oidc, { name: oidc })}
        </Button>
      )}
      <Text size="sm">{words.help}</Text>
    </Stack>
  );
}

interface Typed {
  signInName: string;
  password: string;
  code: string;
}

const byPassword = (body: Typed): Promise<unknown> => call('sign_in_with_password', { body });

async function byPasskey(): Promise<void> {
  const { ceremony, options } = await call('begin_passkey_sign_in', {});
  const response = await startAuthentication({ optionsJSON: options }).catch(() => {
    throw new Refused(401, 'passkey_wrong', {}); // cancelled, or none on this device
  });
  await call('sign_in_with_passkey', { body: { ceremony, response } });
}

function PasswordForm({ isBusy, onSubmit }: { isBusy: boolean; onSubmit: (typed: Typed) => void }): ReactNode {
  const words = useWords(signInWords);
  const [typed, setTyped] = useState<Typed>({ signInName: '', password: '', code: '' });
  const type = (change: Partial<Typed>): void => setTyped((before) => ({ ...before, ...change }));
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        onSubmit(typed);
      }}
    >
      <Stack>
        <TextInput
          label={words.signInName}
          value={typed.signInName}
          onChange={(event) => type({ signInName: event.currentTarget.value })}
          autoComplete="username"
          autoCapitalize="none"
          spellCheck={false}
          required
        />
        <PasswordInput
          label={words.password}
          value={typed.password}
          onChange={(event) => type({ password: event.currentTarget.value })}
          autoComplete="current-password"
          required
        />
        <TextInput
          label={words.code}
          description={words.codeHint}
          value={typed.code}
          onChange={(event) => type({ code: event.currentTarget.value })}
          autoComplete="one-time-code"
          required
        />
        <Button type="submit" variant="default" disabled={isBusy}>
          {words.signIn}
        </Button>
      </Stack>
    </form>
  );
}
