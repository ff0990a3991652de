/** A date as people write it (R8.12.1, 2026/12/1): plain text, read by the server; what it could not read is said beside the field. */
import { TextInput } from '@mantine/core';
import type { ReactNode } from 'react';
import { Refused } from '../../api.ts';
import { useWords } from '../../words/words.ts';
import { rosterWords } from './words.ts';

export interface DateInputProps {
  label: string;
  value: string;
  onChange(text: string): void;
  /** Name of the field in the body that is sent. */
  field: string;
  /** The last refusal. */
  error: unknown;
}

export function DateInput({ label, value, onChange, field, error }: DateInputProps): ReactNode {
  const words = useWords(rosterWords);
  return (
    <TextInput
      label={label}
      description={words.dateHint}
      value={value}
      onChange={(event) => onChange(event.currentTarget.value)}
      error={isFaulty(error, field) && words.dateUnread}
    />
  );
}

/** The server could not read this field of the body. */
export function isFaulty(error: unknown, field: string): boolean {
  if (!(error instanceof Refused) || error.code !== 'does_not_fit') return false;
  const faults = (error.detail.faults ?? []) as { path: string }[];
  return faults.some(({ path }) => path === field);
}
