/** The month's sheet by fax: asked for once more before it goes, and what became of the last one. */
import { Button, Group, Modal, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import type { ReactNode } from 'react';
import { useCall, useDo } from '../../api.ts';
import { usePermissions } from '../../shell/permissions.ts';
import { Problem } from '../../shell/problem.tsx';
import { fill, useWords } from '../../words/words.ts';
import { rosterRefusals } from './refusal-words.ts';
import { rosterWords } from './words.ts';

export function SheetFax({ areaId, month, title }: { areaId: string; month: string; title: string }): ReactNode {
  const words = useWords(rosterWords);
  const mayWrite = usePermissions().has('roster.write');
  const [isOpen, dialog] = useDisclosure();
  const read = useCall('roster_sheets', { params: { areaId } });
  const send = useDo('send_roster_sheet', ['roster_sheets']);
  const last = read.data?.sheets[0];
  return (
    <Group gap="sm" mb="xs">
      {mayWrite && (
        <Button variant="default" onClick={dialog.open}>
          {words.sendSheet}
        </Button>
      )}
      {last && (
        <Text size="sm" role="status">
          {last.sentAt
            ? fill(words.sheetSent, { month: last.month, n: last.faxes ?? 0, without: last.withoutFax ?? 0 })
            : fill(words.sheetOrdered, { month: last.month })}
        </Text>
      )}
      <Modal
        opened={isOpen}
        onClose={dialog.close}
        title={fill(words.sendSheetTitle, { month: title })}
        closeButtonProps={{ 'aria-label': words.cancel }}
      >
        <Text>{words.sendSheetSure}</Text>
        <Problem error={send.error} own={rosterRefusals} />
        <Group mt="md">
          <Button
            loading={send.isPending}
            onClick={() => send.mutate({ params: { areaId }, body: { month } }, { onSuccess: dialog.close })}
          >
            {words.send}
          </Button>
          <Button variant="default" onClick={dialog.close}>
            {words.cancel}
          </Button>
        </Group>
      </Modal>
    </Group>
  );
}
