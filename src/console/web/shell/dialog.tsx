/** A dialog with its name and its way out. The library's own header would be a second banner of the page to a screen reader. */
import { Group, Modal } from '@mantine/core';
import type { ReactNode } from 'react';
import { shellWords } from '../words/shell.ts';
import { useWords } from '../words/words.ts';

export interface DialogProps {
  title: string;
  /** Absent: it can only be answered. */
  onClose?: (() => void) | undefined;
  /** Covers the page and shows none of it. */
  isFull?: boolean;
  children: ReactNode;
}

export function Dialog({ title, onClose, isFull = false, children }: DialogProps): ReactNode {
  const words = useWords(shellWords);
  const leave = onClose ?? (() => undefined);
  return (
    <Modal.Root
      opened
      onClose={leave}
      fullScreen={isFull}
      closeOnClickOutside={false}
      transitionProps={{ duration: 0 }}
    >
      <Modal.Overlay />
      <Modal.Content>
        <Modal.Body>
          <Group justify="space-between" wrap="nowrap" mb="md">
            <Modal.Title fw={700} fz="lg">
              {title}
            </Modal.Title>
            {onClose && <Modal.CloseButton aria-label={words.close} />}
          </Group>
          {children}
        </Modal.Body>
      </Modal.Content>
    </Modal.Root>
  );
}
