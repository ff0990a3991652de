import { expect } from 'chai';
import { type ConsoleWorld, openBrowser, openConsoleWorld } from '../support/console.ts';

describe('the pages of the console', () => {
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

  it('show tonight to a nurse, in Japanese and then in English', async () => {
    const page = await chromium.pageOf(world.person('nurse', { name: '看護 一郎' }));
    await page.goto(world.url);
    await page.getByRole('heading', { level: 1, name: '今夜のボード' }).waitFor();
    await page.getByText('更新中').waitFor();
    await page.getByText('看護 一郎（看護師・保健師）').first().waitFor();
    await page.getByRole('button', { name: 'English' }).click();
    await page.getByRole('heading', { level: 1, name: 'Tonight' }).waitFor();
    expect(chromium.problems).to.deep.equal([]);
  });

  it('say that they are not live when the server cannot look, and are live again by themselves', async () => {
    const page = await chromium.pageOf(world.person('nurse'));
    await page.goto(world.url);
    await page.getByText('更新中').waitFor();
    await world.ctx.db.query('alter table area rename to area_away');
    await page.getByText('更新が止まっています').waitFor();
    await world.ctx.db.query('alter table area_away rename to area');
    await page.getByText('更新中').waitFor();
    expect(world.complaints.join()).to.include('live_view_failed');
  });
});
