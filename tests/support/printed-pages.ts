/** The real page engine in a story, with what it was given to set: the words of a page as text. */
import { randomBytes } from 'node:crypto';
import { releasePages } from '../../src/disclosures/release-pages.ts';
import { openPageMaker, type PageMaker } from '../../src/pages/maker.ts';
import { loadWords } from '../../src/pages/words.ts';
import type { World } from './world.ts';

export interface PrintedPages {
  /** What was set with this template, oldest first, as JSON. */
  views(template: string): string[];
  close(): void;
}

/** From here on releases are printed for real. */
export function printsPages(world: World): PrintedPages {
  const real = openPageMaker();
  const set: { template: string; view: object }[] = [];
  const maker: PageMaker = {
    coverage: real.coverage,
    close: () => real.close(),
    pdf: real.pdf,
    faxPages(template, view, resolution) {
      set.push({ template, view });
      return real.faxPages(template, view, resolution);
    },
  };
  const { caseKey } = world.release;
  const parts = { maker, words: loadWords(), caseKey, unsealUrl: `${world.gatewayUrl}/unseal`, random: randomBytes };
  world.release.tools.pages = releasePages(parts);
  return {
    views: (wanted) => set.filter(({ template }) => template === wanted).map(({ view }) => JSON.stringify(view)),
    close: () => real.close(),
  };
}
