/** People at the console: one who types names, and fifty who open what there is. */
import { setTimeout as wait } from 'node:timers/promises';
import { routes } from '../../src/console/routes.ts';
import { cookieNameOf, requestHeader } from '../../src/console/server.ts';
import { localDate } from '../../src/lib/japan-time.ts';
import { type Permission, permits } from '../../src/staff/staff.ts';
import type { Hub } from './console-town.ts';
import { between, chanceOf, type Spread, spread } from './figures.ts';

/** One request, read to its end. @throws on any answer that is not 200: a refusal is fast and proves nothing. */
async function ask(url: string, cookie: string, body?: unknown): Promise<number> {
  const began = performance.now();
  const response = await fetch(url, {
    method: body === undefined ? 'GET' : 'POST',
    headers: { cookie: `${cookieNameOf(false)}=${cookie}`, [requestHeader]: '1', 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  if (response.status !== 200) throw new Error(`${url}: ${response.status} ${text.slice(0, 200)}`);
  return performance.now() - began;
}

/** As one types: the beginning of a name, a letter more each time, then the next name. */
export async function measureSearch(baseUrl: string, hub: Hub, searches: number): Promise<Spread> {
  const chance = chanceOf(1);
  const times: number[] = [];
  const cookie = hub.cookies.nurse[0]!;
  while (times.length < searches + warmUps) {
    const name = hub.names[Math.floor(chance() * hub.names.length)]!;
    for (let letters = 2; letters <= Math.min(6, name.length); letters++) {
      const body = { text: name.slice(0, letters), areaId: null, after: null };
      times.push(await ask(`${baseUrl}/api/patients/search`, cookie, body));
    }
  }
  return spread(times.slice(warmUps));
}

const warmUps = 40;

export interface ApiResult {
  /** Of the slowest route. */
  p95: number;
  slowest: string;
  routes: Record<string, Spread>;
  /** Printed pages and what needs an id that nobody has here. */
  leftOut: string[];
}

interface Door {
  operation: string;
  url: string;
  cookie(user: number): string;
}

/** Every GET that answers JSON, in turn, by users who look at each answer for about a second. */
export async function measureApi(baseUrl: string, hub: Hub, users: number, seconds: number): Promise<ApiResult> {
  const { doors, leftOut } = doorsOf(baseUrl, hub);
  const times = new Map<string, number[]>(doors.map(({ operation }) => [operation, []]));
  for (const door of doors) await ask(door.url, door.cookie(0)); // each once before it counts
  const until = performance.now() + seconds * 1000;
  const user = async (number: number): Promise<void> => {
    const chance = chanceOf(number + 1);
    await wait(chance() * 1000);
    for (let turn = number; performance.now() < until; turn++) {
      const door = doors[turn % doors.length]!;
      times.get(door.operation)!.push(await ask(door.url, door.cookie(number)));
      await wait(between(chance, 500, 1500));
    }
  };
  await Promise.all(Array.from({ length: users }, (_, number) => user(number)));
  const spreads = [...times]
    .filter(([, values]) => values.length > 0)
    .map(([name, values]) => [name, spread(values)] as const);
  const [slowest, worst] = spreads.toSorted(([, one], [, other]) => other.p95 - one.p95)[0]!;
  return { p95: worst.p95, slowest, routes: Object.fromEntries(spreads), leftOut };
}

function doorsOf(baseUrl: string, hub: Hub): { doors: Door[]; leftOut: string[] } {
  const month = localDate(new Date()).slice(0, 7);
  const values: Record<string, string | undefined> = {
    ...{ areaId: hub.areaIds[0], hospitalId: hub.hospitalId, patientId: hub.patientIds[0], caseId: hub.caseIds[0] },
    ...{ month, kind: 'doctor', id: hub.doctorId, version: '1' },
  };
  const questions: Record<string, string> = { rotation: `?month=${month}`, fax_owners: '?words=%E5%8C%BB' };
  const doors: Door[] = [];
  const leftOut: string[] = [];
  for (const [operation, { method, path, access, reply }] of Object.entries(routes)) {
    if (method !== 'get') continue;
    const missing = [...path.matchAll(/:(\w+)/g)].some(([, name]) => values[name!] === undefined);
    if (missing || 'file' in reply) {
      leftOut.push(operation);
      continue;
    }
    const filled = path.replace(/:(\w+)/g, (_, name: string) => values[name] ?? '') + (questions[operation] ?? '');
    const isNurse = access === 'anybody' || access === 'signed_in' || permits('nurse', access as Permission);
    const cookies = isNurse ? hub.cookies.nurse : hub.cookies.administrator;
    doors.push({ operation, url: `${baseUrl}/api${filled}`, cookie: (user) => cookies[user % cookies.length]! });
  }
  return { doors, leftOut };
}
