/** A record that did not arrive: whether it can be sent once more, and what has to happen first when it cannot. */
import { Alert, Anchor, Button, Group, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { Link } from 'wouter';
import { type Answer, useDo } from '../../api.ts';
import { usePermissions } from '../../shell/permissions.ts';
import { Problem } from '../../shell/problem.tsx';
import { useWords } from '../../words/words.ts';
import { againWords, faxRefusals } from './words.ts';

type Shown = NonNullable<Answer<'sent_fax'>['again']>;

export function SendAgain({ faxId, again }: { faxId: string; again: Shown }): ReactNode {
  const words = useWords(againWords);
  const may = usePermissions();
  const send = useDo('send_again', ['sent_fax', 'sent_faxes']);
  const { state, caseId, recipient } = again;
  const asksAnew = state === 'case_over' || state === 'by_request';
  return (
    <Alert color={state === 'asked' || state === 'sent' ? 'blue' : 'yellow'} role="status">
      <Text fw={700}>{words.title}</Text>
      <Text>{words[state]}</Text>
      {asksAnew && <Text mt="xs">{words[`ask_${recipient.kind}`]}</Text>}
      <Problem error={send.error} own={faxRefusals} />
      <Group mt="sm">
        {state === 'possible' && may.has('fax.work') && (
          <Button loading={send.isPending} onClick={() => send.mutate({ params: { faxId } })}>
            {words.send}
          </Button>
        )}
        {state === 'sent' && again.faxId && <Step to={`/fax/sent/${again.faxId}`} text={words.newer} />}
        {state === 'destination' && <Step to="/fax/destinations" text={words.destinations} />}
        {asksAnew && <Step to={`/directory/${recipient.kind}/${recipient.id}`} text={words.phones} />}
        {caseId && <Step to={`/calls/${caseId}`} text={words.theCase} />}
      </Group>
    </Alert>
  );
}

const Step = ({ to, text }: { to: string; text: string }): ReactNode => (
  <Anchor component={Link} href={to} underline="always">
    {text}
  </Anchor>
);
