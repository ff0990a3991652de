/** Says whether what is on the screen is true now, and shouts when it is not. */
import { Alert, Badge } from '@mantine/core';
import type { ReactNode } from 'react';
import { shellWords } from '../words/shell.ts';
import { useWords } from '../words/words.ts';

export function LiveBadge({ isLive }: { isLive: boolean }): ReactNode {
  const words = useWords(shellWords);
  if (isLive)
    return (
      <Badge color="green" variant="light" size="lg" c="dark.9">
        {words.live}
      </Badge>
    );
  return (
    <Alert color="red" variant="filled" role="alert">
      {words.notLive}
    </Alert>
  );
}
