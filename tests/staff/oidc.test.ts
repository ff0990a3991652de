import { expect } from 'chai';
import {
  answerOidc,
  answerOidcCode,
  beginOidc,
  openOidc,
  type StaffContext,
  sessionOf,
} from '../../src/staff/actions.ts';
import { type Person, startProvider, type TestProvider } from './oidc-provider.ts';
import { type Enrolled, StaffWorld } from './support.ts';

const from = { address: '192.0.2.1', device: 'Chrome / Windows' };

describe('signing in with another system', () => {
  let world: StaffWorld;
  let provider: TestProvider;
  let ctx: StaffContext;
  before(async () => {
    world = await StaffWorld.open();
    provider = await startProvider();
    const redirectUri = `${world.ctx.site.origin}/sign-in/oidc`;
    const settings = {
      issuer: provider.issuer,
      clientId: 'kamome',
      clientSecret: 'a secret of the client',
      redirectUri,
    };
    ctx = { ...world.ctx, oidc: openOidc(settings) };
  });
  after(async () => {
    await provider?.close();
    await world?.database.drop();
  });
  beforeEach(() => {
    provider.forge = {};
  });

  async function journey(person: Person, staffId: string | null = null) {
    const begun = await beginOidc(ctx, staffId);
    if (!begun) throw new Error('no other system is configured');
    return answerOidc(ctx, begun.ceremony, provider.visit(begun.address, person), from);
  }
  let subjects = 0;
  async function linked(): Promise<Enrolled & { sub: string }> {
    const person = await world.enrol();
    const sub = `subject-${++subjects}`;
    expect(await journey({ sub, amr: ['pwd'] }, person.staff.id)).to.deep.equal({ linked: true });
    return { ...person, sub };
  }

  it('opens a session when the other system says that it asked two factors', async () => {
    const { sub, staff } = await linked();
    const signed = await journey({ sub, amr: ['pwd', 'otp'] });
    if (!('token' in signed)) throw new Error(JSON.stringify(signed));
    expect((await sessionOf(ctx, signed.token, world.clock.now()))?.staff.id).to.equal(staff.id);
    expect((await world.log(staff.id)).at(-1)).to.deep.include({ kind: 'signed_in' });
  });

  it('asks our own code in addition when it says so of one only, and takes no wrong one', async () => {
    const person = await linked();
    const asked = await journey({ sub: person.sub, amr: ['pwd'] });
    if (!('ceremony' in asked)) throw new Error(JSON.stringify(asked));
    expect(await answerOidcCode(ctx, asked.ceremony, '000000', from)).to.deep.equal({ refused: 'wrong' });
    expect(await answerOidcCode(ctx, asked.ceremony, world.code(person), from)).to.deep.equal({ refused: 'wrong' });
    const again = await journey({ sub: person.sub, amr: ['pwd'] });
    if (!('ceremony' in again)) throw new Error(JSON.stringify(again));
    expect(await answerOidcCode(ctx, again.ceremony, world.code(person), from)).to.have.property('token');
  });

  it('lets nobody in who is not linked, and nobody out of use', async () => {
    expect(await journey({ sub: 'a stranger', amr: ['mfa'] })).to.deep.equal({ refused: 'unlinked' });
    const { sub, staff } = await linked();
    await ctx.db.query('update staff set is_active = false where id = $1', [staff.id]);
    expect(await journey({ sub, amr: ['mfa'] })).to.deep.equal({ refused: 'unlinked' });
  });

  it('links one account over there with one here only', async () => {
    const { sub } = await linked();
    const other = await world.enrol();
    expect(await journey({ sub, amr: ['mfa'] }, other.staff.id)).to.deep.equal({ refused: 'taken' });
  });

  it('believes no answer of another journey, browser, audience or time', async () => {
    const { sub } = await linked();
    const person = { sub, amr: ['mfa'] };
    const [one, two] = [await beginOidc(ctx, null), await beginOidc(ctx, null)];
    const crossed = await answerOidc(ctx, one!.ceremony, provider.visit(two!.address, person), from);
    expect(crossed).to.deep.equal({ refused: 'wrong' });
    const search = provider.visit(two!.address, person);
    expect(await answerOidc(ctx, two!.ceremony, search, from)).to.have.property('token');
    expect(await answerOidc(ctx, two!.ceremony, search, from)).to.deep.equal({ refused: 'wrong' });
    const old = Math.floor(Date.now() / 1000) - 7200;
    for (const forge of [
      { aud: 'somebody else' },
      { nonce: 'another' },
      { iss: 'https://evil.example' },
      { exp: old },
    ]) {
      provider.forge = forge;
      expect(await journey(person), JSON.stringify(forge)).to.deep.equal({ refused: 'wrong' });
    }
  });

  it('is not offered where none is configured', async () => {
    expect(await beginOidc(world.ctx, null)).to.equal(null);
  });
});
