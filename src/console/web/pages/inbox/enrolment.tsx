/** An enrolment: the paper on one side, the form on the other; kept while it is typed; at the end a patient with a card. */
import { Alert, Anchor, Button, Group, Text, Title } from '@mantine/core';
import { type KeyboardEvent, type ReactNode, useRef, useState } from 'react';
import { Link } from 'wouter';
import { type Answer, useDo } from '../../api.ts';
import { Problem } from '../../shell/problem.tsx';
import { fill, useWords } from '../../words/words.ts';
import {
  type Check,
  type Draft,
  emptyDraft,
  RecordForm,
  sent,
  useDraftCheck,
  useRecordForm,
} from '../record-form/record-form.tsx';
import { formWords } from '../record-form/words.ts';
import { Enrolled } from './enrolled.tsx';
import { useKept } from './kept.ts';
import { PagePicture, usePicture } from './page-picture.tsx';
import { timeOf } from './time.ts';
import { inboxRefusals, inboxWords } from './words.ts';

export interface OpenedProps {
  item: Answer<'open_item'>;
  onReopen(): void;
  /** Gives the page back and leaves. */
  onLeave(): void;
}

export function Enrolment({ item, onReopen, onLeave }: OpenedProps): ReactNode {
  const words = useWords(inboxWords);
  const keys = useWords(formWords);
  const form = useRecordForm();
  const [draft, setDraft] = useState<Draft>(item.typed.draft ?? emptyDraft);
  const [sheet, setSheet] = useState<readonly string[]>([]);
  const [saysMissing, setSaysMissing] = useState(false);
  const picture = usePicture(item.picture);
  const check = useDraftCheck(form, draft, null);
  const enrol = useDo('enrol_patient');
  const kept = useKept(item.id, { draft, note: item.typed.note }, !enrol.isPending && !enrol.isSuccess);
  const toMend = (check?.findings ?? []).filter(isHolding);
  const isFinishing = useRef(false);
  const finish = (): void => {
    setSaysMissing(true);
    if (!form || isFinishing.current) return;
    if (toMend.length > 0) return focusFirst(toMend[0]?.path ?? '');
    isFinishing.current = true;
    const asked = { params: { itemId: item.id }, body: { draft: sent(form.sections, draft) } };
    const again = (): void => {
      isFinishing.current = false;
    };
    void kept.now().then(() => enrol.mutate(asked, { onError: again }));
  };
  const onKey = (event: KeyboardEvent): void => {
    if (event.key === 'Enter' && event.ctrlKey) finish();
  };
  if (enrol.data) return <Enrolled enrolled={enrol.data} />;
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: it only hears the keys of the fields inside
    <div className="desk" onKeyDown={onKey}>
      <Group className="desk-head" justify="space-between">
        <Title order={1} size="h3">
          {words[item.kind]}
        </Title>
        <Text role="status">
          {kept.error ? words.notSaved : kept.at ? fill(words.saved, { when: timeOf(kept.at) }) : ''}
        </Text>
      </Group>
      <Text size="sm">{keys.keys}</Text>
      <div className="desk-columns">
        {picture && (
          <div className="paper-side">
            <PagePicture
              picture={picture}
              sheet={sheet}
              toMask={
                item.mayHoldMyNumber
                  ? { itemId: item.id, labels: item.labels, onMasked: () => kept.now().then(onReopen) }
                  : null
              }
            />
          </div>
        )}
        <div style={picture ? undefined : { gridColumn: '1 / -1' }}>
          <Duplicates check={check} />
          {form && (
            <RecordForm
              {...{ form, draft, check, saysMissing }}
              onDraft={setDraft}
              picture={picture}
              notes={item.notes}
              onSheet={setSheet}
            />
          )}
        </div>
      </div>
      <div className="desk-foot">
        <Problem error={enrol.error ?? kept.error} own={inboxRefusals} />
        <Group justify="space-between">
          <Text aria-live="polite">
            {toMend.length > 0 && fill(words.toMend, { count: toMend.length })}
            {'　'}
            {fill(words.complete, { count: check?.findings.filter(({ level }) => level === 'complete').length ?? 0 })}
          </Text>
          <Group gap="sm">
            <Button variant="default" onClick={() => kept.now().then(onLeave)}>
              {words.leave}
            </Button>
            <Button onClick={finish} loading={enrol.isPending}>
              {words.finish}
            </Button>
          </Group>
        </Group>
      </div>
    </div>
  );
}

export const isHolding = ({ level }: Check['findings'][number]): boolean => level === 'refused' || level === 'minimum';

/** To the field that a finding is about: the innermost one that is on the screen. */
export function focusFirst(path: string): void {
  const parts = path.split('.');
  for (let length = parts.length; length > 0; length--) {
    const name = CSS.escape(parts.slice(0, length).join('.'));
    const field = document.querySelector<HTMLElement>(`[data-field="${name}"]`);
    if (!field) continue;
    field.closest('details')?.setAttribute('open', '');
    field.querySelector<HTMLElement>('input, select, textarea')?.focus();
    return field.scrollIntoView({ block: 'center' });
  }
}

function Duplicates({ check }: { check: Check | null }): ReactNode {
  const words = useWords(inboxWords);
  if (!check || check.duplicates.length === 0) return null;
  return (
    <Alert color="red" role="alert" mb="sm">
      {check.duplicates.map(({ patientId, code, why }) => (
        <Text key={patientId} fw={700}>
          {fill(words[`duplicate_${why}`], { code })}{' '}
          <Anchor component={Link} href={`/patients/${patientId}`} underline="always" c="blue.9">
            {fill(words.openPatient, { code })}
          </Anchor>
        </Text>
      ))}
      <Text>{words.duplicateHint}</Text>
    </Alert>
  );
}
