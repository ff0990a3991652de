import { expect } from 'chai';
import { samples } from '../../src/console/web/pages/prompts/words.ts';
import { placeOfPrompt, promptPlaces } from '../../src/voice/prompt-places.ts';
import { readCatalogue } from '../../src/voice/prompts.ts';

const folder = new URL('../../config/prompts/', import.meta.url);

describe('the list of spoken sentences', () => {
  for (const language of ['ja', 'en'] as const) {
    const catalogue = readCatalogue(folder, language);

    it(`knows where each sentence is said (${language})`, () => {
      expect(Object.keys(catalogue).filter((key) => placeOfPrompt(key) === null)).to.deep.equal([]);
      const used = new Set(Object.keys(catalogue).map(placeOfPrompt));
      expect(promptPlaces.filter((place) => !used.has(place))).to.deep.equal([]);
    });

    it(`has a word to try out for every blank (${language})`, () => {
      const blanks = Object.values(catalogue).flatMap((text) =>
        [...text.matchAll(/\{(\w+)\}/g)].map(([, name]) => name!),
      );
      expect([...new Set(blanks)].filter((blank) => samples[language][blank] === undefined)).to.deep.equal([]);
    });
  }
});
