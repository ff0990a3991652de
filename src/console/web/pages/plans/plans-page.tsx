/** Settings of hunts, area by area, and a dry run beneath. */
import { Alert, Button, Group, NativeSelect, Text, Title } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import { type Answer, useCall, useDo } from '../../api.ts';
import { Problem } from '../../shell/problem.tsx';
import { useTime } from '../../words/time.ts';
import { fill, useWords } from '../../words/words.ts';
import { History } from './history.tsx';
import { Rehearsal } from './rehearsal.tsx';
import { Settings, type Values } from './settings.tsx';
import { planWords } from './words.ts';

export default function PlansPage(): ReactNode {
  const words = useWords(planWords);
  const plans = useCall('list_plans', {});
  const me = useCall('who_am_i', {});
  const [chosen, setChosen] = useState<string | null>(null);
  const [isSaved, setSaved] = useState(false);
  const area = plans.data?.areas.find(({ id }) => id === chosen) ?? plans.data?.areas[0];
  return (
    <>
      <Title order={1}>{words.title}</Title>
      <Text mb="md">{words.intro}</Text>
      <Problem error={plans.error} onRetry={() => void plans.refetch()} />
      {plans.data && area && (
        <>
          <NativeSelect
            label={words.area}
            value={area.id}
            onChange={(event) => {
              setChosen(event.currentTarget.value);
              setSaved(false);
            }}
            data={plans.data.areas.map(({ id, name }) => ({ value: id, label: name }))}
            maw={320}
            mb="md"
          />
          {isSaved && (
            <Alert color="green" role="status" mb="md">
              {words.saved}
            </Alert>
          )}
          <OneArea
            key={`${area.id} ${JSON.stringify(area.own)}`}
            plans={plans.data}
            onSaved={() => setSaved(true)}
            area={area}
            mayWrite={me.data?.permissions.includes('plans.write') ?? false}
            maySeePatients={me.data?.permissions.includes('patients.read') ?? false}
          />
        </>
      )}
    </>
  );
}

interface OneAreaProps {
  plans: Answer<'list_plans'>;
  area: Answer<'list_plans'>['areas'][number];
  mayWrite: boolean;
  maySeePatients: boolean;
  onSaved: () => void;
}

/** A new one whenever what is stored changes: nothing old stays in the fields. */
function OneArea({ plans, area, mayWrite, maySeePatients, onSaved }: OneAreaProps): ReactNode {
  const words = useWords(planWords);
  const stored = typedOf(area.own);
  const [values, setValues] = useState<Values>(stored);
  const isChanged = JSON.stringify(sorted(values)) !== JSON.stringify(sorted(stored));
  return (
    <>
      {area.isFaulty && <Alert color="red">{words.isFaulty}</Alert>}
      {!mayWrite && <Alert color="blue">{words.readOnly}</Alert>}
      {area.draft && <Draft areaId={area.id} draft={area.draft} mayWrite={mayWrite} onTake={setValues} />}
      <Settings {...{ plans, area, values, isChanged, mayWrite, onSaved }} onValues={setValues} />
      <History area={area} />
      <Rehearsal areaId={area.id} own={isChanged ? values : null} maySeePatients={maySeePatients} />
    </>
  );
}

interface DraftProps {
  areaId: string;
  draft: NonNullable<OneAreaProps['area']['draft']>;
  mayWrite: boolean;
  onTake: (values: Values) => void;
}

/** Settings that lie ready and count for nothing: into the fields, where the dry run tries them and they are put in force; or away. */
function Draft({ areaId, draft, mayWrite, onTake }: DraftProps): ReactNode {
  const words = useWords(planWords);
  const time = useTime();
  const discard = useDo('save_plan_draft', ['list_plans']);
  return (
    <Alert color="blue" my="sm">
      <Text>{fill(words.draftThere, { at: time(draft.savedAt) })}</Text>
      <Problem error={discard.error} />
      <Group mt="xs">
        <Button variant="default" onClick={() => onTake(typedOf(draft.own))}>
          {words.takeDraft}
        </Button>
        {mayWrite && (
          <Button
            variant="default"
            loading={discard.isPending}
            onClick={() => discard.mutate({ params: { areaId }, body: { own: null } })}
          >
            {words.discardDraft}
          </Button>
        )}
      </Group>
    </Alert>
  );
}

const typedOf = (own: Readonly<Record<string, unknown>>): Values =>
  Object.fromEntries(Object.entries(own).map(([name, value]) => [name, String(value)]));

const sorted = (values: Values): [string, string][] =>
  Object.entries(values)
    .filter(([, value]) => value !== '')
    .sort(([one], [other]) => (one < other ? -1 : 1));
