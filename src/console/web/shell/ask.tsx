/** A question before something that is not easily undone: why, and where it matters the name of the thing, typed. */
import { Button, Group, Modal, Radio, Stack, Text, TextInput } from '@mantine/core';
import { type FormEvent, type ReactNode, useState } from 'react';
import type { RefusalCatalogue } from '../words/refusals.ts';
import { shellWords } from '../words/shell.ts';
import { useWords } from '../words/words.ts';
import { Problem } from './problem.tsx';

export interface Asked<Reason extends string> {
  reason: Reason;
  typed: string;
}

export interface AskProps<Reason extends string> {
  /** What to press, here and in the dialog. */
  action: string;
  title: string;
  text: string;
  /** Shown as a choice; absent: no reason is asked for. */
  reasons?: { legend: string; choices: readonly { value: Reason; label: string }[] };
  /** What must be typed before it can be pressed: the label says what. */
  typed?: { label: string; expected: string };
  isDangerous?: boolean;
  /** Rejects with the server's no, which is shown; what was typed stays. */
  onDo: (asked: Asked<Reason>) => Promise<unknown>;
  refusals?: RefusalCatalogue;
}

const plain = (text: string): string => text.normalize('NFKC').trim().toUpperCase();

/** The button, and the dialog that it opens. */
export function Ask<Reason extends string = never>(props: AskProps<Reason>): ReactNode {
  const { action, title, text, reasons, typed, isDangerous = false, onDo, refusals } = props;
  const shell = useWords(shellWords);
  const [isOpen, setOpen] = useState(false);
  const [reason, setReason] = useState<Reason | null>(null);
  const [written, setWritten] = useState('');
  const [error, setError] = useState<unknown>(null);
  const [isBusy, setBusy] = useState(false);
  const color = isDangerous ? { color: 'red.9' } : {};
  const isReady = (!reasons || reason !== null) && (!typed || plain(written) === plain(typed.expected));
  const close = (): void => {
    setOpen(false);
    setError(null);
  };
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    if (!isReady || isBusy) return;
    setBusy(true);
    try {
      await onDo({ reason: reason as Reason, typed: written });
      setWritten('');
      setReason(null);
      close();
    } catch (refused) {
      setError(refused);
    } finally {
      setBusy(false);
    }
  };
  return (
    <>
      <Button size="md" variant={isDangerous ? 'outline' : 'default'} {...color} onClick={() => setOpen(true)}>
        {action}
      </Button>
      <Modal opened={isOpen} onClose={close} title={title} size="lg" closeButtonProps={{ 'aria-label': shell.cancel }}>
        <form onSubmit={(event) => void submit(event)}>
          <Stack>
            <Text>{text}</Text>
            {reasons && (
              <Radio.Group label={reasons.legend} value={reason ?? ''} onChange={(value) => setReason(value as Reason)}>
                <Stack gap="xs" mt="xs">
                  {reasons.choices.map(({ value, label }) => (
                    <Radio key={value} value={value} label={label} size="md" />
                  ))}
                </Stack>
              </Radio.Group>
            )}
            {typed && (
              <TextInput
                size="md"
                label={typed.label}
                value={written}
                autoComplete="off"
                onChange={(event) => setWritten(event.currentTarget.value)}
              />
            )}
            <Problem error={error} own={refusals} />
            <Group justify="flex-end">
              <Button variant="default" size="md" onClick={close}>
                {shell.cancel}
              </Button>
              <Button type="submit" size="md" disabled={!isReady} loading={isBusy} {...color}>
                {action}
              </Button>
            </Group>
          </Stack>
        </form>
      </Modal>
    </>
  );
}
