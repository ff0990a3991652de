import { expect } from 'chai';
import { routes } from '../../src/console/routes.ts';
import { cookieNameOf, requestHeader } from '../../src/console/server.ts';
import { type Role, roles } from '../../src/staff/staff.ts';
import { type ConsoleWorld, openConsoleWorld } from '../support/console.ts';
import { whoMay } from '../support/who-may.ts';

/** Ids that fit every shape of a path and belong to nothing. */
const nothing: Readonly<Record<string, string>> = {
  ...{ kind: 'doctor', version: '1', date: '2026-11-01', month: '2026-11', token: 'x'.repeat(43) },
  ...{ patientId: `pt_${'0'.repeat(26)}`, itemId: `pg_${'0'.repeat(26)}` },
};
const whoever: readonly (Role | 'nobody')[] = [...roles, 'screen', 'nobody'];

describe('every door of the console', () => {
  let world: ConsoleWorld;
  before(async () => {
    world = await openConsoleWorld();
  });
  after(() => world?.close());

  async function cookieFor(who: Role | 'nobody', isFresh: boolean): Promise<Record<string, string>> {
    if (who === 'nobody') return {};
    const person =
      who === 'screen' ? world.person('screen', { kind: 'screen' }) : await world.employee(who, { isFresh });
    return { cookie: `${cookieNameOf(false)}=${person.cookie}` };
  }

  /** What the door says to somebody who brings nothing but himself. */
  async function knock(operation: string, who: Role | 'nobody', isFresh = true) {
    const { method, path } = routes[operation as keyof typeof routes];
    const filled = path.replace(/:(\w+)/g, (_, name: string) => nothing[name] ?? `ar_${'0'.repeat(26)}`);
    const cookie = await cookieFor(who, isFresh);
    const response = await fetch(`${world.url}/api${filled}`, {
      method: method.toUpperCase(),
      headers: { ...cookie, [requestHeader]: '1', 'content-type': 'application/json' },
      ...(method === 'get' ? {} : { body: '{}' }),
    });
    const text = await response.text();
    const code = response.ok ? '' : (JSON.parse(text) as { code?: string }).code;
    return { status: response.status, code };
  }

  it('has a line in the table of who may use it', () => {
    expect([...whoMay.keys()].sort()).to.deep.equal(Object.keys(routes).sort());
  });

  for (const who of whoever)
    it(`opens to ${who} where the table says so, and nowhere else`, async () => {
      for (const [operation, may] of whoMay) {
        const { status, code } = await knock(operation, who);
        const isLetIn = may.who === 'anybody' || (who !== 'nobody' && may.who.includes(who));
        const answer = `${operation}: ${status} ${code}`;
        if (isLetIn) {
          expect(['not_signed_in', 'not_permitted', 'screen_only', 'prove_again'], answer).to.not.include(code);
          expect(status, answer).to.be.below(500);
        } else if (who === 'nobody') expect([status, code], answer).to.deep.equal([401, 'not_signed_in']);
        else expect([status, code], answer).to.deep.equal([403, who === 'screen' ? 'screen_only' : 'not_permitted']);
      }
    });

  it('asks for a fresh proof where the table says so, and nowhere else', async () => {
    for (const [operation, may] of whoMay) {
      const who = may.who === 'anybody' ? 'nurse' : may.who[0]!;
      const { status, code } = await knock(operation, who, false);
      if (may.isFresh) expect([status, code], operation).to.deep.equal([403, 'prove_again']);
      else expect(code, operation).to.not.equal('prove_again');
    }
  });

  it('is silent about all of it in the log', () => {
    expect(world.complaints).to.deep.equal([]);
  });
});
