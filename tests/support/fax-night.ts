/** A fax house, our fax line on it, and the inbox behind it, around the world of a story: real pages over real HTTP. */
import { randomBytes } from 'node:crypto';
import { releasePages } from '../../src/disclosures/release-pages.ts';
import { settledHook } from '../../src/disclosures/render.ts';
import { sweepReleases } from '../../src/disclosures/sweep.ts';
import { ownNumber } from '../../src/fax/actions.ts';
import type { FaxContext } from '../../src/fax/context.ts';
import type { FaxLine } from '../../src/fax/fax-line.ts';
import { sweepReceived } from '../../src/fax/receiving.ts';
import { sweepFaxes } from '../../src/fax/sending.ts';
import type { BilevelPage } from '../../src/imaging/bilevel.ts';
import { encodeTiff } from '../../src/imaging/tiff.ts';
import { receivedHook } from '../../src/inbox/receive.ts';
import { sendReplies } from '../../src/inbox/replies.ts';
import { openPageMaker } from '../../src/pages/maker.ts';
import { loadWords } from '../../src/pages/words.ts';
import { decodeFax } from '../../src/paper/decode.ts';
import { interfaxLine } from '../../src/providers/interfax/line.ts';
import type { FaxView } from '../../src/simulators/faxhouse/control/views.ts';
import { startFaxHouse } from '../../src/simulators/faxhouse/faxhouse.ts';
import { hubOne } from '../vault/hubs.ts';
import type { World } from './world.ts';

export const ourFax = '+815000000110';
const account = { username: 'kamome', password: 'a-password-for-tests' };

export interface FaxNight {
  ctx: FaxContext;
  hub: typeof hubOne;
  /** Somebody lays these pages in a machine with this number. */
  faxes(from: string, ...pages: BilevelPage[]): Promise<void>;
  /** What the provider hands over instead of the next page fetched. */
  handsOver(bytes: Buffer): void;
  /** Everything that came out at a machine. */
  tray(e164: string): Promise<FaxView[]>;
  /** The pages of a fax as they lie in the tray. */
  paper(fax: FaxView): Promise<BilevelPage[]>;
  /** Lets the night go on, house and Kamome in step. */
  passes(seconds: number): Promise<void>;
  close(): Promise<void>;
}

/** @param machines numbers of the town that can be faxed to. */
export async function openFaxNight(world: World, machines: readonly string[]): Promise<FaxNight> {
  const { db, clock, release } = world;
  const { ids, log } = world.ctx;
  const house = await startFaxHouse({
    ...{ port: 0, clock, random: randomBytes },
    accounts: { interfax: account, telnyx: { apiKey: 'KEY-for-tests-0123' } },
  });
  const maker = openPageMaker();
  const { caseKey } = release;
  const drawing = { maker, words: loadWords(), caseKey, random: randomBytes, unsealUrl: `${world.gatewayUrl}/unseal` };
  release.tools.pages = releasePages(drawing);
  const real = interfaxLine({ ...account, apiBase: house.url });
  let instead: Buffer | null = null;
  const faxLine: FaxLine = {
    ...real,
    async fetchMedia(media, limits) {
      const bytes = instead;
      instead = null;
      return bytes ? { outcome: 'fetched', bytes } : real.fetchMedia(media, limits);
    },
  };
  const hook = receivedHook(
    () => world.ctx,
    () => hubOne.certificate,
  );
  const ctx: FaxContext = {
    ...{ db, clock, ids, log, faxLine, caseKey, random: randomBytes, publicBaseUrl: world.gatewayUrl },
    ...{ wake: () => undefined, remakeFax: async (document) => Buffer.from(document), ...hook },
    drawTestPage: async () => {
      throw new Error('nobody tests a destination here');
    },
    onFaxSettled: settledHook(world.ctx),
  };
  await ownNumber(ctx, ourFax, world.town.associationId);

  const control = async (method: string, path: string, body?: unknown): Promise<unknown> => {
    const json = { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
    const answer = await fetch(`${house.url}/faxhouse${path}`, { method, ...(body === undefined ? {} : json) });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
    return text === '' ? null : JSON.parse(text);
  };
  for (const e164 of machines) await control('PUT', `/numbers/${e164}`, { name: '町の医院' });
  // Nobody answers the doorbell there: the worker's own asking finds the page.
  const callbackUrl = `${world.gatewayUrl}/nobody`;
  await control('PUT', `/numbers/${ourFax}/inbound`, { provider: 'interfax', callbackUrl });

  const rest = async (): Promise<void> => {
    for (let round = 0; round < 30; round++) {
      await house.idle();
      const done =
        (await sweepReceived(ctx)) +
        (await sweepReleases(world.ctx)) +
        (await sendReplies(world.ctx)) +
        (await sweepFaxes(ctx));
      if (done === 0) return house.idle();
    }
    throw new Error('the fax line does not come to rest');
  };
  return {
    ...{ ctx, hub: hubOne },
    async faxes(from, ...pages) {
      const form = new FormData();
      form.set('from', from);
      form.set('to', ourFax);
      form.set('file', new Blob([Buffer.from(await encodeTiff(pages))]), 'page.tif');
      const answer = await fetch(`${house.url}/faxhouse/send`, { method: 'POST', body: form });
      if (answer.status !== 201) throw new Error(`the fax house took no fax: ${answer.status} ${await answer.text()}`);
    },
    handsOver: (bytes) => {
      instead = bytes;
    },
    tray: async (e164) => (await control('GET', `/numbers/${e164}/received`)) as FaxView[],
    async paper({ tiff }) {
      const answer = await fetch(new URL(tiff ?? '', house.url));
      const decoded = await decodeFax(Buffer.from(await answer.arrayBuffer()));
      if ('refused' in decoded) throw new Error(`what came out of the machine is no page: ${decoded.refused}`);
      return decoded.pages;
    },
    async passes(seconds) {
      const end = clock.now().getTime() + seconds * 1000;
      await rest();
      while (clock.now().getTime() < end) {
        await clock.advanceTo(new Date(Math.min(end, clock.now().getTime() + 5000)), () => house.idle());
        await rest();
      }
    },
    async close() {
      await house.close();
      maker.close();
    },
  };
}
