/** One complaint is enough: asked once, frozen at once. */
import { Alert, Button, Group, Modal, NativeSelect, Stack, Text, TextInput } from '@mantine/core';
import { type FormEvent, type ReactNode, useState } from 'react';
import { type Sent, useDo } from '../../api.ts';
import { Problem } from '../../shell/problem.tsx';
import { fill, useWords } from '../../words/words.ts';
import { destinationRefusals, destinationWords } from './destination-words.ts';

type Freeze = Sent<'freeze_fax_number'>['body'];
const reasons: readonly Freeze['reason'][] = ['complaint', 'wrong_number', 'returned_page', 'operator'];

export interface FreezeDialogProps {
  /** A destination of the list; null: any number, typed. */
  target: Extract<Freeze['target'], { destinationId: string }> | null;
  number: string;
  onClose: () => void;
}

export function FreezeDialog({ target, number, onClose }: FreezeDialogProps): ReactNode {
  const words = useWords(destinationWords);
  const [typed, setTyped] = useState('');
  const [reason, setReason] = useState<Freeze['reason']>('complaint');
  const freeze = useDo('freeze_fax_number', ['fax_destinations', 'fax_incidents', 'sent_faxes']);
  const onFreeze = (event: FormEvent): void => {
    event.preventDefault();
    freeze.mutate({ body: { target: target ?? { number: typed }, reason } });
  };
  const { data } = freeze;
  return (
    <Modal opened onClose={onClose} title={words.complaint} closeButtonProps={{ 'aria-label': words.cancel }}>
      {data ? (
        <Stack>
          <Alert color="red" role="status">
            {data.isNew ? fill(words.freezeDone, data as Record<'destinations' | 'faxes', number>) : words.freezeOld}
          </Alert>
          <Button data-autofocus onClick={onClose}>
            {words.keep}
          </Button>
        </Stack>
      ) : (
        <form onSubmit={onFreeze} noValidate>
          <Stack>
            <Text>{words.complaintWhy}</Text>
            {!target && (
              <TextInput
                data-autofocus
                label={words.complaintNumber}
                description={words.numberHint}
                inputMode="tel"
                value={typed}
                onChange={(event) => setTyped(event.currentTarget.value)}
              />
            )}
            <NativeSelect
              label={words.reason}
              value={reason}
              onChange={(event) => setReason(event.currentTarget.value as Freeze['reason'])}
              data={reasons.map((one) => ({ value: one, label: words[`reason_${one}`] }))}
            />
            <Text fw={700}>{fill(words.freezeSure, { number: target ? number : typed || '…' })}</Text>
            <Problem error={freeze.error} own={destinationRefusals} />
            <Group>
              <Button type="submit" color="red" loading={freeze.isPending}>
                {words.freezeYes}
              </Button>
              <Button variant="default" onClick={onClose}>
                {words.keep}
              </Button>
            </Group>
          </Stack>
        </form>
      )}
    </Modal>
  );
}
