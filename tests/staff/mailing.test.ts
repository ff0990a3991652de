import { expect } from 'chai';
import { smtpPost } from '../../src/providers/smtp/post.ts';
import { beginPassword, changePassword, inviteAgain } from '../../src/staff/actions.ts';
import { type StaffMailContext, sweepStaffMail } from '../../src/staff/mailing.ts';
import { loadPrompts } from '../../src/voice/prompts.ts';
import { mailFolder } from '../../workers/watch.ts';
import { watchedLog } from '../support/leaks.ts';
import { type MailServer, openMailServer } from '../support/mail-server.ts';
import { codeOf } from '../support/totp.ts';
import { type Enrolled, goodPassword, StaffWorld } from './support.ts';

const url = 'https://desk.example.jp/account';

describe('whose means to sign in have changed', () => {
  let world: StaffWorld;
  let server: MailServer;
  let ctx: StaffMailContext;
  beforeEach(async () => {
    [world, server] = await Promise.all([StaffWorld.open(), openMailServer()]);
    const words = [loadPrompts(mailFolder, 'ja'), loadPrompts(mailFolder, 'en')];
    const post = smtpPost({ smtpUrl: server.url, from: 'kamome@example.jp' });
    ctx = { db: world.ctx.db, clock: world.clock, log: watchedLog([]), post, url, words };
  });
  afterEach(async () => {
    await Promise.all([server.close(), world.database.drop()]);
  });

  async function changes({ staff, sessionId }: Enrolled, signInName: string): Promise<void> {
    const begun = await beginPassword(world.ctx, { staffId: staff.id });
    const code = codeOf(begun?.secret ?? '', world.clock.now());
    const answer = { ceremony: begun?.ceremony ?? '', signInName, password: goodPassword, code };
    expect(await changePassword(world.ctx, staff.id, sessionId, answer)).to.have.property('recoveryCodes');
  }
  const told = () => server.mails.map(({ to, text }) => [to.join(), /- (.*)/.exec(text)?.[1]]);
  const kept = async () =>
    (await world.ctx.db.query('select address, due_at, sent_at is not null as sent from staff_mail')).rows;

  it('is told by e-mail when his sign-in name is an address, in Japanese and English, without his name or an id', async () => {
    const nurse = await world.enrol('nurse', world.associationId, 'nurse@example.jp');
    expect(await sweepStaffMail(ctx)).to.equal(1);
    await inviteAgain(world.ctx, { associationId: world.associationId, staffId: nurse.staff.id, by: 'command_line' });
    expect(await sweepStaffMail(ctx)).to.equal(1);
    expect(told()).to.deep.equal([
      ['nurse@example.jp', 'サインイン名、パスワードと確認コードが設定されました'],
      ['nurse@example.jp', '管理者がすべての手段を無効にし、新しい招待を作りました'],
    ]);
    const { text = '', subject } = server.mails[1] ?? {};
    expect(subject).to.equal('【在宅医療の夜間窓口】サインインの手段が変わりました');
    expect(text).to.match(
      /西区医師会[\s\S]*2026-06-01 12:01[\s\S]*https:\/\/desk\.example\.jp\/account[\s\S]*made a new/,
    );
    expect(text).not.to.match(/[a-z]{2}_[0-9a-z]{26}|看護/);
    expect(await sweepStaffMail(ctx), 'each once').to.equal(0);
    expect(await kept()).to.deep.equal(Array(2).fill({ address: null, due_at: null, sent: true }));
  });

  it('is told at the address before as well, so that who takes an account over cannot silence it', async () => {
    const nurse = await world.enrol('nurse', world.associationId, 'before@example.jp');
    await sweepStaffMail(ctx);
    await changes(nurse, 'after@example.jp');
    await sweepStaffMail(ctx);
    expect(told().map(([to]) => to)).to.have.members(['before@example.jp', 'before@example.jp', 'after@example.jp']);
  });

  it('is told again later while the server refuses, and nothing is kept in the end', async () => {
    await world.enrol('nurse', world.associationId, 'nurse@example.jp');
    server.answersWith('451 later');
    expect(await sweepStaffMail(ctx)).to.equal(1);
    expect(await sweepStaffMail(ctx), 'not at once').to.equal(0);
    server.answersWith(null);
    await world.passes(31);
    expect(await sweepStaffMail(ctx)).to.equal(1);
    expect(server.mails).to.have.length(1);

    server.answersWith('451 never');
    await world.enrol('nurse', world.associationId, 'other@example.jp');
    let tries = 0;
    for (let hours = 0; hours < 8; hours += 0.5, await world.passes(1800)) tries += await sweepStaffMail(ctx);
    expect(tries).to.equal(9);
    expect((await kept()).map((row) => [row.address, row.sent])).to.deep.equal([
      [null, true],
      [null, false],
    ]);
  });

  it('is not told without an address, and without a mail server no address is kept', async () => {
    await changes(await world.enrol(), 'nobody');
    expect(await kept()).to.deep.equal([]);
    await world.enrol('nurse', world.associationId, 'nurse@example.jp');
    await sweepStaffMail({ ...ctx, post: null });
    expect(await kept()).to.deep.equal([{ address: null, due_at: null, sent: false }]);
    expect(server.mails).to.deep.equal([]);
  });
});
