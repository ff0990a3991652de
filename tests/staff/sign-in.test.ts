import { expect } from 'chai';
import {
  askForPasskey,
  endSessionsOfStaff,
  openScreen,
  proveWithPassword,
  revokeSession,
  sessionOf,
  sessionsOf,
  signInWithPasskey,
  signInWithPassword,
} from '../../src/staff/actions.ts';
import { type Enrolled, goodPassword, StaffWorld } from './support.ts';

const from = { address: '192.0.2.1', device: 'Chrome / Windows' };

describe('signing in with password and one-time code', () => {
  let world: StaffWorld;
  before(async () => {
    world = await StaffWorld.open();
  });
  after(() => world?.database.drop());

  const signIn = (person: Enrolled, given: { password?: string; code?: string; address?: string } = {}) =>
    signInWithPassword(
      world.ctx,
      {
        signInName: person.signInName,
        password: given.password ?? goodPassword,
        code: given.code ?? world.code(person),
      },
      { ...from, address: given.address ?? world.ctx.ids.next('ef') },
    );
  it('is refused in clear words when the search key was replaced since, and only to whoever knows the password', async () => {
    const person = await world.enrol('clerk');
    const replaced = { ...world.ctx, staffKey: Buffer.alloc(32, 1) };
    const typed = { signInName: person.signInName, code: world.code(person) };
    const tries = [goodPassword, `${goodPassword} no`].map((password) =>
      signInWithPassword(replaced, { ...typed, password }, { ...from, address: world.ctx.ids.next('ef') }),
    );
    expect(await Promise.all(tries)).to.deep.equal([{ refused: 'key_replaced' }, { refused: 'wrong' }]);
    expect(await outcome(signIn(person))).to.equal('in');
  });

  const outcome = async (signing: ReturnType<typeof signIn>): Promise<string> => {
    const signed = await signing;
    return 'refused' in signed ? signed.refused : 'in';
  };

  it('opens a session of that person, and writes it down', async () => {
    const person = await world.enrol('clerk');
    const signed = await signIn(person);
    if ('refused' in signed) throw new Error(signed.refused);
    const session = await sessionOf(world.ctx, signed.token, world.clock.now());
    expect(session).to.deep.equal({
      ...{ sessionId: signed.sessionId, kind: 'person', isFresh: true },
      staff: {
        id: person.staff.id,
        associationId: world.associationId,
        name: '看護 一郎',
        role: 'clerk',
        language: 'ja',
      },
    });
    expect(await world.kinds(person.staff.id)).to.deep.equal([
      'staff_invited',
      'password_set',
      'signed_in',
      'signed_in',
    ]);
  });

  it('takes the name in any width and case', async () => {
    const person = await world.enrol();
    expect(await outcome(signIn({ ...person, signInName: ` ${person.signInName.toUpperCase()}` }))).to.equal('in');
  });

  it('refuses a code that was used before, also within its half minute', async () => {
    const person = await world.enrol();
    const code = world.code(person);
    expect(await outcome(signIn(person, { code }))).to.equal('in');
    expect(await outcome(signIn(person, { code }))).to.equal('wrong');
    await world.passes(30);
    expect(await outcome(signIn(person))).to.equal('in');
  });

  it('takes a code only once when it comes twice at the same moment', async () => {
    const person = await world.enrol();
    const code = world.code(person);
    const both = await Promise.all([outcome(signIn(person, { code })), outcome(signIn(person, { code }))]);
    expect(both.sort()).to.deep.equal(['in', 'wrong']);
  });

  it('answers the same to an unknown name, a wrong password and a wrong code', async () => {
    const person = await world.enrol();
    expect(await outcome(signIn({ ...person, signInName: 'nobody-here' }))).to.equal('wrong');
    expect(await outcome(signIn(person, { password: 'something else entirely' }))).to.equal('wrong');
    expect(await outcome(signIn(person, { code: '000000' }))).to.equal('wrong');
    expect(await world.kinds(person.staff.id)).to.deep.equal([
      ...['staff_invited', 'password_set', 'signed_in', 'sign_in_failed', 'sign_in_failed'],
    ]);
  });

  it('takes a recovery code once instead of the app’s, however it is typed', async () => {
    const person = await world.enrol();
    const [first = ''] = person.recoveryCodes;
    expect(await outcome(signIn(person, { code: first.toUpperCase().replaceAll('-', ' ') }))).to.equal('in');
    expect(await outcome(signIn(person, { code: first }))).to.equal('wrong');
  });

  it('makes a guesser wait, tells him so, and lets the right person in when the wait is over', async () => {
    const person = await world.enrol();
    for (let wrong = 0; wrong < 5; wrong++)
      expect(await outcome(signIn(person, { password: `wrong guess number ${wrong}` }))).to.equal('wrong');
    expect(await outcome(signIn(person))).to.equal('locked');
    expect(await world.kinds(person.staff.id)).to.include('sign_in_locked');
    await world.passes(31);
    expect(await outcome(signIn(person))).to.equal('in');
    expect(await outcome(signIn(person, { password: 'one wrong again is free' }))).to.equal('wrong');
  });

  it('looks at five of a hundred guesses that come at the same moment', async () => {
    const person = await world.enrol();
    const guesses = Array.from({ length: 20 }, (_, n) =>
      outcome(signIn(person, { password: `guess number ${n} of all` })),
    );
    const outcomes = await Promise.all(guesses);
    expect(outcomes.filter((one) => one === 'wrong')).to.have.length(5);
    expect(outcomes.filter((one) => one === 'locked')).to.have.length(15);
  });

  it('makes an address wait that tries many names', async () => {
    const outcomes: string[] = [];
    for (let n = 0; n < 31; n++) {
      const nobody = { ...(await unknown()), signInName: `somebody${n}` };
      outcomes.push(await outcome(signIn(nobody, { address: '198.51.100.7', code: '123456' })));
    }
    expect(outcomes.slice(0, 30)).to.deep.equal(Array.from({ length: 30 }, () => 'wrong'));
    expect(outcomes[30]).to.equal('locked');
  });
  const unknown = async (): Promise<Enrolled> => ({
    ...{ staff: { id: '', associationId: '', name: '', role: 'nurse', language: 'ja' }, signInName: '', secret: '' },
    ...{ recoveryCodes: [], token: '', sessionId: '' },
  });

  it('keeps neither name nor address of a guesser readable, nor any secret', async () => {
    const person = await world.enrol();
    await signIn(person, { address: '203.0.113.99', password: 'wrong at 203.0.113.99' });
    for (const table of [
      'staff',
      'staff_attempt',
      'staff_session',
      'staff_challenge',
      'staff_recovery_code',
      'audit_entry',
    ]) {
      const { rows } = await world.ctx.db.query<{ line: string }>(`select to_jsonb(t)::text as line from ${table} t`);
      const text = rows.map(({ line }) => line).join('\n');
      const secrets = [person.secret, goodPassword, person.token, person.recoveryCodes[0] ?? '', '203.0.113.99'];
      for (const secret of secrets) {
        expect(text).to.not.include(secret);
        expect(text).to.not.include(Buffer.from(secret).toString('hex'));
      }
    }
  });

  it('writes down that a known passkey answered wrongly, and takes no answer twice', async () => {
    const person = await world.enrol();
    await world.ctx.db.query(
      `insert into staff_passkey (id, staff_id, public_key, counter, is_synced, label, created_at)
      values ('aGVyZQ', $1, '', 0, false, 'iPad', $2)`,
      [person.staff.id, world.clock.now()],
    );
    const ceremony = (await askForPasskey(world.ctx, null))?.ceremony ?? '';
    const response = { clientDataJSON: 'e30', authenticatorData: '', signature: '' };
    const answer = { id: 'aGVyZQ', rawId: 'aGVyZQ', type: 'public-key' as const, clientExtensionResults: {}, response };
    expect(await signInWithPasskey(world.ctx, ceremony, answer, from)).to.deep.equal({ refused: 'wrong' });
    expect((await world.log(person.staff.id)).at(-1)).to.deep.include({
      ...{ kind: 'sign_in_failed', actor: 'visitor', data: { method: 'passkey' } },
    });
    const left = await world.ctx.db.query(`select from staff_challenge where kind = 'use_passkey'`);
    expect(left.rowCount).to.equal(0);
  });

  it('asks no passkey where the console is reached by a bare address', async () => {
    const bare = { ...world.ctx, site: { origin: 'http://192.168.1.5:8083', name: 'Kamome' } };
    expect(await askForPasskey(bare, null)).to.equal(null);
    expect((await askForPasskey(world.ctx, null))?.options).to.include({
      rpId: 'localhost',
      userVerification: 'required',
    });
  });
});

describe('a session', () => {
  let world: StaffWorld;
  before(async () => {
    world = await StaffWorld.open();
  });
  after(() => world?.database.drop());

  const who = (token: string) => sessionOf(world.ctx, token, world.clock.now());

  it('ends half an hour after the last thing done, and is kept by what is done', async () => {
    const { token } = await world.enrol();
    for (let n = 0; n < 3; n++) {
      await world.passes(25 * 60);
      expect(await who(token)).to.not.equal(null);
    }
    await world.passes(31 * 60);
    expect(await who(token)).to.equal(null);
  });

  it('ends after twelve hours whatever is done', async () => {
    const { token } = await world.enrol();
    for (let n = 0; n < 35; n++) {
      await world.passes(20 * 60);
      await who(token);
    }
    expect(await who(token)).to.not.equal(null);
    await world.passes(20 * 60);
    expect(await who(token)).to.equal(null);
  });

  it('is not kept by a stream that only looks', async () => {
    const { token } = await world.enrol();
    await world.passes(28 * 60);
    expect(await sessionOf(world.ctx, token, world.clock.now(), false)).to.not.equal(null);
    await world.passes(2 * 60);
    expect(await who(token)).to.equal(null);
  });

  it('is fresh for ten minutes, and again after a new proof', async () => {
    const person = await world.enrol();
    await world.passes(9.5 * 60);
    expect((await who(person.token))?.isFresh).to.equal(false);
    const proving = { staffId: person.staff.id, sessionId: person.sessionId };
    const wrong = await proveWithPassword(world.ctx, proving, { password: goodPassword, code: '000000' }, from);
    expect(wrong).to.deep.equal({ refused: 'wrong' });
    const proof = { password: goodPassword, code: world.code(person) };
    expect(await proveWithPassword(world.ctx, proving, proof, from)).to.deep.equal({ proved: true });
    expect((await who(person.token))?.isFresh).to.equal(true);
  });

  it('is over at once when it is revoked, and is in the log as that', async () => {
    const person = await world.enrol();
    expect(await revokeSession(world.ctx, person.staff, person.sessionId, false)).to.equal(true);
    expect(await who(person.token)).to.equal(null);
    expect(await revokeSession(world.ctx, person.staff, person.sessionId, false)).to.equal(false);
    expect(await sessionsOf(world.ctx, person.staff.id)).to.deep.equal([]);
    expect((await world.log(person.staff.id)).at(-1)).to.deep.include({
      ...{ kind: 'session_revoked', actor: `operator:${person.staff.id}`, data: { sessionId: person.sessionId } },
    });
  });

  it('of a colleague is none of a clerk’s business; an administrator ends it, of his own association only', async () => {
    const [clerk, nurse, chief] = [await world.enrol('clerk'), await world.enrol(), await world.enrol('administrator')];
    const stranger = await world.enrol('administrator', await world.association());
    expect(await revokeSession(world.ctx, clerk.staff, nurse.sessionId, false)).to.equal(false);
    expect(await revokeSession(world.ctx, stranger.staff, nurse.sessionId, true)).to.equal(false);
    expect(await endSessionsOfStaff(world.ctx, stranger.staff, nurse.staff.id)).to.equal(null);
    expect(await who(nurse.token)).to.not.equal(null);
    expect(await endSessionsOfStaff(world.ctx, chief.staff, nurse.staff.id)).to.equal(1);
    expect(await who(nurse.token)).to.equal(null);
  });

  it('of a wall screen shows the whiteboard for thirty days, touched or not, and can be taken down', async () => {
    const person = await world.enrol();
    const screen = await openScreen(world.ctx, person.staff, '待合の画面');
    await world.passes(29 * 86_400);
    const session = await who(screen.token);
    expect(session).to.deep.include({ kind: 'screen', isFresh: false });
    expect(session?.staff).to.deep.include({ id: screen.sessionId, role: 'screen', name: '待合の画面' });
    expect(await revokeSession(world.ctx, person.staff, screen.sessionId, false)).to.equal(true);
    expect(await who(screen.token)).to.equal(null);
  });

  it('is nobody’s for a cookie that was made up', async () => {
    expect(await who('A'.repeat(43))).to.equal(null);
    expect(await sessionOf(world.ctx, undefined, world.clock.now())).to.equal(null);
  });
});
