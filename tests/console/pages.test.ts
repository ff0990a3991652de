/** Every page that needs no id: usable by everybody, at the desk and on the telephone, and light to load. */
import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { buildPages, builtPages } from '../../src/console/build/build.ts';
import { type Permission, permits, type Role } from '../../src/staff/staff.ts';
import { expectAccessible } from '../support/axe.ts';
import { type ConsoleWorld, openBrowser, openConsoleWorld } from '../support/console.ts';
import { firstLoadBytes } from '../support/first-load.ts';

/** The tables of pages as text: they import pages, which only the browser understands. */
const tables = ['pages.ts', 'pages/roster/pages.ts'];
const source = tables
  .map((file) => readFileSync(new URL(`../../src/console/web/${file}`, import.meta.url), 'utf8'))
  .join('\n');
const paths = [...source.matchAll(/path: '([^']+)'/g)]
  .map(([, given]) => given!)
  .filter((given) => !given.includes(':'));
const needs = new Map(
  [...source.matchAll(/path: '([^']+)',[^}]*?needs: '([^']+)'/g)].map(([, given, need]) => [given, need]),
);
const readers: readonly Role[] = ['nurse', 'administrator'];

describe('each page of the console', () => {
  let world: ConsoleWorld;
  let chromium: Awaited<ReturnType<typeof openBrowser>>;
  before(async function () {
    this.timeout(120_000);
    world = await openConsoleWorld();
    chromium = await openBrowser(world);
  });
  after(async () => {
    await chromium?.close();
    await world?.close();
  });

  it('is in the list that these tests walk through', () => {
    expect(paths).to.include.members(['/', '/wall', '/directory', '/plans', '/prompts']);
    expect(paths.every((given) => needs.has(given))).to.equal(true);
  });

  for (const given of paths) {
    it(`${given} is accessible at 1024 and at 390 pixels, and does not scroll sideways`, async function () {
      this.timeout(60_000);
      const page = await chromium.pageOf(world.person(readerOf(given)), { width: 1024, height: 800 });
      await page.goto(`${world.url}${given}`);
      await page.getByRole('heading', { level: 1 }).waitFor();
      for (const width of [1024, 390]) {
        await page.setViewportSize({ width, height: 800 });
        await page.locator('.mantine-Loader-root').first().waitFor({ state: 'detached' });
        await expectAccessible(page);
        expect(await page.evaluate('document.documentElement.scrollWidth'), 'width').to.be.at.most(width);
      }
      await page.context().close();
    });
  }

  const readerOf = (given: string): Role => readers.find((role) => isFor(role, needs.get(given))) ?? 'auditor';

  const isFor = (role: Role, need: string | undefined): boolean =>
    need === 'signed_in' || permits(role, need as Permission);

  it('loads at most 300 kB for the first one, compressed', async () => {
    const folder = builtPages() ?? (await buildPages());
    const kilobytes = firstLoadBytes(folder) / 1000;
    expect(kilobytes).to.be.within(50, 300);
  });
});
