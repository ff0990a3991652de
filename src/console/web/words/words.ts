/** Words by language: every folder of pages has a catalogue of its own; the English one has the keys of the Japanese one. */
import { createContext, useContext } from 'react';

export type Language = 'ja' | 'en';
export const LanguageContext = createContext<Language>('ja');
export const useLanguage = (): Language => useContext(LanguageContext);

type Texts = Readonly<Record<string, string>>;
export interface Catalogue<Key extends string> {
  ja: Readonly<Record<Key, string>>;
  en: Readonly<Record<Key, string>>;
}

/** `{name}` in a text stands for what is filled in by `fill`. */
export function catalogue<const Ja extends Texts>(ja: Ja, en: Record<keyof Ja, string>): Catalogue<keyof Ja & string> {
  return { ja, en } as Catalogue<keyof Ja & string>;
}

export function useWords<Key extends string>(words: Catalogue<Key>): Readonly<Record<Key, string>> {
  return words[useLanguage()];
}

export const fill = (text: string, values: Readonly<Record<string, string | number>>): string =>
  text.replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
