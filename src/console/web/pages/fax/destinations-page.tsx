import { Alert, Button, Group, NativeSelect, Text, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { type ReactNode, useState } from 'react';
import { type Answer, useDo } from '../../api.ts';
import { More, usePages } from '../../shell/pages-of.tsx';
import { usePermissions } from '../../shell/permissions.ts';
import { Problem } from '../../shell/problem.tsx';
import '../../shell/rows.css';
import { useTime } from '../../words/time.ts';
import { fill, useWords } from '../../words/words.ts';
import { destinationRefusals, destinationWords } from './destination-words.ts';
import { FaxViews } from './fax-views.tsx';
import { FreezeDialog } from './freeze-dialog.tsx';
import { RegisterDialog } from './register-dialog.tsx';
import { RetireDialog } from './retire-dialog.tsx';
import { SealedPolicy } from './sealed-policy.tsx';

type Destination = Answer<'fax_destinations'>['destinations'][number];
const filters = ['all', 'unconfirmed', 'due', 'frozen'] as const;

export default function DestinationsPage(): ReactNode {
  const words = useWords(destinationWords);
  const may = usePermissions();
  const [filter, setFilter] = useState<(typeof filters)[number]>('all');
  const [typed, setTyped] = useState('');
  const [sought] = useDebouncedValue(typed.trim(), 200);
  const [isAdding, setAdding] = useState(false);
  const [freezing, setFreezing] = useState<Destination | null>(null);
  const [retiring, setRetiring] = useState<Destination | null>(null);
  const query = { filter, ...(sought === '' ? {} : { words: sought }) };
  const asked = usePages(
    'fax_destinations',
    query,
    (after: string | null) => ({ query: { ...query, ...(after === null ? {} : { after }) } }),
    ({ next }) => next,
  );
  const test = useDo('test_fax_destination', ['fax_destinations']);
  const rows = asked.data?.pages.flatMap(({ destinations }) => destinations) ?? [];
  return (
    <>
      <FaxViews />
      <Text mb="sm">{words.why}</Text>
      <Group align="flex-end" mb="sm">
        <NativeSelect
          label={words.filter}
          value={filter}
          onChange={(event) => setFilter(event.currentTarget.value as typeof filter)}
          data={filters.map((one) => ({ value: one, label: words[one] }))}
        />
        <TextInput label={words.search} value={typed} onChange={(event) => setTyped(event.currentTarget.value)} />
        {may.has('fax.destinations') && <Button onClick={() => setAdding(true)}>{words.add}</Button>}
      </Group>
      <Problem error={asked.error} onRetry={() => void asked.refetch()} />
      <Problem error={test.error} own={destinationRefusals} />
      {test.isSuccess && <Alert role="status">{words.testDone}</Alert>}
      {asked.data && rows.length === 0 && <Text>{words.none}</Text>}
      {rows.length > 0 && (
        <table className="rows">
          <thead>
            <tr>
              <th>{words.owner}</th>
              <th>{words.number}</th>
              <th>{words.form}</th>
              <th>{words.state}</th>
              <th />
            </tr>
          </thead>
          <tbody>
            {rows.map((one) => (
              <tr key={one.id} className={one.status === 'frozen' ? 'is-alarmed' : ''}>
                <th scope="row">
                  {words[one.owner.kind]} {one.owner.code} {one.owner.name}
                </th>
                <td data-label={words.number} className="tabular">
                  {fill(words.place, { position: one.position })}　{one.number}
                </td>
                <td data-label={words.form}>{words[`form_${one.form}`]}</td>
                <td data-label={words.state}>
                  <DestinationState one={one} />
                </td>
                <td>
                  <Steps
                    one={one}
                    onTest={() => test.mutate({ params: { destinationId: one.id } })}
                    onFreeze={() => setFreezing(one)}
                    onRetire={() => setRetiring(one)}
                  />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      <More of={asked} />
      <SealedPolicy />
      {retiring && <RetireDialog destination={retiring} onClose={() => setRetiring(null)} />}
      {isAdding && <RegisterDialog onClose={() => setAdding(false)} />}
      {freezing && (
        <FreezeDialog
          target={{ destinationId: freezing.id }}
          number={freezing.number}
          onClose={() => setFreezing(null)}
        />
      )}
    </>
  );
}

function DestinationState({ one }: { one: Destination }): ReactNode {
  const words = useWords(destinationWords);
  const time = useTime();
  const isCodeOver = one.codeUntil !== null && Date.parse(one.codeUntil) < Date.now();
  return (
    <>
      <Text fw={700} c={one.status === 'frozen' ? 'red.9' : 'inherit'}>
        {words[`status_${one.status}`]}
      </Text>
      {one.isTestAsked && <Text size="sm">{words.testAsked}</Text>}
      {one.codeUntil !== null && (
        <Text size="sm">{isCodeOver ? words.codeOver : fill(words.codeUntil, { at: time(one.codeUntil) })}</Text>
      )}
      {one.codeUntil !== null && one.codeFailures > 0 && (
        <Text size="sm">{fill(words.codeFailures, { count: one.codeFailures })}</Text>
      )}
      {one.status === 'confirmed' && one.confirmDueAt !== null && (
        <Text size="sm">{fill(words.dueAt, { at: time(one.confirmDueAt) })}</Text>
      )}
      {one.isDue && (
        <Text size="sm" fw={700} c="red.9">
          {words.isDue}
        </Text>
      )}
    </>
  );
}

function Steps(props: { one: Destination; onTest(): void; onFreeze(): void; onRetire(): void }): ReactNode {
  const { one, onTest, onFreeze, onRetire } = props;
  const words = useWords(destinationWords);
  const may = usePermissions();
  const named = { name: one.owner.name, number: one.number };
  const isFrozen = one.status === 'frozen';
  return (
    <Group gap="xs">
      {!isFrozen && may.has('fax.destinations') && (
        <Button
          variant="default"
          size="compact-md"
          disabled={one.isTestAsked}
          aria-label={fill(words.testOf, named)}
          onClick={onTest}
        >
          {words.test}
        </Button>
      )}
      {may.has('fax.destinations') && (
        <Button variant="default" size="compact-md" aria-label={fill(words.retireOf, named)} onClick={onRetire}>
          {words.retire}
        </Button>
      )}
      {!isFrozen && may.has('fax.freeze') && (
        <Button
          variant="outline"
          color="red"
          size="compact-md"
          aria-label={fill(words.freezeOf, named)}
          onClick={onFreeze}
        >
          {words.freeze}
        </Button>
      )}
    </Group>
  );
}
