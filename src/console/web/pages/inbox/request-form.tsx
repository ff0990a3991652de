import { Button, Stack, Text, TextInput } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import { useDo } from '../../api.ts';
import { Problem } from '../../shell/problem.tsx';
import { useWords } from '../../words/words.ts';
import { onFormKey } from '../record-form/keyboard.ts';
import type { EndingProps } from './kept.ts';
import { inboxRefusals, inboxWords } from './words.ts';

/** 請求票: what no machine reads on it, typed and asked with by the night side. */
export function RequestForm({ item, first, onDone }: EndingProps): ReactNode {
  const words = useWords(inboxWords);
  const [typed, setTyped] = useState({ cardNumber: item.cards[0] ?? '', birth: '', nameKana: '' });
  const ask = useDo('ask_again');
  const send = (): void =>
    void first().then(() => ask.mutate({ params: { itemId: item.id }, body: typed }, { onSuccess: onDone }));
  const line = (key: keyof typeof typed, label: string, mode: 'numeric' | 'text'): ReactNode => (
    <TextInput
      label={label}
      size="md"
      inputMode={mode}
      autoComplete="off"
      value={typed[key]}
      onChange={(event) => setTyped({ ...typed, [key]: event.currentTarget.value })}
    />
  );
  return (
    <Stack gap="xs" onKeyDown={onFormKey}>
      {line('cardNumber', words.cardNumber, 'numeric')}
      <Text>{words.second}</Text>
      {line('birth', words.birthDate, 'text')}
      {line('nameKana', words.nameKana, 'text')}
      <Text>{words.askHow}</Text>
      <Problem error={ask.error} own={inboxRefusals} />
      <Button loading={ask.isPending} onClick={send}>
        {words.ask}
      </Button>
    </Stack>
  );
}
