/** Whether a page can be used by everybody: axe-core, WCAG 2.1 A and AA. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { expect } from 'chai';
import type { Page } from 'playwright-core';

const source = (): string => readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

interface Violation {
  id: string;
  help: string;
  nodes: { html: string; failureSummary: string }[];
}

/** Fails with each violation and the first elements that show it. The policy of our pages lets no script in; DevTools do. */
export async function expectAccessible(page: Page): Promise<void> {
  await page.evaluate(source());
  const violations = (await page.evaluate(
    `axe.run({ runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa'] }).then((result) => result.violations)`,
  )) as Violation[];
  const told = violations.map(({ id, help, nodes }) => {
    const shown = nodes.slice(0, 3).map(({ html, failureSummary }) => `    ${html}\n      ${failureSummary}`);
    return `${id}: ${help} (${nodes.length})\n${shown.join('\n')}`;
  });
  expect(told, `${page.url()}\n${told.join('\n')}`).to.deep.equal([]);
}
