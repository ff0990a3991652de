/** InterFAX and Telnyx against the fax house, over HTTP. */
import { channel } from 'node:diagnostics_channel';
import type pg from 'pg';
import type { FaxLine } from '../../src/fax/fax-line.ts';
import type { Clock } from '../../src/lib/clock.ts';
import type { FaxView } from '../../src/simulators/faxhouse/control/views.ts';
import { type FaxHouse, startFaxHouse } from '../../src/simulators/faxhouse/faxhouse.ts';
import { FakeClock } from '../support/clock.ts';
import { type Base, openBase, type Rig, twoPages } from './rig.ts';
import { clinicFax, ourNumber, seededRandom, start } from './support.ts';

export const accounts = {
  interfax: { username: 'kamome', password: 'a-password-for-tests' },
  telnyx: { apiKey: 'KEY-for-tests-0123' },
};
export const signingSeed = Buffer.alloc(32, 5);

export interface HouseRig extends Rig {
  house: FaxHouse;
  base: Base;
  control(method: string, path: string, body?: unknown): Promise<unknown>;
}

interface Setting {
  provider: 'interfax' | 'telnyx';
  line(house: FaxHouse, url: string, now: () => Date): FaxLine;
  callbackPath: string;
  createPath: string;
  strangeNumber: string | null;
  failsStrangely?(rig: HouseRig): Promise<void>;
}

export async function openHouseRig(db: pg.Pool, setting: Setting): Promise<HouseRig> {
  // The house begins before the world whose clock it shares, so it is handed the clock through a window.
  let shared: Clock = new FakeClock(start);
  const clock: Clock = { now: () => shared.now(), after: (milliseconds, task) => shared.after(milliseconds, task) };
  const house = await startFaxHouse({ port: 0, clock, random: seededRandom('house'), accounts, signingSeed });
  const base = await openBase(db, (url, now) => setting.line(house, url, now));
  shared = base.world.clock;

  const control = async (method: string, path: string, body?: unknown): Promise<unknown> => {
    const json = { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
    const answer = await fetch(house.url + path, { method, ...(body === undefined ? {} : json) });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
    return text === '' ? null : JSON.parse(text);
  };
  await control('PUT', `/faxhouse/numbers/${clinicFax}`, { name: '港医院' });
  const callbackUrl = base.url + setting.callbackPath;
  await control('PUT', `/faxhouse/numbers/${ourNumber}/inbound`, { provider: setting.provider, callbackUrl });

  // Every request that Node's own fetch makes, whoever called it: also those of the official client.
  let creates = 0;
  const requests = channel('undici:request:create');
  const count = (message: unknown): void => {
    const { request } = message as { request: { method: string; path: string; origin: string } };
    if (request.method === 'POST' && request.origin === house.url && request.path.split('?')[0] === setting.createPath)
      creates++;
  };
  requests.subscribe(count);

  const api = (operation: string, mode: string, times: number) =>
    control('POST', '/faxhouse/faults', { api: { operation: `${setting.provider}.${operation}`, mode, times } });
  const rig: HouseRig = {
    ...{ house, base, control, world: base.world, url: base.url },
    creates: () => creates,
    nextCreateBreaks: async (how) => void (await api('send', how === 'taken' ? 'accept-then-500' : '503', 1)),
    async machineIs(how) {
      const habit = how === 'slow' ? { answerSeconds: 600 } : { behaviour: how };
      await control('PUT', `/faxhouse/numbers/${clinicFax}`, habit);
    },
    newsIsLost: async () => void (await control('POST', '/faxhouse/faults', { callbacks: { drop: 1 } })),
    async tray() {
      const faxes = (await control('GET', `/faxhouse/numbers/${clinicFax}/received`)) as FaxView[];
      return faxes.map((fax) => fax.reference);
    },
    strangeNumber: setting.strangeNumber,
    failsStrangely: async () => setting.failsStrangely?.(rig),
    async somebodyFaxes() {
      const form = new FormData();
      form.set('from', clinicFax);
      form.set('to', ourNumber);
      form.set('file', new Blob([Buffer.from(await twoPages())]), 'page.tif');
      const answer = await fetch(`${house.url}/faxhouse/send`, { method: 'POST', body: form });
      if (answer.status !== 201) throw new Error(`the fax house took no fax: ${answer.status} ${await answer.text()}`);
    },
    async fetchFails(times) {
      if (setting.provider === 'interfax') await api('image', '503', times);
      else await control('POST', '/faxhouse/faults', { media: { mode: 'forbidden', times } });
    },
    async isEmptyThere() {
      const headers =
        setting.provider === 'interfax'
          ? { authorization: `Basic ${btoa(`${accounts.interfax.username}:${accounts.interfax.password}`)}` }
          : { authorization: `Bearer ${accounts.telnyx.apiKey}` };
      const path = setting.provider === 'interfax' ? '/inbound/faxes?unreadOnly=true' : '/v2/faxes';
      const found = (await (await fetch(house.url + path, { headers })).json()) as
        | unknown[]
        | { data: { direction: string }[] };
      const list = Array.isArray(found) ? found : found.data.filter((fax) => fax.direction === 'inbound');
      return list.length === 0;
    },
    idle: () => house.idle(),
    async close() {
      requests.unsubscribe(count);
      await house.close();
      await base.stop();
    },
  };
  return rig;
}
