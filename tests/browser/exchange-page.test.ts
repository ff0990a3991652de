import { expect } from 'chai';
import { type Browser, chromium, type Page } from 'playwright-core';
import { createLiveTown, type LiveTown } from '../support/live-town.ts';
import { findChromium } from '../support/prerequisites.ts';

/** The flags keep Debian's Chromium off the network; root needs no sandbox. */
const flags = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking'];
const offNetwork = [...flags, '--disable-component-update', '--disable-sync'];

describe('the exchange’s page, as a stranger uses it', () => {
  let town: LiveTown;
  let browser: Browser;
  let page: Page;
  const problems: string[] = [];

  before(async () => {
    town = await createLiveTown();
    browser = await chromium.launch({ executablePath: findChromium() ?? 'chromium', args: offNetwork });
    page = await browser.newPage({ viewport: { width: 1024, height: 768 } });
    page.on('pageerror', (error) => problems.push(error.message));
    page.on('console', (message) => message.type() === 'error' && problems.push(message.text()));
    page.on('request', (request) => {
      if (!request.url().startsWith(town.exchangeUrl)) problems.push(`asked the outside: ${request.url()}`);
    });
    await page.goto(town.exchangeUrl);
  });
  after(async () => {
    await browser?.close();
    await town?.close();
  });

  const tile = (label: string) => page.locator('#tiles > li', { hasText: label });

  it('shows every phone of the town by name, and what to try', async () => {
    await tile('佐藤医師').waitFor();
    expect(await page.locator('#tiles > li').count()).to.equal(2);
    expect(await page.locator('#notice-lines li').textContent()).to.contain('急変の電話');
  });

  it('rings as the nurse, keys the card, answers as the doctor, presses 1, and the two talk', async () => {
    await page.fill('#from', town.nurse);
    await page.click('#dial-form button');
    const transcript = page.locator('#transcript');
    await transcript.getByText('119番').waitFor();
    await page.click('#keypad button:text-is("1")');
    await transcript.getByText('12けたの番号').waitFor();
    for (const digit of town.card) await page.keyboard.press(digit);
    await tile('佐藤医師').getByRole('button', { name: /出る/ }).click({ timeout: 10_000 });
    await transcript.getByText('医師会の緊急呼です').waitFor();
    await page.click('#keypad button:text-is("1")');
    await tile('訪問看護師').getByText('佐藤医師 と通話中').waitFor({ timeout: 15_000 });
    expect(problems).to.deep.equal([]);
  });

  it('does not scroll sideways on a telephone', async () => {
    const phone = await browser.newPage({ viewport: { width: 390, height: 844 } });
    await phone.goto(town.exchangeUrl);
    await phone.locator('#tiles > li').first().waitFor();
    const widths = await phone.evaluate('[document.documentElement.scrollWidth, window.innerWidth]');
    const [page390, window390] = widths as [number, number];
    expect(page390).to.be.at.most(window390);
  });
});
