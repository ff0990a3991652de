import { expect } from 'chai';
import {
  associationsWithoutStaff,
  beginPassword,
  changePassword,
  changeStaff,
  enrolWithPassword,
  inviteAgain,
  invited,
  inviteFirst,
  ownAccount,
  removePasskey,
  sessionOf,
  signInWithPassword,
  staffIn,
} from '../../src/staff/actions.ts';
import { codeOf } from '../support/totp.ts';
import { type Enrolled, goodPassword, StaffWorld } from './support.ts';

const from = { address: '192.0.2.1', device: 'Chrome / Windows' };

describe('an invitation', () => {
  let world: StaffWorld;
  before(async () => {
    world = await StaffWorld.open();
  });
  after(() => world?.database.drop());

  it('is good once, for a day, and its secret is stored nowhere', async () => {
    const { token } = await world.invite('auditor');
    expect(await invited(world.ctx, token)).to.include({ name: '看護 一郎', role: 'auditor' });
    const { rows } = await world.ctx.db.query<{ line: string }>(
      'select to_jsonb(i)::text as line from staff_invitation i',
    );
    expect(rows.map(({ line }) => line).join()).to.not.include(token);
    await world.passes(86_399);
    expect(await invited(world.ctx, token)).to.not.equal(null);
    await world.passes(1);
    expect(await invited(world.ctx, token)).to.equal(null);
  });

  it('is used up by the first who enrols with it, also when two come at once', async () => {
    const { token } = await world.invite();
    const enrol = async (signInName: string) => {
      const begun = await beginPassword(world.ctx, { invitation: token });
      if (!begun) return 'invitation';
      const code = codeOf(begun.secret, world.clock.now());
      const answer = { ceremony: begun.ceremony, signInName, password: goodPassword, code };
      const enrolled = await enrolWithPassword(world.ctx, token, answer, 'Chrome / Windows');
      return 'refused' in enrolled ? enrolled.refused : 'in';
    };
    expect((await Promise.all([enrol('first.one'), enrol('second.one')])).sort()).to.deep.equal(['in', 'invitation']);
    expect(await enrol('third.one')).to.equal('invitation');
  });

  it('is replaced by a newer one', async () => {
    const { token, staffId } = await world.invite();
    const again = await inviteAgain(world.ctx, { associationId: world.associationId, staffId, by: 'command_line' });
    expect(await invited(world.ctx, token)).to.equal(null);
    expect(await invited(world.ctx, again?.token ?? '')).to.include({ id: staffId });
  });

  it('of the first start makes one administrator, however often it starts, until he has come in', async () => {
    const associationId = await world.association();
    await inviteFirst(world.ctx, associationId, '管理者');
    const second = await inviteFirst(world.ctx, associationId, '管理者');
    const staff = await staffIn(world.ctx, associationId);
    expect(staff.map(({ role, isInvited }) => [role, isInvited])).to.deep.equal([['administrator', true]]);
    const begun = await beginPassword(world.ctx, { invitation: second?.token ?? '' });
    const code = codeOf(begun?.secret ?? '', world.clock.now());
    const answer = { ceremony: begun?.ceremony ?? '', signInName: 'very.first', password: goodPassword, code };
    await enrolWithPassword(world.ctx, second?.token ?? '', answer, 'Chrome / Windows');
    expect(await inviteFirst(world.ctx, associationId, '管理者')).to.equal(null);
    expect((await associationsWithoutStaff(world.ctx.db)).map(({ id }) => id)).to.not.include(associationId);
  });
});

describe('a password that is set', () => {
  let world: StaffWorld;
  before(async () => {
    world = await StaffWorld.open();
  });
  after(() => world?.database.drop());

  async function setting(given: { signInName?: string; password?: string; code?: string }) {
    const { token } = await world.invite();
    const begun = await beginPassword(world.ctx, { invitation: token });
    if (!begun) throw new Error('no invitation');
    const answer = {
      ...{ ceremony: begun.ceremony, signInName: 'a.name', password: goodPassword },
      code: codeOf(begun.secret, world.clock.now()),
      ...given,
    };
    const enrolled = await enrolWithPassword(world.ctx, token, answer, 'Chrome / Windows');
    return { token, begun, answer, enrolled };
  }

  it('is refused with the reason, and goes on with the same secret of the app', async () => {
    const person = await world.enrol();
    const cases = [
      [{ password: 'short one' }, 'short'],
      [{ password: 'password1234567890' }, 'guessable'],
      [{ signInName: '看護' }, 'name'],
      [{ signInName: person.signInName.toUpperCase() }, 'name_taken'],
      [{ code: '000000' }, 'code'],
    ] as const;
    for (const [given, refused] of cases) expect((await setting(given)).enrolled).to.include({ refused });
    const { token, answer, enrolled } = await setting({ password: 'too short' });
    const ceremony = 'ceremony' in enrolled ? enrolled.ceremony : undefined;
    const better = { ...answer, ceremony: ceremony ?? '', password: goodPassword, signInName: 'better.name' };
    expect(await enrolWithPassword(world.ctx, token, better, 'Chrome / Windows')).to.have.property('recoveryCodes');
    expect(await enrolWithPassword(world.ctx, token, answer, 'Chrome / Windows')).to.deep.equal({
      refused: 'invitation',
    });
  });

  it('cannot stand in the database without its second factor', async () => {
    const person = await world.enrol();
    const half = world.ctx.db.query('update staff set totp_secret = null where id = $1', [person.staff.id]);
    expect(await half.catch((error: Error) => error.message)).to.match(/violates check constraint/);
  });

  it('signs other devices out when it is changed, makes new recovery codes, and voids the old', async () => {
    const person = await world.enrol();
    const other = await signInWithPassword(
      world.ctx,
      { signInName: person.signInName, password: goodPassword, code: world.code(person) },
      from,
    );
    if ('refused' in other) throw new Error(other.refused);
    await world.passes(60);
    const begun = await beginPassword(world.ctx, { staffId: person.staff.id });
    const password = 'a different phrase of mine';
    const code = codeOf(begun?.secret ?? '', world.clock.now());
    const answer = { ceremony: begun?.ceremony ?? '', signInName: person.signInName, password, code };
    const changed = await changePassword(world.ctx, person.staff.id, person.sessionId, answer);
    expect(changed).to.have.property('recoveryCodes');
    expect(await sessionOf(world.ctx, other.token, world.clock.now())).to.equal(null);
    expect(await sessionOf(world.ctx, person.token, world.clock.now())).to.not.equal(null);
    const old = { signInName: person.signInName, password, code: person.recoveryCodes[0] ?? '' };
    expect(await signInWithPassword(world.ctx, old, from)).to.deep.equal({ refused: 'wrong' });
    expect(await ownAccount(world.ctx, person.staff.id)).to.include({ recoveryCodesLeft: 10 });
  });
});

describe('an account', () => {
  let world: StaffWorld;
  before(async () => {
    world = await StaffWorld.open();
  });
  after(() => world?.database.drop());

  const by = 'command_line';
  const change = (
    staffId: string,
    given: Parameters<typeof changeStaff>[1]['change'],
    associationId = world.associationId,
  ) => changeStaff(world.ctx, { associationId, staffId, by, change: given });
  const isIn = async ({ token }: Enrolled) => (await sessionOf(world.ctx, token, world.clock.now())) !== null;

  it('is signed out at once when it is taken out of use, and can then not sign in', async () => {
    const person = await world.enrol();
    expect(await change(person.staff.id, { isActive: false })).to.equal('changed');
    expect(await isIn(person)).to.equal(false);
    const typed = { signInName: person.signInName, password: goodPassword, code: world.code(person) };
    expect(await signInWithPassword(world.ctx, typed, from)).to.deep.equal({ refused: 'wrong' });
    await change(person.staff.id, { isActive: true });
    expect(await signInWithPassword(world.ctx, typed, from)).to.have.property('token');
  });

  it('is signed out when its role changes, and stays in when only its name does', async () => {
    const person = await world.enrol('nurse');
    await change(person.staff.id, { name: '看護 二郎' });
    expect(await isIn(person)).to.equal(true);
    await change(person.staff.id, { role: 'auditor' });
    expect(await isIn(person)).to.equal(false);
    expect((await world.log(person.staff.id)).at(-1)?.data).to.deep.equal({
      ...{ role: 'auditor', isActive: true, isRenamed: false, sessionsEnded: 1 },
    });
  });

  it('of the last administrator can neither be stopped nor given another role', async () => {
    const associationId = await world.association();
    const only = await world.enrol('administrator', associationId);
    await world.invite('administrator', associationId); // who has not come in yet does not count
    expect(await change(only.staff.id, { isActive: false }, associationId)).to.equal('last_administrator');
    expect(await change(only.staff.id, { role: 'clerk' }, associationId)).to.equal('last_administrator');
    const second = await world.enrol('administrator', associationId);
    const both = [only, second].map(({ staff }) => change(staff.id, { isActive: false }, associationId));
    expect((await Promise.all(both)).sort()).to.deep.equal(['changed', 'last_administrator']);
  });

  it('of another association is nobody’s business', async () => {
    const stranger = await world.enrol('nurse', await world.association());
    const { id: staffId } = stranger.staff;
    expect(await change(staffId, { isActive: false })).to.equal('unknown');
    expect(await inviteAgain(world.ctx, { associationId: world.associationId, staffId, by })).to.equal(null);
    expect((await staffIn(world.ctx, world.associationId)).map(({ id }) => id)).to.not.include(staffId);
    expect(await isIn(stranger)).to.equal(true);
  });

  it('that is reset has neither old password nor old session, and begins anew by its link', async () => {
    const person = await world.enrol();
    const { id: staffId } = person.staff;
    const invitation = await inviteAgain(world.ctx, { associationId: world.associationId, staffId, by });
    expect(await isIn(person)).to.equal(false);
    const typed = { signInName: person.signInName, password: goodPassword, code: world.code(person) };
    expect(await signInWithPassword(world.ctx, typed, from)).to.deep.equal({ refused: 'wrong' });
    expect(await invited(world.ctx, invitation?.token ?? '')).to.include({ id: staffId });
    expect(await world.kinds(staffId)).to.deep.equal([
      ...['staff_invited', 'password_set', 'signed_in', 'credentials_reset'],
    ]);
  });

  it('keeps its last passkey, and loses one of two', async () => {
    const { staffId } = await world.invite();
    const insert = (id: string) =>
      world.ctx.db.query(
        `insert into staff_passkey (id, staff_id, public_key, counter, is_synced, label, created_at)
        values ($1, $2, '', 0, false, 'iPad', $3)`,
        [id, staffId, world.clock.now()],
      );
    await insert('one');
    expect(await removePasskey(world.ctx, staffId, 'one')).to.equal('last');
    await insert('two');
    expect(await removePasskey(world.ctx, staffId, 'one')).to.equal('removed');
    expect(await removePasskey(world.ctx, staffId, 'one')).to.equal('unknown');
  });
});
