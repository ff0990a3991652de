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

export function loadPrompts(folder: URL, language: Language): Prompts {
  const text = readFileSync(new URL(`${language}.json`, folder), 'utf8');
  return promptsFrom(catalogueShape.parse(JSON.parse(text)), language);
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
