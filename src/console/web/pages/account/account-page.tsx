import { Button, Card, Group, Loader, Stack, Table, Text, TextInput, Title } from '@mantine/core';
import { startRegistration } from '@simplewebauthn/browser';
import { type ReactNode, useState } from 'react';
import { type Answer, call, Refused, useCall, useDo } from '../../api.ts';
import { Problem } from '../../shell/problem.tsx';
import { useProof } from '../../shell/proof.tsx';
import { Scroll } from '../../shell/scroll.tsx';
import { useTime } from '../../words/time.ts';
import { fill, useWords } from '../../words/words.ts';
import { deviceName } from '../sign-in/device-name.ts';
import { NewPassword } from '../sign-in/new-password.tsx';
import { goToOidc } from '../sign-in/oidc-journey.ts';
import { signInRefusals } from '../sign-in/words.ts';
import { accountWords } from './words.ts';

type Account = Answer<'my_account'>;

export default function AccountPage(): ReactNode {
  const words = useWords(accountWords);
  const asked = useCall('my_account', {});
  const { data: account } = asked;
  if (!account) return asked.error ? <Problem error={asked.error} /> : <Loader />;
  const again = (): void => void asked.refetch();
  return (
    <Stack maw={860}>
      <Title order={1}>{words.title}</Title>
      <Passkeys account={account} onChange={again} />
      <Password account={account} onChange={again} />
      {account.oidc && <Oidc account={account} name={account.oidc} />}
      <Sessions account={account} />
      <WallScreen />
    </Stack>
  );
}

function Section({ title, error, children }: { title: string; error: unknown; children: ReactNode }): ReactNode {
  return (
    <Card withBorder component="section">
      <Title order={2} size="h3" mb="sm">
        {title}
      </Title>
      <Problem error={error} own={signInRefusals} />
      {children}
    </Card>
  );
}

/** Runs one thing after another that may want a proof, and keeps what went wrong for the section that asked. */
function useAttempt(): [error: unknown, attempt: (way: () => Promise<unknown>) => void] {
  const sure = useProof();
  const [error, setError] = useState<unknown>(null);
  const attempt = (way: () => Promise<unknown>): void => {
    setError(null);
    sure(way).catch(setError);
  };
  return [error, attempt];
}

function Passkeys({ account, onChange }: { account: Account; onChange: () => void }): ReactNode {
  const words = useWords(accountWords);
  const time = useTime();
  const [error, attempt] = useAttempt();
  const remove = (passkeyId: string) => call('remove_my_passkey', { params: { passkeyId } }).then(onChange);
  return (
    <Section title={words.passkeys} error={error}>
      {account.passkeys.length === 0 && <Text>{words.noPasskeys}</Text>}
      {account.passkeys.map(({ id, label, isSynced, createdAt, usedAt }) => (
        <Group key={id} justify="space-between" py="xs">
          <div>
            <Text fw={700}>
              {label}（{isSynced ? words.synced : words.onlyHere}）
            </Text>
            <Text size="sm">
              {fill(words.made, { at: time(createdAt) })} · {fill(words.used, { at: time(usedAt) })}
            </Text>
          </div>
          <Button
            variant="default"
            aria-label={fill(words.removeNamed, { label })}
            onClick={() => attempt(() => remove(id))}
          >
            {words.remove}
          </Button>
        </Group>
      ))}
      <Button mt="sm" w="fit-content" onClick={() => attempt(() => addPasskey().then(onChange))}>
        {words.addPasskey}
      </Button>
    </Section>
  );
}

async function addPasskey(): Promise<void> {
  const { ceremony, options } = await call('begin_my_passkey', {});
  const response = await startRegistration({ optionsJSON: options }).catch(() => {
    throw new Refused(422, 'passkey_wrong', {});
  });
  await call('add_my_passkey', { body: { ceremony, response, label: deviceName() } });
}

function Password({ account, onChange }: { account: Account; onChange: () => void }): ReactNode {
  const words = useWords(accountWords);
  const [error, attempt] = useAttempt();
  const sure = useProof();
  const [codes, setCodes] = useState<Answer<'begin_my_password'> | null>(null);
  const { signInName, recoveryCodesLeft } = account;
  const finish = (): void => {
    setCodes(null);
    onChange();
  };
  return (
    <Section title={words.password} error={error}>
      {codes ? (
        <NewPassword
          codes={codes}
          signInName={signInName ?? ''}
          onSubmit={(body) => sure(() => call('change_my_password', { body }))}
          onDone={finish}
        />
      ) : (
        <>
          <Text mb="sm">
            {signInName ? fill(words.passwordIs, { name: signInName, left: recoveryCodesLeft }) : words.passwordNone}
          </Text>
          <Button
            w="fit-content"
            variant="default"
            onClick={() => attempt(async () => setCodes(await call('begin_my_password', {})))}
          >
            {signInName ? words.changePassword : words.setPassword}
          </Button>
        </>
      )}
    </Section>
  );
}

function Oidc({ account, name }: { account: Account; name: string }): ReactNode {
  const words = useWords(accountWords);
  const [error, attempt] = useAttempt();
  return (
    <Section title={fill(words.oidc, { name })} error={error}>
      <Group>
        {account.isLinked && <Text>{words.isLinked}</Text>}
        <Button variant="default" onClick={() => attempt(() => goToOidc('begin_oidc_link'))}>
          {account.isLinked ? words.relink : words.link}
        </Button>
      </Group>
    </Section>
  );
}

function Sessions({ account }: { account: Account }): ReactNode {
  const words = useWords(accountWords);
  const time = useTime();
  const ending = useDo('end_my_session', ['my_account', 'who_am_i']);
  const endingOthers = useDo('end_my_other_sessions', ['my_account']);
  return (
    <Section title={words.sessions} error={ending.error ?? endingOthers.error}>
      <Scroll minWidth={420}>
        <Table>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{words.device}</Table.Th>
              <Table.Th>{words.since}</Table.Th>
              <Table.Th>{words.seen}</Table.Th>
              <Table.Td />
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {account.sessions.map(({ id, label, signedInAt, seenAt, isThis }) => (
              <Table.Tr key={id}>
                <Table.Td>{label}</Table.Td>
                <Table.Td>{time(signedInAt)}</Table.Td>
                <Table.Td>{time(seenAt)}</Table.Td>
                <Table.Td>
                  {isThis ? (
                    <Text fw={700}>{words.here}</Text>
                  ) : (
                    <Button
                      variant="default"
                      size="compact-sm"
                      aria-label={fill(words.endNamed, { label })}
                      onClick={() => ending.mutate({ params: { sessionId: id } })}
                    >
                      {words.end}
                    </Button>
                  )}
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Scroll>
      {account.sessions.length > 1 && (
        <Button mt="sm" w="fit-content" variant="default" onClick={() => endingOthers.mutate({})}>
          {words.endOthers}
        </Button>
      )}
    </Section>
  );
}

function WallScreen(): ReactNode {
  const words = useWords(accountWords);
  const [label, setLabel] = useState('');
  const [error, attempt] = useAttempt();
  const become = async (): Promise<void> => {
    await call('become_screen', { body: { label } });
    window.location.assign('/');
  };
  return (
    <Section title={words.screen} error={error}>
      <Text mb="sm">{words.screenWhy}</Text>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          attempt(become);
        }}
      >
        <Group align="end">
          <TextInput
            label={words.screenName}
            value={label}
            onChange={(event) => setLabel(event.currentTarget.value)}
            maxLength={60}
            required
          />
          <Button type="submit" variant="default">
            {words.becomeScreen}
          </Button>
        </Group>
      </form>
    </Section>
  );
}
