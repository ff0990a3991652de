import { expect } from 'chai';
import type { Page } from 'playwright-core';
import { type ConsoleWorld, openBrowser, openConsoleWorld } from '../support/console.ts';
import { createLiveTown, type LiveTown } from '../support/live-town.ts';

describe('the whiteboard during a live urgent call', function () {
  this.timeout(180_000);
  let town: LiveTown;
  let world: ConsoleWorld;
  let chromium: Awaited<ReturnType<typeof openBrowser>>;
  let wall: Page;
  let exchange: Page;
  before(async () => {
    town = await createLiveTown();
    world = await openConsoleWorld({ db: town.db });
    chromium = await openBrowser(world);
    const nurse = world.person('nurse', { associationId: town.associationId });
    wall = await chromium.pageOf(nurse, { width: 1920, height: 1080 });
    await wall.goto(`${world.url}/wall`);
    exchange = await chromium.browser.newPage();
    await exchange.goto(town.exchangeUrl);
  });
  after(async () => {
    await chromium?.close();
    await world?.close();
    await town?.close();
  });

  const tile = (label: string) => exchange.locator('#tiles > li', { hasText: label });
  const person = (state: RegExp) => wall.locator('.board-person', { hasText: '佐藤医師' }).filter({ hasText: state });

  it('shows the doctor’s telephone ringing, answered, and the call taken; no name of a patient', async () => {
    await wall.getByText('進行中の緊急呼はありません').waitFor();
    await exchange.fill('#from', town.nurse);
    await exchange.click('#dial-form button');
    const transcript = exchange.locator('#transcript');
    await transcript.getByText('119番').waitFor();
    await exchange.click('#keypad button:text-is("1")');
    await transcript.getByText('12けたの番号').waitFor();
    for (const digit of town.card) await exchange.keyboard.press(digit);
    await person(/(呼出中|発信中) \d+秒/).waitFor();
    expect(await wall.locator('.board-calls h2 b').textContent()).to.equal('1');
    await wall.locator('.board-status', { hasText: '医師を呼出中' }).waitFor();
    await tile('佐藤医師').getByRole('button', { name: /出る/ }).click();
    await person(/(応答|留守番電話？) \d+秒/).waitFor();
    await transcript.getByText('医師会の緊急呼です').waitFor();
    await exchange.click('#keypad button:text-is("1")');
    await wall.locator('.board-call.is-taken', { hasText: '佐藤医師 が引き受け' }).waitFor();
    expect(await wall.content()).to.not.include(town.card);
    expect(chromium.problems).to.deep.equal([]);
  });
});
