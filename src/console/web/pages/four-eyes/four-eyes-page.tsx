import { Alert, Anchor, Button, Card, Group, Loader, Stack, Text, Title } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import { Link } from 'wouter';
import { type Answer, call, useCall } from '../../api.ts';
import { Problem } from '../../shell/problem.tsx';
import { useProof } from '../../shell/proof.tsx';
import { useTime } from '../../words/time.ts';
import { fill, useWords } from '../../words/words.ts';
import { fourEyesRefusals, fourEyesWords } from './words.ts';

type Proposal = Answer<'list_proposals'>['proposals'][number];

export default function FourEyesPage(): ReactNode {
  const words = useWords(fourEyesWords);
  const asked = useCall('list_proposals', {});
  if (!asked.data) return asked.error ? <Problem error={asked.error} /> : <Loader />;
  const { proposals } = asked.data;
  return (
    <Stack maw={860}>
      <Title order={1}>{words.title}</Title>
      <Text>{words.why}</Text>
      {proposals.length === 0 && <Alert>{words.none}</Alert>}
      {proposals.map((proposal) => (
        <ProposalCard key={proposal.id} proposal={proposal} onSettled={() => void asked.refetch()} />
      ))}
    </Stack>
  );
}

function ProposalCard({ proposal, onSettled }: { proposal: Proposal; onSettled: () => void }): ReactNode {
  const words = useWords(fourEyesWords);
  const time = useTime();
  const sure = useProof();
  const [error, setError] = useState<unknown>(null);
  const { id, kind, proposedBy, proposedAt, expiresAt, isOwn } = proposal;
  const params = { proposalId: id };
  const settle = (way: () => Promise<unknown>): void => {
    setError(null);
    sure(way).then(onSettled, setError);
  };
  return (
    <Card withBorder component="section" aria-labelledby={id}>
      <Title order={2} size="h3" id={id}>
        {words[kind]}
      </Title>
      {proposal.kind === 'fax_destination' ? <FaxNumber proposal={proposal} /> : <Dnar proposal={proposal} />}
      <Text size="sm" my="sm">
        {fill(words.proposed, { name: proposedBy, at: time(proposedAt), until: time(expiresAt) })}
      </Text>
      <Problem error={error} own={fourEyesRefusals} />
      <Group>
        {isOwn ? (
          <Text fw={700}>{words.own}</Text>
        ) : (
          <Button onClick={() => settle(() => call('confirm_proposal', { params }))}>{words.confirm}</Button>
        )}
        <Button variant="default" onClick={() => settle(() => call('withdraw_proposal', { params }))}>
          {isOwn ? words.withdraw : words.decline}
        </Button>
      </Group>
    </Card>
  );
}

function FaxNumber({ proposal }: { proposal: Extract<Proposal, { kind: 'fax_destination' }> }): ReactNode {
  const words = useWords(fourEyesWords);
  const { owner: name, ownerCode: code, ownerKind, position, number, form } = proposal;
  return (
    <>
      <Text>{fill(words.whose, { kind: words[ownerKind], code, name, position })}</Text>
      <Text size="xl" fw={700} ff="monospace" my="xs">
        {number}
      </Text>
      <Text>{words[form]}</Text>
      {!proposal.isOwn && <Text mt="xs">{words.checkNumber}</Text>}
    </>
  );
}

function Dnar({ proposal }: { proposal: Extract<Proposal, { kind: 'dnar' }> }): ReactNode {
  const words = useWords(fourEyesWords);
  return (
    <>
      <Text>{words.checkDnar}</Text>
      <Anchor component={Link} href={`/patients/${proposal.patientId}`}>
        {words.openPatient}
      </Anchor>
    </>
  );
}
