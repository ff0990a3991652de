/** A one-time link, shown this once. */
import { Button, Code, CopyButton, Group, Stack, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { Dialog } from '../../shell/dialog.tsx';
import { useTime } from '../../words/time.ts';
import { fill, useWords } from '../../words/words.ts';
import { staffWords } from './words.ts';

export interface Link {
  name: string;
  address: string;
  expiresAt: string;
}

export function LinkDialog({ link, onClose }: { link: Link; onClose: () => void }): ReactNode {
  const words = useWords(staffWords);
  const time = useTime();
  const { name, address, expiresAt } = link;
  return (
    <Dialog title={fill(words.linkTitle, { name })}>
      <Stack>
        <Text>{fill(words.linkWhy, { at: time(expiresAt) })}</Text>
        <Code block style={{ whiteSpace: 'pre-wrap', wordBreak: 'break-all' }}>
          {address}
        </Code>
        <Group>
          <CopyButton value={address}>
            {({ copied, copy }) => (
              <Button variant="default" onClick={copy}>
                {copied ? words.copied : words.copy}
              </Button>
            )}
          </CopyButton>
          <Button onClick={onClose}>{words.close}</Button>
        </Group>
      </Stack>
    </Dialog>
  );
}
