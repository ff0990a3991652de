/** What every field of the form is handed besides its value. */
import { createContext, useContext } from 'react';
import type { Answer } from '../../api.ts';
import { useLanguage } from '../../words/words.ts';

export type Check = Answer<'check_draft'>;
export type Finding = Check['findings'][number];
export type Reference = Answer<'record_form'>['references'][number];

/** A page of paper, and where on it each field of the sheet is (its pixels). */
export interface Picture {
  url: string;
  width: number;
  height: number;
  boxes: Readonly<Record<string, { x: number; y: number; width: number; height: number }>>;
}

export interface FormTools {
  references: readonly Reference[];
  picture: Picture | null;
  /** What is ticked on the paper there, for a person to make a choice of. */
  notesOf(sheet: string): readonly (readonly [ja: string, en: string])[];
  /** What to say at a path and, with `isUnder`, at everything below it. */
  findingsAt(path: string, isUnder: boolean): readonly Finding[];
  understoodAt(path: string): string | null;
  /** What the field may begin with, known from another one. */
  offeredAt(path: string): string | null;
  onChange(path: string, value: unknown): void;
  /** The value that stands elsewhere in the draft, now. */
  typedAt(path: string): unknown;
}

export const FormContext = createContext<FormTools | null>(null);

export function useForm(): FormTools {
  const tools = useContext(FormContext);
  if (!tools) throw new Error('a field stands outside of its form');
  return tools;
}

/** The reader's one of two texts. */
export function useSaid(): (both: readonly [ja: string, en: string]) => string {
  const language = useLanguage();
  return (both) => both[language === 'ja' ? 0 : 1];
}
