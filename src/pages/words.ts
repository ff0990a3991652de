import { readFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { templatesFolder } from './maker.ts';

export type Language = 'ja' | 'en';

/** What pages say, in one language (config/pages/words). Both languages have the same keys; a test holds them together. */
export interface Words {
  readonly language: Language;
  /**
   * @param key dotted: 'record.alert.allergy'
   * @throws when there is no such key, or a `{place}` of it gets no value: a fault of ours, never an empty spot on paper.
   */
  say(key: string, values?: Readonly<Record<string, string | number>>): string;
  readonly keys: readonly string[];
}

/** Japanese first, English second. */
export interface BothWords {
  readonly ja: Words;
  readonly en: Words;
}

type Catalogue = { [key: string]: string | Catalogue };
const catalogueShape: z.ZodType<Catalogue> = z.lazy(() =>
  z.record(z.string().regex(/^[A-Za-z][A-Za-z0-9_]*$/), z.union([z.string().min(1), catalogueShape])),
);

export function loadWords(folder: string = path.join(templatesFolder, 'words')): BothWords {
  const read = (language: Language): Words =>
    wordsFrom(JSON.parse(readFileSync(path.join(folder, `${language}.json`), 'utf8')), language);
  return { ja: read('ja'), en: read('en') };
}

/** @throws when the catalogue is anything but nested texts. */
export function wordsFrom(catalogue: unknown, language: Language): Words {
  const texts = new Map(flat(catalogueShape.parse(catalogue), ''));
  return {
    language,
    keys: [...texts.keys()],
    say(key, values = {}) {
      const template = texts.get(key);
      if (template === undefined) throw new Error(`pages have no word ${key} in ${language}`);
      return template.replace(/\{([a-z_]+)\}/g, (_, place: string) => {
        const value = values[place];
        if (value === undefined) throw new Error(`word ${key} wants {${place}}`);
        return String(value);
      });
    },
  };
}

const flat = (catalogue: Catalogue, prefix: string): [string, string][] =>
  Object.entries(catalogue).flatMap(([key, value]): [string, string][] =>
    typeof value === 'string' ? [[prefix + key, value]] : flat(value, `${prefix}${key}.`),
  );
