import { expect } from 'chai';
import { openAlarms, settleAlarm } from '../../src/alarms/actions.ts';
import { alarmKinds } from '../../src/alarms/alarm.ts';
import { type AlarmMailContext, sweepAlarmMail } from '../../src/alarms/mailing.ts';
import { inTransaction } from '../../src/db.ts';
import { smtpPost } from '../../src/providers/smtp/post.ts';
import { loadPrompts } from '../../src/voice/prompts.ts';
import { mailFolder } from '../../workers/watch.ts';
import { type MailServer, openMailServer } from '../support/mail-server.ts';
import { raise } from '../support/raise.ts';
import { createWorld, type World } from '../support/world.ts';

const url = 'https://desk.example.jp/alarms';

describe('alarms by e-mail', () => {
  let world: World;
  let server: MailServer;
  let ctx: AlarmMailContext;
  beforeEach(async () => {
    world = await createWorld();
    server = await openMailServer();
    const { db, clock, ctx: own } = world;
    const words = [loadPrompts(mailFolder, 'ja'), loadPrompts(mailFolder, 'en')];
    const post = smtpPost({ smtpUrl: server.url, from: 'kamome@example.jp' });
    const recipientsOf = () => ['standby@example.jp', 'hub@example.jp'];
    ctx = { ...{ db, clock, ids: own.ids, log: own.log, post, recipientsOf, url, words } };
  });
  afterEach(async () => {
    await server.close();
    await world.close();
  });

  const passes = async (minutes: number): Promise<void> => {
    for (let gone = 0; gone < minutes; gone++) {
      await sweepAlarmMail(ctx);
      await world.passes({ minutes: 1 });
    }
  };

  it('say what kind, since when, and where to see to it, in Japanese and English; nothing of a patient and no id', async () => {
    await raise(world, 'break_glass');
    await passes(5);
    expect(server.mails).to.have.length(1);
    const [mail] = server.mails;
    expect(mail?.from).to.equal('kamome@example.jp');
    expect(mail?.to).to.deep.equal(['standby@example.jp', 'hub@example.jp']);
    expect(mail?.subject).to.equal('【在宅医療の夜間窓口】警報: 担当でない医師に、緊急の開示をしました');
    expect(mail?.text).to.match(
      /2026-11-16 22:00から[\s\S]*https:\/\/desk\.example\.jp\/alarms[\s\S]*outside the care team/,
    );
    expect(mail?.text).not.to.match(/[a-z]{2}_[0-9a-z]{26}/);
    expect(mail?.data).to.match(/^Message-ID: <am_[0-9a-z]{26}@example\.jp>$/im);
  });

  it('have words for every kind of alarm, in both languages', () => {
    for (const words of ctx.words) for (const kind of alarmKinds) expect(words.say(kind)).to.match(/\S/);
  });

  it('are one digest when they storm: one message at once, and then one every ten minutes at most', async () => {
    await raise(world, 'recipient_not_told');
    await passes(1);
    for (let count = 0; count < 50; count++) await raise(world, count % 2 ? 'break_glass' : 'recipient_not_told');
    await passes(8);
    expect(server.mails).to.have.length(1);
    await passes(5);
    expect(server.mails).to.have.length(2);
    expect(server.mails[1]?.subject).to.include('警報が50件');
    expect(server.mails[1]?.text).to.match(/（25件、[\s\S]*（25件、/);
    await passes(30);
    expect(server.mails).to.have.length(2);
  });

  it('are sent again when the server did not take them, under the same id, and told as settled when they are by then', async () => {
    server.answersWith('451 4.7.1 try again, standby@example.jp');
    await raise(world, 'drill_due');
    await passes(3);
    expect(server.mails).to.deep.equal([]);
    const [alarm] = await openAlarms(world.db, world.town.associationId);
    await inTransaction(world.db, (tx) =>
      settleAlarm(tx, world.ctx, {
        ...{ associationId: world.town.associationId, alarmId: alarm?.id ?? '', operatorId: `op_${'0'.repeat(26)}` },
      }),
    );
    server.answersWith(null);
    await passes(8);
    expect(server.mails).to.have.length(1);
    expect(server.mails[0]?.text).to.include('すでに片付いています');
    expect(world.complaints.join())
      .to.match(/alarm_mail_not_sent.*smtp_451/)
      .and.not.to.include('@');
    world.complaints.length = 0;
  });

  it('are given up after two hours and more, aloud', async () => {
    await server.close();
    await raise(world, 'break_glass');
    await passes(200);
    const { rows } = await world.db.query('select status, attempts from alarm_mail');
    expect(rows).to.deep.equal([{ status: 'given_up', attempts: 9 }]);
    expect(world.complaints.join()).to.include('alarm_mail_given_up');
    world.complaints.length = 0;
  });

  it('are made by one of several workers', async () => {
    await raise(world, 'break_glass');
    await Promise.all([sweepAlarmMail(ctx), sweepAlarmMail(ctx), sweepAlarmMail(ctx)]);
    expect(server.mails).to.have.length(1);
  });

  it('go to nobody where nobody is named', async () => {
    await raise(world, 'break_glass');
    await sweepAlarmMail({ ...ctx, recipientsOf: () => [] });
    expect((await world.db.query('select 1 from alarm_mail')).rowCount).to.equal(0);
  });
});
