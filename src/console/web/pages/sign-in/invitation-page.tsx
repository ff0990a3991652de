/** The one-time link: make a passkey, or a password with an authenticator app, and begin. */
import { Alert, Button, Divider, Loader, Stack, Text, Title } from '@mantine/core';
import { startRegistration } from '@simplewebauthn/browser';
import { type ReactNode, useState } from 'react';
import { type Answer, call, Refused, useCall } from '../../api.ts';
import { Problem } from '../../shell/problem.tsx';
import { shellWords } from '../../words/shell.ts';
import { fill, useWords } from '../../words/words.ts';
import { deviceName } from './device-name.ts';
import { Frame, Heading } from './frame.tsx';
import { NewPassword } from './new-password.tsx';
import { signInRefusals, signInWords } from './words.ts';

/** Behind #, so that it is in no request and no log. */
const invitationOf = (): string => window.location.hash.slice(1);
const begin = (): void => window.location.replace('/');

export default function InvitationPage(): ReactNode {
  const [invitation] = useState(invitationOf);
  const asked = useCall('read_invitation', { body: { invitation } });
  return (
    <Frame language={asked.data?.language}>
      {asked.data && <Choice invitation={invitation} to={asked.data} />}
      {asked.error && <NoGood error={asked.error} />}
      {asked.isPending && <Loader />}
    </Frame>
  );
}

/** A link that was cut off in the mail does not have the shape of one; to its holder that is the same. */
function NoGood({ error }: { error: Refused }): ReactNode {
  const shown = error.code === 'does_not_fit' ? new Refused(404, 'invitation_over', {}) : error;
  return <Problem error={shown} own={signInRefusals} />;
}

function Choice({ invitation, to }: { invitation: string; to: Answer<'read_invitation'> }): ReactNode {
  const words = useWords(signInWords);
  const shell = useWords(shellWords);
  const [codes, setCodes] = useState<Answer<'begin_invited_password'> | null>(null);
  const [error, setError] = useState<unknown>(null);
  const attempt = (way: () => Promise<unknown>): void => {
    setError(null);
    way().catch(setError);
  };
  const { name, role, association, passkeys } = to;
  const toPassword = (): void =>
    attempt(async () => setCodes(await call('begin_invited_password', { body: { invitation } })));
  return (
    <Stack>
      <Heading>{fill(words.welcome, { name })}</Heading>
      {!codes && <Text>{fill(words.invitedAs, { association, role: shell[role] })}</Text>}
      <Problem error={error} own={signInRefusals} />
      {codes ? (
        <NewPassword
          codes={codes}
          onSubmit={(body) => call('enrol_with_password', { body: { invitation, ...body } })}
          onDone={begin}
        />
      ) : (
        <>
          {passkeys ? (
            <>
              <Title order={2} size="h4">
                {words.passkeyTitle}
              </Title>
              <Text>{words.passkeyWhy}</Text>
              <Button size="lg" onClick={() => attempt(() => byPasskey(invitation).then(begin))}>
                {words.makePasskey}
              </Button>
              <Divider label={words.or} />
            </>
          ) : (
            <Alert>{words.noPasskeys}</Alert>
          )}
          <Button variant="default" onClick={toPassword}>
            {words.passwordInstead}
          </Button>
        </>
      )}
    </Stack>
  );
}

async function byPasskey(invitation: string): Promise<void> {
  const { ceremony, options } = await call('begin_invited_passkey', { body: { invitation } });
  const response = await startRegistration({ optionsJSON: options }).catch(() => {
    throw new Refused(422, 'passkey_wrong', {});
  });
  await call('enrol_with_passkey', { body: { invitation, ceremony, response, label: deviceName() } });
}
