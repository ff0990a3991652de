import { createHash } from 'node:crypto';
import { expect } from 'chai';
import { type Browser, chromium, type Page } from 'playwright-core';
import { systemClock } from '../../src/lib/clock.ts';
import { type FaxHouse, startFaxHouse } from '../../src/simulators/faxhouse/faxhouse.ts';
import { furnishFaxHouse } from '../../src/simulators/town/fax-town.ts';
import { seeded } from '../exchange/support/town.ts';
import { accounts, drawnPage, tiffOf } from '../faxhouse/support/house.ts';
import { findChromium } from '../support/prerequisites.ts';

/** The flags keep Debian's Chromium off the network; root needs no sandbox. */
const flags = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking'];
const offNetwork = [...flags, '--disable-component-update', '--disable-sync'];

const ours = '+815000000100';
const clinic = { e164: '+81450000401', name: '鴎野医院' };
const other = { e164: '+81450000402', name: '磯村在宅クリニック' };

describe('the fax house’s page, as a stranger uses it', () => {
  let house: FaxHouse;
  let browser: Browser;
  let page: Page;
  let document: Uint8Array;
  const problems: string[] = [];

  before(async () => {
    document = await tiffOf(drawnPage(1), drawnPage(2));
    house = await startFaxHouse({ port: 0, clock: systemClock, random: seeded('page'), accounts });
    const line = {
      number: ours,
      name: '西区医師会',
      provider: 'interfax',
      callbackUrl: 'http://127.0.0.1:9/',
    } as const;
    const notice = [
      { ja: '登録医の医院の受け皿に、患者カードのコピーを置く。', en: 'Lay a copy of a card into a tray.' },
    ];
    await furnishFaxHouse(house.url, { ours: [line], machines: [other, clinic], notice });
    for (const { e164 } of [clinic, other]) await put(`numbers/${e164}`, { answerSeconds: 0, secondsPerPage: 0.05 });
    browser = await chromium.launch({ executablePath: findChromium() ?? 'chromium', args: offNetwork });
    page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
    page.on('pageerror', (error) => problems.push(error.message));
    page.on('console', (message) => message.type() === 'error' && problems.push(message.text()));
    page.on('request', (request) => {
      if (!request.url().startsWith(house.url)) problems.push(`asked the outside: ${request.url()}`);
    });
    await page.goto(house.url);
  });
  after(async () => {
    await browser?.close();
    await house?.close();
  });

  const put = (path: string, body: object) =>
    fetch(`${house.url}/faxhouse/${path}`, {
      method: 'PUT',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
  const tray = (name: string) => page.locator('#trays > li', { hasText: name });
  const interfax = (path: string, init: RequestInit = {}) => {
    const { username, password } = accounts.interfax;
    const authorization = `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
    return fetch(house.url + path, { ...init, headers: { authorization, 'content-type': 'image/tiff' } });
  };

  it('shows every machine by name with an empty tray, and what to try', async () => {
    await tray(clinic.name).getByText('受け皿は空です').waitFor();
    expect(await page.locator('#trays > li').count()).to.equal(2);
    expect(await page.locator('#notice-lines li').textContent()).to.contain('患者カードのコピー');
  });

  it('shows a fax that comes in as pictures, first in the row, and a page whole on a click', async () => {
    const body = Buffer.from(document);
    await interfax('/outbound/faxes?faxNumber=0450000401&reference=fx_1', { method: 'POST', body });
    const thumbnails = tray(clinic.name).locator('.thumbnail img');
    await thumbnails.nth(1).waitFor();
    expect(await page.locator('#trays > li').first().textContent()).to.contain(clinic.name);
    await page.waitForFunction('document.querySelector(".thumbnail img").naturalWidth === 240');
    await tray(clinic.name).locator('.thumbnail').nth(1).click();
    await page.locator('#viewer').getByText('2 / 2 ページ').waitFor();
    await page.waitForFunction('document.querySelector("#page").naturalWidth === 1728');
    await page.keyboard.press('ArrowLeft');
    await page.locator('#viewer').getByText('1 / 2 ページ').waitFor();
    const href = await page.locator('#tiff').getAttribute('href');
    const saved = Buffer.from(await (await fetch(house.url + href)).arrayBuffer());
    expect(digest(saved)).to.equal(digest(document));
    await page.getByRole('button', { name: /閉じる/ }).click();
  });

  it('sends a file that is dropped on a tray to our number', async () => {
    const dropped = await page.evaluateHandle(
      `(() => { const data = new DataTransfer();
        const bytes = Uint8Array.from(atob('${Buffer.from(document).toString('base64')}'), (each) => each.charCodeAt(0));
        data.items.add(new File([bytes], 'card.tif', { type: 'image/tiff' })); return data; })()`,
    );
    await tray(other.name).dispatchEvent('drop', { dataTransfer: dropped });
    await tray(other.name).getByText('届きました').waitFor();
    const received = (await (await interfax('/inbound/faxes')).json()) as { callerId: string; pages: number }[];
    expect(received).to.have.length(1);
    expect(received[0]).to.include({ callerId: other.e164, pages: 2 });
  });

  it('sends a file that is chosen, and says when it cannot be faxed', async () => {
    const choose = (name: string, buffer: Buffer) =>
      tray(other.name).locator('input[type=file]').setInputFiles({ name, mimeType: 'application/pdf', buffer });
    await choose('broken.pdf', Buffer.from('no document'));
    await page.locator('#problem').getByText('この紙は送れません').waitFor();
    expect(problems.splice(0).every((problem) => problem.includes('422'))).to.equal(true);
    await choose('page.tif', Buffer.from(document));
    await tray(other.name).locator('.sent li').nth(1).waitFor();
  });

  it('makes a machine busy, and finds a machine by a part of its name or number', async () => {
    await tray(clinic.name).locator('select').selectOption('busy');
    await page.waitForFunction(
      `fetch('/faxhouse/numbers/${encodeURIComponent(clinic.e164)}').then((answer) => answer.json()).then((one) => one.behaviour === 'busy')`,
    );
    await page.fill('#find', '磯村');
    await page.waitForFunction('document.querySelectorAll("#trays > li").length === 1');
    await page.fill('#find', '045-000-0401');
    await tray(clinic.name).waitFor();
    await page.fill('#find', '');
    expect(problems).to.deep.equal([]);
  });

  it('does not scroll sideways on a telephone', async () => {
    const phone = await browser.newPage({ viewport: { width: 390, height: 844 } });
    await phone.goto(house.url);
    await phone.locator('#trays .thumbnail').first().waitFor();
    const widths = await phone.evaluate('[document.documentElement.scrollWidth, window.innerWidth]');
    const [page390, window390] = widths as [number, number];
    expect(page390).to.be.at.most(window390);
    await phone.close();
  });
});

const digest = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
