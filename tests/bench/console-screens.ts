/** Screens that watch: fifty at once, one of them a real page; and how soon a page stands. */
import { setTimeout as wait } from 'node:timers/promises';
import { type Browser, chromium, type Page } from 'playwright-core';
import { cookieNameOf } from '../../src/console/server.ts';
import { findChromium } from '../support/prerequisites.ts';
import type { Hub } from './console-town.ts';
import { between, chanceOf, median, type Spread, spread } from './figures.ts';

const flags = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking'];
const openBrowser = (): Promise<Browser> =>
  chromium.launch({ executablePath: findChromium() ?? 'chromium', args: [...flags, '--disable-component-update'] });

async function signedIn(browser: Browser, baseUrl: string, cookie: string): Promise<Page> {
  const context = await browser.newContext({
    locale: 'ja-JP',
    timezoneId: 'Asia/Tokyo',
    viewport: { width: 1920, height: 1080 },
  });
  const { hostname } = new URL(baseUrl);
  await context.addCookies([{ name: cookieNameOf(false), value: cookie, domain: hostname, path: '/' }]);
  return context.newPage();
}

export interface ScreensResult {
  /** From the commit to the arrival at each screen, all screens and events together. */
  all: Spread;
  /** From the commit to the letters on the real page. */
  page: Spread;
  missed: number;
}

/** @param screens of which the last is a page in Chromium. */
export async function measureScreens(
  baseUrl: string,
  hub: Hub,
  screens: number,
  events: number,
): Promise<ScreensResult> {
  const browser = await openBrowser();
  const watchers = await Promise.all(
    Array.from({ length: screens - 1 }, (_, place) =>
      watch(baseUrl, hub.cookies.nurse[place % hub.cookies.nurse.length]!),
    ),
  );
  try {
    const page = await signedIn(browser, baseUrl, hub.cookies.nurse[0]!);
    await page.goto(`${baseUrl}/wall`);
    const heading = page.getByRole('heading', { name: /進行中の緊急呼/ });
    await heading.waitFor();
    await page.evaluate(noteChanges);
    const chance = chanceOf(1);
    const [all, onPage]: [number[], number[]] = [[], []];
    let missed = 0;
    const toggled = hub.caseIds[0]!;
    for (let event = 0; event < events; event++) {
      await wait(between(chance, 300, 900)); // at any moment of the server's own rhythm
      const isOpen = event % 2 === 1;
      await hub.db.query(`update urgent_call set status = $2, due_at = null where id = $1`, [
        toggled,
        isOpen ? 'hunting' : 'closed',
      ]);
      const at = Date.now();
      const expected = hub.caseIds.length - (isOpen ? 0 : 1);
      await wait(patienceMs);
      const arrivals = watchers.map((watcher) => watcher.firstAfter(at, expected));
      const shown = (await page.evaluate('window.__changes')) as { at: number; count: number }[];
      const seen = shown.find((change) => change.at >= at && change.count === expected)?.at ?? null;
      if (seen !== null) onPage.push(seen - at);
      const arrived = [...arrivals, seen].filter((one) => one !== null);
      missed += arrivals.length + 1 - arrived.length;
      all.push(...arrived.map((one) => one - at));
    }
    return { all: spread(all), page: spread(onPage), missed };
  } finally {
    for (const watcher of watchers) watcher.stop();
    await browser.close();
  }
}

/** Whatever has not arrived by then counts as missed. */
const patienceMs = 1500;

/** Runs in the page: when which number of open calls stood on the screen. */
const noteChanges = `
  window.__changes = [];
  const read = () => {
    const count = Number(document.querySelector('.board-calls h2 b')?.textContent);
    if (count !== window.__changes.at(-1)?.count) window.__changes.push({ at: Date.now(), count });
  };
  read();
  new MutationObserver(read).observe(document.body, { subtree: true, childList: true, characterData: true });`;

interface Watcher {
  /** When a snapshot with that many open calls first arrived at or after `at`; null: not yet. */
  firstAfter(at: number, callsOpen: number): number | null;
  stop(): void;
}

async function watch(baseUrl: string, cookie: string): Promise<Watcher> {
  const abort = new AbortController();
  const heard: { at: number; callsOpen: number }[] = [];
  const response = await fetch(`${baseUrl}/api/whiteboard`, {
    headers: { cookie: `${cookieNameOf(false)}=${cookie}`, accept: 'text/event-stream' },
    signal: abort.signal,
  });
  if (!response.ok || !response.body) throw new Error(`a screen is refused: ${response.status}`);
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  void (async () => {
    let rest = '';
    for (let part = await reader.read(); !part.done; part = await reader.read()) {
      const blocks = (rest + part.value).split('\n\n');
      rest = blocks.pop() ?? '';
      for (const block of blocks.filter((one) => one.startsWith('event: snapshot')))
        heard.push({ at: Date.now(), callsOpen: Number(/"callsOpen":(\d+)/.exec(block)?.[1]) });
    }
  })().catch((error: unknown) => {
    if (!abort.signal.aborted) throw error;
  });
  return {
    firstAfter: (at, callsOpen) => heard.find((one) => one.at >= at && one.callsOpen === callsOpen)?.at ?? null,
    stop: () => abort.abort(),
  };
}

export type PaintResult = Record<string, number>;

/** The largest contentful paint of a cold browser, median of some openings, for pages that people begin with. */
export async function measurePaint(
  baseUrl: string,
  hub: Hub,
  paths: readonly string[],
  turns: number,
): Promise<PaintResult> {
  const medians: PaintResult = {};
  for (const path of paths) {
    const times: number[] = [];
    for (let turn = 0; turn < turns; turn++) {
      const browser = await openBrowser();
      try {
        const page = await signedIn(browser, baseUrl, hub.cookies.nurse[0]!);
        await page.goto(`${baseUrl}${path}`);
        await page.getByRole('heading', { level: 1 }).waitFor();
        await wait(800); // a later, larger paint would count
        times.push(
          (await page.evaluate(`new Promise((resolve) => {
            new PerformanceObserver((list) => resolve(list.getEntries().at(-1).startTime))
              .observe({ type: 'largest-contentful-paint', buffered: true });
          })`)) as number,
        );
      } finally {
        await browser.close();
      }
    }
    medians[path] = Math.round(median(times));
  }
  return medians;
}
