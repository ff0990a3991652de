/** Where the other system sends people back to. */
import { Alert, Button, Loader, Stack, TextInput } from '@mantine/core';
import { type ReactNode, useEffect, useRef, useState } from 'react';
import { type Answer, call, Refused } from '../../api.ts';
import { Problem } from '../../shell/problem.tsx';
import { useWords } from '../../words/words.ts';
import { Frame } from './frame.tsx';
import { takeJourney } from './oidc-journey.ts';
import { signInRefusals, signInWords } from './words.ts';

export default function OidcPage(): ReactNode {
  return (
    <Frame>
      <Back />
    </Frame>
  );
}

const goHome = (to = '/'): void => window.location.replace(to);

function Back(): ReactNode {
  const words = useWords(signInWords);
  const [answer, setAnswer] = useState<Answer<'answer_oidc'> | null>(null);
  const [error, setError] = useState<unknown>(null);
  const isAsked = useRef(false);
  useEffect(() => {
    if (isAsked.current) return; // an answer counts once
    isAsked.current = true;
    const { search } = window.location;
    window.history.replaceState(null, '', window.location.pathname);
    const ceremony = takeJourney();
    if (!ceremony) return setError(new Refused(401, 'oidc_wrong', {}));
    call('answer_oidc', { body: { ceremony, search } }).then((answered) => {
      if (answered.status === 'signed_in') goHome();
      else setAnswer(answered);
    }, setError);
  }, []);
  if (error)
    return (
      <Stack>
        <Problem error={error} own={signInRefusals} />
        <Button onClick={() => goHome()}>{words.toSignIn}</Button>
      </Stack>
    );
  if (answer?.status === 'linked')
    return (
      <Stack>
        <Alert>{words.linked}</Alert>
        <Button onClick={() => goHome('/account')}>{words.goOn}</Button>
      </Stack>
    );
  if (answer?.ceremony) return <CodeForm ceremony={answer.ceremony} onRefused={setError} />;
  return <Loader aria-label={words.oidcBack} />;
}

function CodeForm({ ceremony, onRefused }: { ceremony: string; onRefused: (error: unknown) => void }): ReactNode {
  const words = useWords(signInWords);
  const [code, setCode] = useState('');
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        call('answer_oidc_code', { body: { ceremony, code } }).then(() => goHome(), onRefused);
      }}
    >
      <Stack>
        <TextInput
          label={words.code}
          description={words.oidcCode}
          value={code}
          onChange={(event) => setCode(event.currentTarget.value)}
          autoComplete="one-time-code"
          required
        />
        <Button type="submit">{words.signIn}</Button>
      </Stack>
    </form>
  );
}
