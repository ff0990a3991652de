/** Sensitive steps want a proof of the last ten minutes: when the server asks for it, this does, and then goes on where one was. */
import { Alert, Button, PasswordInput, Stack, Text, TextInput } from '@mantine/core';
import { startAuthentication } from '@simplewebauthn/browser';
import { createContext, type ReactNode, useContext, useState } from 'react';
import { type Answer, call, Refused } from '../api.ts';
import { proofWords } from '../words/proof.ts';
import { useWords } from '../words/words.ts';
import { Dialog } from './dialog.tsx';
import { Problem } from './problem.tsx';

type Sure = <T>(action: () => Promise<T>) => Promise<T>;
const ProofContext = createContext<Sure>((action) => action());

/**
 * Runs what may be sensitive: `const sure = useProof(); await sure(() => invite.mutateAsync(…))`.
 * Rejects with the refusal when the person gives up proving.
 */
export const useProof = (): Sure => useContext(ProofContext);

interface Asking {
  how: Answer<'begin_proof'>;
  /** null: the person gave up. */
  done(isProved: boolean): void;
}

export function ProofProvider({ children }: { children: ReactNode }): ReactNode {
  const [asking, setAsking] = useState<Asking | null>(null);
  const sure: Sure = async (action) => {
    try {
      return await action();
    } catch (error) {
      if (!(error instanceof Refused) || error.code !== 'prove_again') throw error;
      const how = await call('begin_proof', {});
      const isProved = await new Promise<boolean>((done) => setAsking({ how, done }));
      setAsking(null);
      if (!isProved) throw error;
      return action();
    }
  };
  return (
    <ProofContext.Provider value={sure}>
      {children}
      {asking && <ProofDialog {...asking} />}
    </ProofContext.Provider>
  );
}

function ProofDialog({ how, done }: Asking): ReactNode {
  const words = useWords(proofWords);
  const [error, setError] = useState<unknown>(null);
  const [password, setPassword] = useState('');
  const [code, setCode] = useState('');
  const attempt = async (prove: () => Promise<unknown>): Promise<void> => {
    setError(null);
    await prove().then(() => done(true), setError);
  };
  const byPasskey = () =>
    attempt(async () => {
      // A new question each time: one answer counts once.
      const { passkey } = error ? await call('begin_proof', {}) : how;
      if (!passkey) throw new Refused(422, 'passkey_wrong', {});
      const response = await startAuthentication({ optionsJSON: passkey.options }).catch(() => {
        throw new Refused(422, 'passkey_wrong', {});
      });
      await call('prove_with_passkey', { body: { ceremony: passkey.ceremony, response } });
    });
  const byPassword = () => attempt(() => call('prove_with_password', { body: { password, code } }));
  return (
    <Dialog title={words.title} onClose={() => done(false)}>
      <Stack>
        <Text>{words.why}</Text>
        {how.passkey && (
          <Button size="md" onClick={() => void byPasskey()} data-autofocus>
            {words.passkey}
          </Button>
        )}
        {how.hasPassword && (
          <form
            onSubmit={(event) => {
              event.preventDefault();
              void byPassword();
            }}
          >
            <Stack>
              <PasswordInput
                label={words.password}
                value={password}
                onChange={(event) => setPassword(event.currentTarget.value)}
                autoComplete="current-password"
                required
              />
              <TextInput
                label={words.code}
                value={code}
                onChange={(event) => setCode(event.currentTarget.value)}
                autoComplete="one-time-code"
                inputMode="numeric"
                required
              />
              <Button type="submit" variant={how.passkey ? 'default' : 'filled'}>
                {words.confirm}
              </Button>
            </Stack>
          </form>
        )}
        {!how.passkey && !how.hasPassword && <Alert>{words.signInAgain}</Alert>}
        <Problem error={error} />
      </Stack>
    </Dialog>
  );
}
