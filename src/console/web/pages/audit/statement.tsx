import { Button, Group, Text, TextInput } from '@mantine/core';
import { type FormEvent, type ReactNode, useState } from 'react';
import { useDo } from '../../api.ts';
import { Problem } from '../../shell/problem.tsx';
import { saveFile } from '../../shell/save-file.ts';
import { useWords } from '../../words/words.ts';
import { auditRefusals, auditWords } from './words.ts';

/** 開示明細 by the patient's number: for those who may not open a patient's page. */
export function StatementTab(): ReactNode {
  const words = useWords(auditWords);
  const [code, setCode] = useState('');
  const make = useDo('disclosure_statement');
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    make.mutate({ body: { code } }, { onSuccess: (pdf) => saveFile(pdf, `statement-${code.trim()}.pdf`) });
  };
  return (
    <form onSubmit={submit}>
      <Text mb="sm">{words.statementText}</Text>
      <Group align="flex-end">
        <TextInput
          size="md"
          label={words.code}
          autoComplete="off"
          value={code}
          onChange={(event) => setCode(event.currentTarget.value)}
        />
        <Button type="submit" size="md" disabled={code.trim() === ''} loading={make.isPending}>
          {words.statement}
        </Button>
      </Group>
      <Problem error={make.error} own={auditRefusals} />
    </form>
  );
}
