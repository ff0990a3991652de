/**
 * Every route of the console, from its own table, with bodies, queries and parts that fit but for what a mutation did to them: whatever
 * comes, the answer is an answer or a plain no, and nothing is logged as a fault.
 */
import type { AnyRoute } from '../../src/console/route.ts';
import { type ConsoleRoutes, routes } from '../../src/console/routes.ts';
import { permits, type Role, roles } from '../../src/staff/staff.ts';
import { type ConsoleWorld, openConsoleWorld, type Person } from '../support/console.ts';
import { minimumDraft } from '../support/drafts.ts';
import { type Known, sampleOf } from '../support/samples.ts';
import { law } from './law.ts';

type Operation = keyof ConsoleRoutes;
export const operations = Object.keys(routes) as Operation[];

export interface ConsoleDoors {
  /** The first byte says which route; the rest replaces the body, and stands in query and path when it is no JSON. */
  knock(input: Buffer): Promise<void>;
  /** A body that fits, behind its route's byte. */
  samples(): Buffer[];
  /** Answers by status. */
  readonly told: Map<number, number>;
  close(): Promise<void>;
}

export async function openConsoleDoors(): Promise<ConsoleDoors> {
  const world = await openConsoleWorld();
  const crew = new Map<Role, Person>();
  for (const role of roles) crew.set(role, await world.employee(role, { name: '試験の職員' }));
  const known = await knownIds(world);
  const told = new Map<number, number>();
  return {
    told,
    samples: () =>
      operations.map((operation, index) => {
        const { params, query, body } = routes[operation] as AnyRoute;
        const sample = { params: sampleOf(params, known), query: sampleOf(query, known), body: sampleOf(body, known) };
        return Buffer.concat([Buffer.from([index & 255, index >> 8]), Buffer.from(JSON.stringify(sample))]);
      }),
    async knock(input) {
      if (input.length < 3) return;
      const operation = operations[input.readUInt16LE(0) % operations.length]!;
      const route: AnyRoute = routes[operation];
      const text = input.toString('utf8', 2);
      const given = partsOf(text);
      const part = (name: string): string => String(given.params?.[name] ?? known[name] ?? text.slice(0, 60));
      const path = route.path.replace(/:(\w+)/g, (_, name: string) =>
        encodeURIComponent(part(name).replace(/\p{Cs}/gu, '')),
      );
      const query = new URLSearchParams(
        Object.entries(given.query ?? {}).map(([name, value]): [string, string] => [name, String(value)]),
      );
      const response = await personFor(crew, route).fetch(`/api${path}?${query}`, {
        method: route.method.toUpperCase(),
        signal: AbortSignal.timeout(60_000),
        ...(route.body
          ? {
              body: given.body === undefined ? text : JSON.stringify(given.body),
              headers: { 'content-type': 'application/json' },
            }
          : {}),
      });
      await response.arrayBuffer();
      told.set(response.status, (told.get(response.status) ?? 0) + 1);
      law(response.status < 500, `${operation} answered ${response.status}: ${faultIn(world)}`);
      const fault = faultIn(world);
      law(fault === null, `${operation} logged a fault: ${fault}`);
    },
    close: () => world.close(),
  };
}

interface Parts {
  params?: Record<string, unknown>;
  query?: Record<string, unknown>;
  body?: unknown;
}

function partsOf(text: string): Parts {
  try {
    const given: unknown = JSON.parse(text);
    return typeof given === 'object' && given !== null ? (given as Parts) : {};
  } catch {
    return {};
  }
}

const faultIn = ({ complaints }: ConsoleWorld): string | null =>
  complaints.splice(0).find((line) => /"level":"(error|fatal)"/.test(line)) ?? null;

function personFor(crew: ReadonlyMap<Role, Person>, { access }: AnyRoute): Person {
  const isOpen = access === 'anybody' || access === 'signed_in';
  return crew.get(isOpen ? 'administrator' : roles.find((one) => permits(one, access))!)!;
}

/** Ids of the example ward, so that many requests find what they speak of. */
async function knownIds({ ctx: { db }, patients }: ConsoleWorld): Promise<Known> {
  const first = async (table: string): Promise<string | undefined> =>
    (await db.query<{ id: string }>(`select id from ${table} limit 1`)).rows[0]?.id;
  const { patientId } = await patients.enrol({ draft: minimumDraft() });
  return {
    ...{ areaId: await first('area'), doctorId: await first('doctor'), hospitalId: await first('hospital') },
    ...{ facilityId: await first('facility'), patientId, kind: 'doctor', month: '2026-12', date: '2026-12-20' },
    ...{ from: 1080, to: 1980, number: '045-000-0298', draft: minimumDraft(), version: 1, before: null, after: null },
    id: await first('doctor'),
    file: Buffer.from('日付,医師,時間帯\n2026-12-20,815602,18:00-33:00').toString('base64'),
  };
}
