/** No violation of WCAG 2.1 AA on the page as it stands, by axe-core. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';

const source = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa'];

interface Violation {
  id: string;
  help: string;
  nodes: { html: string; failureSummary?: string }[];
}

/** Of the page at rest: a dialog that is still fading in has no contrast yet. @throws with what is wrong and where. */
export async function expectAccessible(page: Page): Promise<void> {
  await page.evaluate(atRest);
  await page.evaluate(source); // as an expression: the pages' policy allows no script element of another origin
  const violations = (await page.evaluate(
    (values) =>
      (globalThis as never as { axe: Axe }).axe.run({ runOnly: { type: 'tag', values } }).then((r) => r.violations),
    tags,
  )) as Violation[];
  if (violations.length === 0) return;
  const said = violations.map(({ id, help, nodes }) =>
    [
      `${id}: ${help}`,
      ...nodes.slice(0, 5).map(({ html, failureSummary }) => `  ${html}\n  ${failureSummary ?? ''}`),
    ].join('\n'),
  );
  throw new Error(`the page is not accessible\n${said.join('\n')}`);
}

/** Two frames, so that what was asked for has begun; then every transition and animation that has an end. */
const atRest = `(async () => {
  for (let frame = 0; frame < 2; frame++) await new Promise((done) => requestAnimationFrame(done));
  const ending = document.getAnimations().filter((one) => one.effect.getComputedTiming().endTime !== Infinity);
  await Promise.allSettled(ending.map((one) => one.finished));
})()`;

interface Axe {
  run(options: object): Promise<{ violations: unknown[] }>;
}
