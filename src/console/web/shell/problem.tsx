/** A refusal in the reader's words. */
import { Alert, Button, Group } from '@mantine/core';
import type { ReactNode } from 'react';
import { Refused } from '../api.ts';
import { type RefusalCatalogue, refusalWords } from '../words/refusals.ts';
import { shellWords } from '../words/shell.ts';
import { fill, useLanguage, useWords } from '../words/words.ts';

/** @param own words of the desk for codes of its own; they come first. */
export function useRefusalText(own?: RefusalCatalogue): (error: unknown) => string {
  const language = useLanguage();
  return (error) => {
    const code = error instanceof Refused ? error.code : 'broken';
    const detail = error instanceof Refused ? error.detail : {};
    const common: Readonly<Record<string, string>> = refusalWords[language];
    const text = own?.[language][code] ?? common[code] ?? common.other ?? '';
    return fill(text, { code, ...(detail as Record<string, string | number>) });
  };
}

export function Problem({
  error,
  own,
  onRetry,
}: {
  error: unknown;
  own?: RefusalCatalogue | undefined;
  onRetry?: () => void;
}): ReactNode {
  const textOf = useRefusalText(own);
  const words = useWords(shellWords);
  if (!error) return null;
  return (
    <Alert color="red" role="alert" my="sm">
      <Group justify="space-between">
        <span>{textOf(error)}</span>
        {onRetry && (
          <Button variant="default" onClick={onRetry}>
            {words.retry}
          </Button>
        )}
      </Group>
    </Alert>
  );
}
