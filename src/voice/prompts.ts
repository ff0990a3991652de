import { readFileSync } from 'node:fs';
import { z } from 'zod';

export type Language = 'ja' | 'en';

/** The spoken catalogue (config/prompts): text lives there, not in code. */
export interface Prompts {
  readonly language: Language;
  /** @throws when the key or a `{place}` of it is missing: a fault of ours, found by the catalogue's test. */
  say(key: string, values?: Readonly<Record<string, string | number>>): string;
}

const catalogueShape = z.record(z.string().regex(/^[a-z][a-z0-9_]*$/), z.string().min(1));

export const loadPrompts = (folder: URL, language: Language): Prompts =>
  promptsFrom(readCatalogue(folder, language), language);

/** Every sentence by its key, places not filled in. */
export function readCatalogue(folder: URL, language: Language): Record<string, string> {
  const text = readFileSync(new URL(`${language}.json`, folder), 'utf8');
  return catalogueShape.parse(JSON.parse(text));
}

export function promptsFrom(catalogue: Readonly<Record<string, string>>, language: Language): Prompts {
  return {
    language,
    say(key, values = {}) {
      const template = catalogue[key];
      if (template === undefined) throw new Error(`no prompt ${key} in ${language}`);
      return template.replace(/\{([a-z]+)\}/g, (_, place: string) => {
        const value = values[place];
        if (value === undefined) throw new Error(`prompt ${key} wants {${place}}`);
        return String(value);
      });
    },
  };
}
