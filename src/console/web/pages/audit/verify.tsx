import { Alert, Button, Fieldset, Group, Progress, Stack, Text, TextInput, Title } from '@mantine/core';
import { type FormEvent, type ReactNode, useState } from 'react';
import { type Answer, useDo, useLive } from '../../api.ts';
import { LiveBadge } from '../../shell/live-badge.tsx';
import { Problem } from '../../shell/problem.tsx';
import { When } from '../../shell/when.tsx';
import { fill, useLanguage, useWords } from '../../words/words.ts';
import { auditRefusals, auditWords } from './words.ts';

type Verification = Answer<'verifications'>[number];

/** Sets off the verification, shows how far it is, and what it and those before have found. */
export function VerifyTab(): ReactNode {
  const words = useWords(auditWords);
  const { value, isLive } = useLive('verifications', {});
  const start = useDo('start_verification');
  const [size, setSize] = useState('');
  const [root, setRoot] = useState('');
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    const witness = root.trim() === '' ? null : { treeSize: Number(size.normalize('NFKC').replace(/\D/g, '')), root };
    start.mutate({ body: { witness } });
  };
  const [last, ...before] = value ?? [];
  return (
    <>
      <Group justify="space-between" wrap="nowrap" align="flex-start">
        <Text mb="sm">{words.verifyText}</Text>
        <LiveBadge isLive={isLive} />
      </Group>
      <form onSubmit={submit}>
        <Stack align="flex-start">
          <Fieldset legend={words.witness}>
            <Group align="flex-start">
              <TextInput
                label={words.witnessSize}
                inputMode="numeric"
                autoComplete="off"
                value={size}
                onChange={(event) => setSize(event.currentTarget.value)}
              />
              <TextInput
                label={words.witnessRoot}
                description={words.witnessRootHint}
                autoComplete="off"
                style={{ flex: '1 1 22rem' }}
                value={root}
                onChange={(event) => setRoot(event.currentTarget.value)}
              />
            </Group>
          </Fieldset>
          <Button type="submit" size="md" disabled={last?.status === 'running'} loading={start.isPending}>
            {words.start}
          </Button>
        </Stack>
      </form>
      <Problem error={start.error} own={auditRefusals} />
      <div role="status">{last && <Run run={last} />}</div>
      {value?.length === 0 && <Text mt="md">{words.never}</Text>}
      {before.length > 0 && (
        <>
          <Title order={2} size="h3" mt="xl">
            {words.earlier}
          </Title>
          {before.map((run) => (
            <Run key={run.id} run={run} />
          ))}
        </>
      )}
    </>
  );
}

function Run({ run }: { run: Verification }): ReactNode {
  const words = useWords(auditWords);
  const { status, startedAt, startedBy, checked, total } = run;
  const percent = total === 0 ? 0 : Math.min(99, Math.floor((checked / total) * 100));
  return (
    <section style={{ marginTop: 16 }}>
      <Text>
        <When at={startedAt} />　{startedBy && fill(words.startedBy, { name: startedBy })}
      </Text>
      {status === 'running' && (
        <>
          <Text fw={600}>{fill(words.running, { percent, checked, total })}</Text>
          <Progress size="xl" value={percent} aria-label={fill(words.running, { percent, checked, total })} />
        </>
      )}
      {status === 'interrupted' && <Alert color="yellow">{words.interrupted}</Alert>}
      {status === 'failed' && <Alert color="red">{words.failed}</Alert>}
      {run.report && <Found report={run.report} />}
    </section>
  );
}

function Found({ report }: { report: NonNullable<Verification['report']> }): ReactNode {
  const words = useWords(auditWords);
  const language = useLanguage();
  const { isSound, found, entries, chains, rows, unsealed, lastHead, findings } = report;
  return (
    <>
      <span className={isSound ? 'mark mark-good' : 'mark mark-stop'}>
        {isSound ? words.sound : fill(words.unsound, { found })}
      </span>
      <Text>{fill(words.counted, { entries, chains, rows, unsealed })}</Text>
      {lastHead && (
        <Text style={{ overflowWrap: 'anywhere' }}>
          {fill(words.seal, { size: lastHead.treeSize, root: lastHead.root })}
        </Text>
      )}
      <ul>
        {findings.map((one) => (
          <li key={`${one.kind} ${one.chainId} ${one.seq} ${one.en}`}>{one[language]}</li>
        ))}
      </ul>
    </>
  );
}
