/**
 * How long an enrolment takes in the real browser, from the queue to the printed card, typed by a script without the mouse. A
 * person's own time (reading the paper, moving the fingers) comes on top: the keys are counted, so that it can be reckoned.
 */
import type { Page } from 'playwright-core';
import { readers } from '../../src/paper/reader/pool.ts';
import { type DeskWorld, openDesk } from '../console/inbox-support.ts';
import { openBrowser } from '../support/console.ts';
import { invented, typeEnrolment } from '../support/enrolment-script.ts';
import { hundredth, median, spread } from './figures.ts';

export interface EnrolmentFigures {
  /** Median, from opening the form to the card on the screen. */
  enrolmentSeconds: number;
  quartiles: [number, number];
  /** Keys that the enrolment takes, a character counted as one. */
  enrolmentKeys: number;
}

/** @param rounds enrolments that are measured; one more goes before them, uncounted. */
export async function measureEnrolment(rounds: number): Promise<EnrolmentFigures> {
  const world = await openDesk();
  const chromium = await openBrowser(world);
  try {
    const page = await chromium.pageOf(world.person('clerk'));
    await world.stock(rounds + 1);
    const taken: { seconds: number; keys: number }[] = [];
    for (let round = 0; round <= rounds; round++) taken.push(await enrolOnce(world, page, round));
    const counted = taken.slice(1);
    const seconds = spread(counted.map((one) => one.seconds * 1000));
    return {
      enrolmentSeconds: hundredth(seconds.p50 / 1000),
      quartiles: [hundredth(seconds.p25 / 1000), hundredth(seconds.p75 / 1000)],
      enrolmentKeys: median(counted.map(({ keys }) => keys)),
    };
  } finally {
    await chromium.close();
    await readers().close();
    await world.close();
  }
}

async function enrolOnce(world: DeskWorld, page: Page, round: number): Promise<{ seconds: number; keys: number }> {
  await world.receivesForm(undefined, round + 1);
  await page.goto(`${world.url}/inbox`);
  const open = page.getByRole('link', { name: '開く' });
  await open.waitFor();
  const started = performance.now();
  await open.press('Enter');
  await page.locator('[data-field="registration.nameKana"] svg').waitFor();
  const keys = await typeEnrolment(page, { ...invented, phone: `090-0000-71${String(round).padStart(2, '0')}` });
  await page.getByText('直すところ').waitFor({ state: 'hidden' });
  await page.keyboard.press('Control+Enter');
  await page.getByRole('button', { name: 'カードを印刷' }).press('Enter');
  await page.getByTitle('カードを印刷').waitFor();
  return { seconds: (performance.now() - started) / 1000, keys: keys + 3 };
}
