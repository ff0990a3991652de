import { Button, Group, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { type Answer, useDo } from '../../api.ts';
import { Dialog } from '../../shell/dialog.tsx';
import { Problem } from '../../shell/problem.tsx';
import { fill, useWords } from '../../words/words.ts';
import { destinationRefusals, destinationWords } from './destination-words.ts';

interface RetireDialogProps {
  destination: Answer<'fax_destinations'>['destinations'][number];
  onClose(): void;
}

/** A number that nobody uses any more goes off the list: asked once, because coming back takes two persons and a test. */
export function RetireDialog({ destination, onClose }: RetireDialogProps): ReactNode {
  const words = useWords(destinationWords);
  const retire = useDo('retire_fax_destination', ['fax_destinations', 'fax_owners']);
  const { id: destinationId, owner, number } = destination;
  return (
    <Dialog title={words.retireTitle} onClose={onClose}>
      <Text mb="md">{fill(words.retireSure, { name: owner.name, number })}</Text>
      <Problem error={retire.error} own={destinationRefusals} />
      <Group>
        <Button
          color="red"
          loading={retire.isPending}
          onClick={() => retire.mutate({ params: { destinationId } }, { onSuccess: onClose })}
        >
          {words.retire}
        </Button>
        <Button variant="default" data-autofocus onClick={onClose}>
          {words.keep}
        </Button>
      </Group>
    </Dialog>
  );
}
