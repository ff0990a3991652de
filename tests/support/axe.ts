import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';

const source = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** What axe finds on a page, as `rule: where`; nothing on a page that everybody can use. */
export async function axeViolations(page: Page): Promise<string[]> {
  await page.evaluate(source); // not as a script of the page: its policy refuses what is not our own file
  const found = await page.evaluate(
    `axe.run({ runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] })
      .then(({ violations }) => violations.flatMap(({ id, nodes }) => nodes.map(({ target, any }) =>
        id + ': ' + target.join(' ') + ' ' + (any[0]?.message ?? ''))))`,
  );
  return found as string[];
}
