import { Button, Text, Title } from '@mantine/core';
import { type KeyboardEvent, type ReactNode, useState } from 'react';
import { type Answer, useCall, useDo } from '../../api.ts';
import { More, usePages } from '../../shell/pages-of.tsx';
import { Problem } from '../../shell/problem.tsx';
import { useWords } from '../../words/words.ts';
import { moveAmongRows, PatientRow } from './patient-row.tsx';
import './patients.css';
import { Confirmed, type Row } from './standing.tsx';
import { patientRefusals, patientWords } from './words.ts';

type Cursor = NonNullable<Answer<'due_records'>['next']>;

/** 確認待ち: whom to ask for news, and one key when nothing has changed. */
export default function DuePage(): ReactNode {
  const words = useWords(patientWords);
  const me = useCall('who_am_i', {});
  const due = usePages(
    'due_records',
    'all',
    (after: Cursor | null) => ({ body: { after } }),
    ({ next }) => next,
  );
  const rows = due.data?.pages.flatMap((page) => page.rows) ?? [];
  const mayConfirm = me.data?.permissions.includes('patients.write') ?? false;
  return (
    <>
      <Title order={1} mb="sm">
        {words.dueTitle}
      </Title>
      <Text>{words.dueText}</Text>
      <Text mb="md">{mayConfirm && words.dueKeys}</Text>
      <Problem error={due.error} onRetry={() => void due.refetch()} />
      {due.data && rows.length === 0 && <Text fw={600}>{words.dueEmpty}</Text>}
      <ul className="patient-list">
        {rows.map((row) => (
          <li key={row.patientId}>
            <DueRow row={row} mayConfirm={mayConfirm} />
          </li>
        ))}
      </ul>
      {!due.error && <More of={due} />}
    </>
  );
}

/** Stays where it is when it was confirmed, so that nobody confirms the next one with the same key. */
function DueRow({ row, mayConfirm }: { row: Row; mayConfirm: boolean }): ReactNode {
  const words = useWords(patientWords);
  const confirm = useDo('confirm_record');
  const [standing, setStanding] = useState(row.standing);
  const isDone = standing !== row.standing;
  const ask = (): void => {
    if (!standing || !mayConfirm || isDone || confirm.isPending) return;
    const sent = { params: { patientId: row.patientId }, body: { version: standing.version } };
    confirm.mutate(sent, { onSuccess: (answer) => setStanding(answer.standing) });
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key.toLowerCase() === 'y' && !event.ctrlKey && !event.metaKey && !event.altKey) ask();
    else moveAmongRows(event);
  };
  return (
    <>
      <PatientRow row={{ ...row, standing }} onKeyDown={onKeyDown} />
      <div className="due-side" role="status">
        <span>
          {words.confirmedOn} {standing && <Confirmed standing={standing} />}
        </span>
        {isDone && <strong>{words.confirmed}</strong>}
        {mayConfirm && !isDone && (
          <Button variant="default" size="compact-md" loading={confirm.isPending} onClick={ask}>
            {words.confirm}
          </Button>
        )}
      </div>
      <Problem error={confirm.error} own={patientRefusals} />
    </>
  );
}
