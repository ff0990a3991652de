import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect } from 'chai';
import express from 'express';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import sharp from 'sharp';
import { openPageMaker } from '../../src/pages/maker.ts';
import { sealedHeader } from '../../src/sealed-page/header.ts';
import { makeOfflinePage } from '../../src/sealed-page/offline-page.ts';
import { grayOf, makeSealedPage } from '../../src/sealed-page/page.ts';
import type { GrayImage } from '../../src/sealed-page/read.ts';
import { unsealRoutes } from '../../src/sealed-page/routes.ts';
import { formatSecret, newSecret } from '../../src/sealed-page/secret.ts';
import { mulberry } from '../support/chance.ts';
import { degrade, typical } from '../support/degrade.ts';
import { findChromium } from '../support/prerequisites.ts';

const flags = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking'];
const offNetwork = [...flags, '--disable-component-update', '--disable-sync'];

const next = mulberry(5);
const random = (size: number): Uint8Array => Uint8Array.from({ length: size }, () => Math.floor(next() * 256));

const record = {
  title: '緊急時患者記録 第3版',
  lines: [
    { kind: 'name', text: 'カモメノ　ナギサ / 鴎野　渚' },
    { kind: 'heading', text: '最優先警告 Alerts' },
    { kind: 'alert', text: 'アレルギー：【あり】ペニシリン（アナフィラキシー）' },
    { kind: 'text', text: '<img src=x onerror="document.title=1">' },
  ],
};

describe('the offline page /unseal, as a doctor uses it', () => {
  const secret = newSecret(random);
  const other = newSecret(random);
  let picture: GrayImage;
  let browser: Browser;
  let context: BrowserContext;
  let page: Page;
  let server: Server;
  let url: string;
  let folder: string;
  const problems: string[] = [];

  before(async () => {
    const maker = openPageMaker();
    const sender = { association: '鴎市医師会', phone: '045-000-0000', unsealUrl: 'https://kamome.example.jp/unseal' };
    const options = { resolution: 'fine', header: sealedHeader(maker, sender) } as const;
    // Padded with what does not compress, so that the page has as many symbols as a real one.
    const padding = Buffer.from(random(1500)).toString('base64');
    const content = Buffer.from(JSON.stringify({ ...record, padding }));
    const made = await makeSealedPage(content, secret, options, random);
    maker.close();
    if ('refused' in made) throw new Error(made.refused);
    picture = grayOf(degrade(made.page, { seed: 11, level: typical, resolution: 'fine' }));
    folder = await mkdtemp(path.join(tmpdir(), 'kamome-unseal-'));
    server = createServer(express().use('/unseal', unsealRoutes())).listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/unseal`;
    browser = await chromium.launch({ executablePath: findChromium() ?? 'chromium', args: offNetwork });
  });
  after(async () => {
    await browser?.close();
    server?.close();
    server?.closeAllConnections();
    if (folder) await rm(folder, { recursive: true });
  });
  beforeEach(async () => {
    problems.length = 0;
    context = await browser.newContext({ viewport: { width: 390, height: 844 } });
    page = await context.newPage();
    page.on('pageerror', (error) => problems.push(error.message));
    page.on('console', (message) => message.type() === 'error' && problems.push(message.text()));
  });
  afterEach(async () => {
    await context.close();
    expect(problems).to.deep.equal([]);
  });

  /** The picture as a JPEG, as a telephone makes it; only the rows from `top` to `bottom` (shares of the height) if given. */
  async function photo(name: string, top = 0, bottom = 1): Promise<string> {
    const { width, height, pixels } = picture;
    const from = Math.round(height * top);
    const rows = Math.round(height * bottom) - from;
    const raw = { width, height, channels: 1 } as const;
    const image = sharp(pixels, { raw }).extract({ left: 0, top: from, width, height: rows }).jpeg({ quality: 85 });
    const file = path.join(folder, name);
    await writeFile(file, await image.toBuffer());
    return file;
  }
  const state = () => page.locator('#photo-state');
  async function type(digits: string): Promise<void> {
    await page.fill('#secret', '');
    await page.locator('#secret').pressSequentially(digits);
    await page.click('#secret-form button');
  }

  it('opens a page that came by fax, with the network gone, and forgets it', async () => {
    await page.goto(url);
    await context.setOffline(true);
    await page.setInputFiles('#photo', await photo('whole.jpg'));
    await state().getByText('読み取れました').waitFor();
    await type(secret);
    await page.locator('#record').waitFor({ timeout: 30_000 });
    expect(await page.textContent('#record-title')).to.equal(record.title);
    expect(await page.locator('#record-lines > *').allTextContents()).to.deep.equal(
      record.lines.map(({ text }) => text),
    );
    expect(await page.locator('#record .alert').count()).to.equal(1);
    expect(await page.title()).to.contain('封緘記録を開く');
    const widths = await page.evaluate('[document.documentElement.scrollWidth, window.innerWidth]');
    const [wide, window] = widths as [number, number];
    expect(wide).to.be.at.most(window);
    if (process.env.UNSEAL_SCREENSHOT) await page.screenshot({ path: process.env.UNSEAL_SCREENSHOT });
    await page.click('#forget');
    expect(await page.content()).not.to.contain('ナギサ');
    expect(await page.locator('#secret').inputValue()).to.equal('');
  });

  it('opens as a file kept on the device, without any server, and asks none', async () => {
    const file = path.join(folder, 'kamome-unseal.html');
    await writeFile(file, (await makeOfflinePage()).html);
    const asked: string[] = [];
    page.on('request', (request) => asked.push(request.url()));
    await context.setOffline(true);
    await page.goto(pathToFileURL(file).href);
    await page.setInputFiles('#photo', await photo('file.jpg'));
    await state().getByText('読み取れました').waitFor();
    await type(formatSecret(secret));
    await page.locator('#record').waitFor({ timeout: 30_000 });
    expect(asked.filter((one) => !/^(file|data|blob):/.test(one))).to.deep.equal([]);
    expect(await page.locator('#save').isVisible()).to.equal(false);
  });

  it('adds up the symbols of several photos and says how many are missing', async () => {
    await page.goto(url);
    await page.setInputFiles('#photo', await photo('top.jpg', 0, 0.45));
    await state().getByText('もう一枚撮ってください').waitFor();
    expect(await state().textContent()).to.match(/あと\d+個足りません（\d+ \/ \d+ 個、必要 \d+ 個）/);
    await page.setInputFiles('#photo', await photo('bottom.jpg', 0.4, 1));
    await state().getByText('読み取れました').waitFor();
    await type(secret);
    await page.locator('#record').waitFor({ timeout: 30_000 });
  });

  it('tells a slip of the finger from the secret of another page, and the picture of something else', async () => {
    const message = page.locator('#secret-state');
    await page.goto(url);
    await type(secret);
    await message.getByText('先に用紙を撮影').waitFor();
    const white = path.join(folder, 'white.png');
    await sharp({ create: { width: 400, height: 400, channels: 3, background: 'white' } })
      .png()
      .toFile(white);
    await page.setInputFiles('#photo', white);
    await state().getByText('符号が見つかりません').waitFor();
    const text = path.join(folder, 'text.png');
    await writeFile(text, 'no picture');
    await page.setInputFiles('#photo', text);
    await state().getByText('開けませんでした').waitFor();
    await page.setInputFiles('#photo', await photo('again.jpg'));
    await state().getByText('読み取れました').waitFor();
    await type(secret.slice(0, 15));
    await message.getByText('あと1けた').waitFor();
    await type(secret.slice(0, 15) + String((Number(secret[15]) + 1) % 10));
    await message.getByText('どこかの数字が違っています').waitFor();
    await type(other);
    await message.getByText('この数字では開きません').waitFor({ timeout: 30_000 });
    expect(await page.locator('#record').isVisible()).to.equal(false);
  });

  it('may connect to nothing, whatever runs in it', async () => {
    const response = await page.goto(url);
    const policy = response?.headers()['content-security-policy'] ?? '';
    expect(policy)
      .to.contain("default-src 'none'")
      .and.not.match(/connect-src|unsafe-inline|'unsafe-eval'/);
    const reached = await page.evaluate(`fetch('${url}').then(() => true, () => false)`);
    expect(reached).to.equal(false);
    problems.length = 0; // the browser reports the refused connection
    const download = page.waitForEvent('download');
    await page.click('#save');
    expect((await download).suggestedFilename()).to.equal('kamome-unseal.html');
  });
});
