/** The console over real HTTP on a database with the example ward, and people who are signed in to it. */

import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import defaults from '../../config/default.json' with { type: 'json' };
import { type HeadSigner, newKey, signerFrom } from '../../src/audit/signer.ts';
import { createVerifications } from '../../src/audit/verifications.ts';
import { buildPages, builtPages } from '../../src/console/build/build.ts';
import { type RunningConsole, startConsole } from '../../src/console/console.ts';
import type { ConsoleContext, ConsoleJob } from '../../src/console/context.ts';
import type { AnswerOf, SentTo } from '../../src/console/route.ts';
import { type ConsoleRoutes, routes } from '../../src/console/routes.ts';
import { cookieNameOf, requestHeader, type SessionView } from '../../src/console/server.ts';
import { planShape } from '../../src/escalations/plan.ts';
import { createForesights } from '../../src/foresight/foresights.ts';
import { systemClock } from '../../src/lib/clock.ts';
import { createMetrics } from '../../src/metrics.ts';
import { openPageMakerLater } from '../../src/pages/maker.ts';
import { sessionOf } from '../../src/staff/actions.ts';
import type { Role, Staff, StaffRole } from '../../src/staff/staff.ts';
import { PatientsWorld } from '../patients/support.ts';
import { staffContext } from '../staff/support.ts';
import { inspectJob, inspectNumbers, keepKeySecret, watchedLog } from './leaks.ts';
import { findChromium } from './prerequisites.ts';

export interface ConsoleWorld {
  url: string;
  /** The same by name, where browsers allow passkeys. */
  siteUrl: string;
  ctx: ConsoleContext;
  /** Database, vault and enrolment verbs behind it. */
  patients: PatientsWorld;
  associationId: string;
  /** Seals the log as a worker does, and is what the console verifies by. */
  signer: HeadSigner;
  /** Somebody who is signed in; of the example's association unless told otherwise. */
  person(role: Role, given?: Partial<Staff> & { isFresh?: boolean; kind?: SessionView['kind'] }): Person;
  /** The same with an account in the database, for what he does with it. */
  employee(role: StaffRole, given?: Partial<Staff> & { isFresh?: boolean }): Promise<Person>;
  /** What the routes wanted to wake. */
  woken: { job: ConsoleJob; id: string }[];
  /** Everything logged at warn or error. */
  complaints: string[];
  close(): Promise<void>;
}

export interface Person {
  staff: Staff;
  cookie: string;
  call<Op extends keyof ConsoleRoutes>(
    operation: Op,
    sent: SentTo<ConsoleRoutes[Op]>,
  ): Promise<AnswerOf<ConsoleRoutes[Op]>>;
  /** The same for a no. */
  refused<Op extends keyof ConsoleRoutes>(
    operation: Op,
    sent: SentTo<ConsoleRoutes[Op]>,
  ): Promise<{ status: number; code: string; detail: Record<string, unknown> }>;
  /** The raw answer. */
  fetch(path: string, init?: RequestInit): Promise<Response>;
  signsOut(): void;
}

export async function openConsoleWorld(
  given: Partial<ConsoleContext> = {},
  pages: () => string | null = builtPages,
): Promise<ConsoleWorld> {
  const patients = await PatientsWorld.open();
  const complaints: string[] = [];
  const woken: ConsoleWorld['woken'] = [];
  const sessions = new Map<string, SessionView>();
  const maker = openPageMakerLater();
  const site = { origin: 'http://localhost', name: 'Kamome' };
  const log = watchedLog(complaints);
  const signer = signerFrom(newKey(), 'a test');
  const parts = { ...patients.ctx, clock: given.clock ?? systemClock, log };
  const plan = planShape.parse(defaults.plan);
  const ctx: ConsoleContext = {
    ...parts,
    maker,
    plan,
    foresights: createForesights({ ...parts, plan }),
    wake: (job, id) => {
      inspectJob(job, id);
      woken.push({ job, id });
    },
    publicBaseUrl: 'http://kamome.test',
    staff: staffContext({ ...parts, site }),
    pace: { allows: () => true },
    verifications: createVerifications({ ...parts, verifier: () => signer }),
    ...given,
  };
  const metrics = createMetrics();
  keepKeySecret('the search key', patients.ctx.searchKey);
  keepKeySecret('the case key', patients.ctx.caseKey);
  const running: RunningConsole = await startConsole({
    ...{ ctx, metrics, isSecure: false, proxies: 0, pages },
    sessionOf: async (cookie, isActivity) =>
      sessions.get(cookie) ?? sessionOf(ctx.staff, cookie, ctx.clock.now(), isActivity),
    http: { host: '127.0.0.1', port: 0, drainSeconds: 1 },
  });
  const url = `http://127.0.0.1:${running.port}`;
  site.origin = `http://localhost:${running.port}`; // passkeys belong to a name, never to a bare address
  const person: ConsoleWorld['person'] = (role, { isFresh = true, kind = 'person', ...some } = {}) => {
    const id = ctx.ids.next('op');
    const staff: Staff = { id, associationId: patients.associationId, name: '試験', role, language: 'ja', ...some };
    const cookie = ctx.ids.next('ef');
    sessions.set(cookie, { staff, sessionId: cookie, kind, isFresh });
    return personOf(url, staff, cookie, () => sessions.delete(cookie));
  };
  return {
    ...{ url, siteUrl: site.origin, ctx, patients, signer, woken, complaints, associationId: patients.associationId },
    person,
    async employee(role, some) {
      const made = person(role, some);
      const { id, associationId, name } = made.staff;
      await ctx.db.query('insert into staff (id, association_id, name, role, created_at) values ($1, $2, $3, $4, $5)', [
        ...[id, associationId, name, role, ctx.clock.now()],
      ]);
      return made;
    },
    async close() {
      await running.drain();
      inspectNumbers((await metrics.text()).body);
      maker.close();
      await patients.database.drop();
    },
  };
}

function personOf(url: string, staff: Staff, cookie: string, signOut: () => void): Person {
  const person: Person = {
    ...{ staff, cookie },
    fetch: (path, init = {}) =>
      fetch(`${url}${path}`, {
        ...init,
        headers: { cookie: `${cookieNameOf(false)}=${cookie}`, [requestHeader]: '1', ...(init.headers ?? {}) },
      }),
    async call(operation, sent) {
      const response = await ask(person, operation, sent);
      if (!response.ok) throw new Error(`${operation}: ${response.status} ${await response.text()}`);
      const isJson = response.headers.get('content-type')?.includes('json');
      return (isJson ? await response.json() : await response.blob()) as never;
    },
    async refused(operation, sent) {
      const response = await ask(person, operation, sent);
      const text = await response.text();
      if (response.ok) throw new Error(`${operation} was not refused: ${text.slice(0, 300)}`);
      return JSON.parse(text);
    },
    signsOut: signOut,
  };
  return person;
}

function ask(person: Person, operation: keyof ConsoleRoutes, sent: unknown): Promise<Response> {
  const { method, path } = routes[operation];
  const {
    params = {},
    query = {},
    body,
  } = sent as Record<'params' | 'query', Record<string, string>> & {
    body?: unknown;
  };
  const filled = path.replace(/:(\w+)/g, (_, name: string) => encodeURIComponent(params[name] ?? ''));
  const search = Object.keys(query).length > 0 ? `?${new URLSearchParams(query)}` : '';
  return person.fetch(`/api${filled}${search}`, {
    method: method.toUpperCase(),
    ...(body ? { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } } : {}),
  });
}

/** Flags that keep Debian's Chromium off the network; root needs no sandbox. */
const flags = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking'];

/** Of the page itself, and of the browser's own PDF viewer. */
/** Nothing moves: a page is judged as it will stand. */
const here = { locale: 'ja-JP', timezoneId: 'Asia/Tokyo', reducedMotion: 'reduce' } as const;
const ownProtocols = ['data:', 'blob:', 'chrome:', 'chrome-extension:'];

/** Chromium, and pages in it for people of a world; what a page complains of is collected. */
export async function openBrowser(world: ConsoleWorld): Promise<{
  browser: Browser;
  pageOf(person: Person | null, viewport?: { width: number; height: number }): Promise<Page>;
  problems: string[];
  close(): Promise<void>;
}> {
  if (!builtPages()) await buildPages();
  const args = [...flags, '--disable-component-update', '--disable-sync'];
  const browser = await chromium.launch({ executablePath: findChromium() ?? 'chromium', args });
  const problems: string[] = [];
  const contexts: BrowserContext[] = [];
  return {
    ...{ browser, problems },
    async pageOf(person, viewport = { width: 1024, height: 768 }) {
      const context = await browser.newContext({ ...here, viewport });
      contexts.push(context);
      const { hostname } = new URL(world.url);
      if (person)
        await context.addCookies([{ name: cookieNameOf(false), value: person.cookie, domain: hostname, path: '/' }]);
      const page = await context.newPage();
      page.on('pageerror', (error) => problems.push(error.message));
      page.on('console', (message) => message.type() === 'error' && problems.push(message.text()));
      page.on('request', (request) => {
        const { origin, protocol } = new URL(request.url());
        if (origin !== world.url && origin !== world.siteUrl && !ownProtocols.includes(protocol))
          problems.push(`asked the outside: ${request.url()}`);
      });
      return page;
    },
    async close() {
      await Promise.all(contexts.map((context) => context.close()));
      await browser.close();
    },
  };
}
