/** One doctor, facility, hospital, standby person or area. */
import { Alert, Anchor, Badge, Group, Text, Title } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import { Link, useParams } from 'wouter';
import { type Answer, useCall } from '../../api.ts';
import { Problem } from '../../shell/problem.tsx';
import { useWords } from '../../words/words.ts';
import { EntryForm } from './entry-form.tsx';
import { Phones } from './phones.tsx';
import { directoryWords } from './words.ts';

type Entry = Answer<'read_entry'>;
export type Kind = Entry['fields']['entry'];

export default function EntryPage(): ReactNode {
  const words = useWords(directoryWords);
  const { kind, id } = useParams<{ kind: Kind; id: string }>();
  const entry = useCall('read_entry', { params: { kind, id } });
  const me = useCall('who_am_i', {});
  const [isSaved, setSaved] = useState(false);
  const mayWrite = me.data?.permissions.includes('directory.write') ?? false;
  const onSaved = (): void => setSaved(true);
  return (
    <>
      <Anchor component={Link} href={`/directory?kind=${kind}`}>
        ← {words.back}
      </Anchor>
      <Problem error={entry.error} onRetry={() => void entry.refetch()} />
      {entry.data && me.data && (
        <>
          <Group mt="xs">
            <Title order={1}>{entry.data.fields.name}</Title>
            {'isActive' in entry.data.fields && !entry.data.fields.isActive && (
              <Badge color="gray.8" size="lg">
                {words.inactive}
              </Badge>
            )}
          </Group>
          <Text>
            {words[kind]} {entry.data.code}
          </Text>
          {!mayWrite && (
            <Alert color="blue" my="sm">
              {words.readOnly}
            </Alert>
          )}
          {isSaved && (
            <Alert color="green" role="status" my="sm">
              {words.saved}
            </Alert>
          )}
          <EntryForm key={JSON.stringify(entry.data.fields)} {...{ kind, mayWrite, onSaved }} entry={entry.data} />
          {(kind === 'doctor' || kind === 'hospital' || kind === 'standby') && (
            <Phones key={JSON.stringify(entry.data.phones)} {...{ kind, mayWrite, onSaved }} entry={entry.data} />
          )}
        </>
      )}
    </>
  );
}
