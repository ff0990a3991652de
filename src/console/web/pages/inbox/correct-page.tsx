/** What was sent back is corrected in the same form, beside the same paper. */
import { Button, Group, Loader, Text, Title } from '@mantine/core';
import { type ReactNode, useEffect, useState } from 'react';
import { useLocation, useParams } from 'wouter';
import { type Answer, call, useDo } from '../../api.ts';
import { Problem } from '../../shell/problem.tsx';
import { fill, useWords } from '../../words/words.ts';
import { type Draft, RecordForm, sent, useDraftCheck, useRecordForm } from '../record-form/record-form.tsx';
import { formWords } from '../record-form/words.ts';
import { focusFirst, isHolding } from './enrolment.tsx';
import { PagePicture, usePicture } from './page-picture.tsx';
import { readingWords } from './reading-words.ts';
import { inboxRefusals, inboxWords } from './words.ts';
import './inbox.css';

export default function CorrectPage(): ReactNode {
  const words = useWords(inboxWords);
  const { patientId = '' } = useParams<{ patientId: string }>();
  const [, go] = useLocation();
  // From the queue, or from the patient's own page.
  const leave = (): void => (window.history.length > 1 ? window.history.back() : go('/inbox'));
  const [opened, setOpened] = useState<Answer<'open_record_form'> | null>(null);
  const [error, setError] = useState<unknown>(null);
  useEffect(() => {
    call('open_record_form', { params: { patientId } }).then(setOpened, setError);
  }, [patientId]);
  return (
    <main className="desk">
      <Problem error={error} own={inboxRefusals} />
      {error !== null && <Button onClick={leave}>{words.back}</Button>}
      {!opened && error === null && <Loader m="xl" aria-label={words.correct} />}
      {opened && <Correction opened={opened} patientId={patientId} onDone={leave} />}
    </main>
  );
}

interface CorrectionProps {
  opened: Answer<'open_record_form'>;
  patientId: string;
  onDone(): void;
}

function Correction({ opened, patientId, onDone }: CorrectionProps): ReactNode {
  const common = useWords(inboxWords);
  const words = useWords(readingWords);
  const keys = useWords(formWords);
  const form = useRecordForm();
  const [draft, setDraft] = useState<Draft>(opened.draft);
  const [sheet, setSheet] = useState<readonly string[]>([]);
  const picture = usePicture(opened.picture);
  const check = useDraftCheck(form, draft, patientId);
  const change = useDo('change_record');
  const toMend = (check?.findings ?? []).filter(isHolding);
  const save = (): void => {
    if (!form) return;
    if (toMend.length > 0) return focusFirst(toMend[0]?.path ?? '');
    const body = { version: opened.version, draft: sent(form.sections, draft), isFinished: true };
    change.mutate({ params: { patientId }, body }, { onSuccess: onDone });
  };
  return (
    <>
      <Title order={1} size="h3" className="desk-head">
        {words.correct}
      </Title>
      <Text size="sm">{keys.keys}</Text>
      <div className="desk-columns">
        {picture && (
          <div className="paper-side">
            <PagePicture picture={picture} sheet={sheet} toMask={null} />
          </div>
        )}
        <div {...(!picture && { style: { gridColumn: '1 / -1' } })}>
          {form && (
            <RecordForm {...{ form, draft, check, picture }} onDraft={setDraft} saysMissing onSheet={setSheet} />
          )}
        </div>
      </div>
      <div className="desk-foot">
        <Problem error={change.error} own={inboxRefusals} />
        <Group justify="space-between">
          <Text aria-live="polite">{toMend.length > 0 && fill(common.toMend, { count: toMend.length })}</Text>
          <Group gap="sm">
            <Button variant="default" onClick={onDone}>
              {common.back}
            </Button>
            <Button onClick={save} loading={change.isPending}>
              {words.save}
            </Button>
          </Group>
        </Group>
      </div>
    </>
  );
}
