import { Button, Group, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { useDo } from '../../api.ts';
import { Problem } from '../../shell/problem.tsx';
import { saveFile } from '../../shell/save-file.ts';
import { useWords } from '../../words/words.ts';
import { patientRefusals, patientWords } from './words.ts';

/** Makes the disclosure statement of one patient and saves it under his code. */
export function StatementButton({ code }: { code: string }): ReactNode {
  const words = useWords(patientWords);
  const made = useDo('disclosure_statement', ['patient_history', 'audit_log']);
  const onClick = async (): Promise<void> => {
    const pdf = await made.mutateAsync({ body: { code } }).catch(() => null);
    if (pdf) saveFile(pdf, `statement-${code}.pdf`);
  };
  return (
    <>
      <Group mb="sm">
        <Button size="md" variant="default" loading={made.isPending} onClick={() => void onClick()}>
          {words.statement}
        </Button>
        <Text style={{ flex: '1 1 20rem' }}>{words.statementText}</Text>
      </Group>
      <Problem error={made.error} own={patientRefusals} />
    </>
  );
}
