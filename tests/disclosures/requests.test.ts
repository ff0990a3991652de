import { expect } from 'chai';
import { inTransaction } from '../../src/db.ts';
import { openPhoneRequest, tellRequest } from '../../src/disclosures/actions.ts';
import { tidyCounters } from '../../src/disclosures/counting.ts';
import { releaseForCase, waitingNotices, whoOpened } from '../../src/disclosures/release.ts';
import { faxSettled, sweepPages } from '../../src/disclosures/render.ts';
import { plusSeconds } from '../../src/lib/clock.ts';
import { recordScene, type Scene } from '../support/record-scene.ts';
import { sampleContent } from '../support/release-tools.ts';
import { useWorld } from '../support/use-world.ts';

describe('record requests in the database', () => {
  const world = useWorld();
  let scene: Scene;
  beforeEach(async () => {
    scene = await recordScene(world);
  });

  const line = '+819000000077';
  let calls = 0;
  const opened = async (): Promise<{ requestId: string; callSid: string; line: string }> => {
    const callSid = `CA${++calls}`;
    const about = { associationId: world.town.associationId, callSid, line };
    const requestId = await openPhoneRequest(world.ctx, about, { receiptKey: callSid, reply: ({ id }) => id });
    await tellRequest(world.ctx, { requestId, callSid, line }, { type: 'code_keyed', code: scene.doctor.code });
    return { requestId, callSid, line };
  };
  const failures = async (): Promise<number[]> =>
    (await world.db.query('select failures from failed_attempt order by subject')).rows.map((row) => row.failures);
  const authorised = async () => {
    const about = await opened();
    const { ctx } = world;
    await tellRequest(ctx, about, { type: 'pin_keyed', pin: scene.pin });
    await tellRequest(ctx, about, { type: 'card_number_keyed', number: scene.patient.card });
    await tellRequest(ctx, about, { type: 'birth_date_keyed', birthDate: scene.birth });
    await world.passes({ seconds: 3 });
    await tellRequest(ctx, about, { type: 'verdict_heard' });
    await tellRequest(ctx, about, { type: 'reason_keyed', reason: 'visit' });
    return about;
  };

  it('count a wrong PIN once, however often its webhook is delivered, and answer it the same', async () => {
    const about = await opened();
    const answer = (reply: string) => ({ receiptKey: 'the same key', reply: () => reply });
    const keyed = { type: 'pin_keyed', pin: '11112222' } as const;
    const replies = await Promise.all(
      ['one', 'two', 'three'].map((words) => tellRequest(world.ctx, about, keyed, answer(words))),
    );
    expect(new Set(replies.map((told) => told?.reply)).size).to.equal(1);
    expect(await failures()).to.deep.equal([1, 1, 1]);
  });

  it('let no more than five guesses through, even side by side, and not the right one after them', async () => {
    const lines = [];
    for (let turn = 0; turn < 8; turn++) lines.push(await opened());
    const guessed = await Promise.all(
      lines.slice(0, 7).map((about) => tellRequest(world.ctx, about, { type: 'pin_keyed', pin: '11112222' })),
    );
    expect(guessed.filter((told) => told?.request.status === 'opened')).to.have.length(4);
    expect(guessed.filter((told) => told?.request.status === 'locked')).to.have.length(3);
    const right = await tellRequest(world.ctx, lines[7]!, { type: 'pin_keyed', pin: scene.pin });
    expect(right?.request.status).to.equal('locked');
    expect(Math.max(...(await failures()))).to.equal(5);
  });

  it('leave the count of a line’s day behind until that day and the next are over, and the others for good', async () => {
    await tellRequest(world.ctx, await opened(), { type: 'pin_keyed', pin: '11112222' });
    const afterDays = async (days: number): Promise<number[]> => {
      const at = plusSeconds(world.now(), days * 86_400);
      await tidyCounters({ db: world.db, clock: { now: () => at } });
      return failures();
    };
    expect([await afterDays(0), await afterDays(1)]).to.deep.equal([
      [1, 1, 1],
      [1, 1, 1],
    ]);
    expect(await afterDays(2)).to.deep.equal([1, 1]);
  });

  it('are nobody else’s: another call cannot speak for them', async () => {
    const { requestId } = await opened();
    const stranger = { requestId, callSid: 'CA of somebody else', line };
    expect(await tellRequest(world.ctx, stranger, { type: 'pin_keyed', pin: scene.pin })).to.equal(null);
  });

  it('release once when the last key arrives eight times at once', async () => {
    const about = await authorised();
    const keyed = { type: 'destination_keyed', choice: 1 } as const;
    const told = await Promise.all(Array.from({ length: 8 }, () => tellRequest(world.ctx, about, keyed)));
    expect(told.filter((one) => one?.refused === null)).to.have.length(1);
    expect((await world.db.query('select 1 from disclosure')).rowCount).to.equal(1);
    await Promise.all([sweepPages(world.ctx), sweepPages(world.ctx)]);
    expect((await world.db.query(`select 1 from fax where purpose = 'record'`)).rowCount).to.equal(1);
  });

  it('keep every disclosure for good, and tell who opened a record and who must hear of it', async () => {
    const about = await authorised();
    await tellRequest(world.ctx, about, { type: 'destination_keyed', choice: 1 });
    for (const statement of [
      'delete from disclosure',
      `update disclosure set reason = 'other'`,
      'truncate disclosure cascade',
    ])
      expect(await failure(() => world.db.query(statement)), statement).to.match(/append-only/);
    const [opening] = await whoOpened(world.db, scene.patient.id);
    expect(opening).to.include({ doctor_id: scene.doctor.id, reason: 'visit', form: 'full' });
    const [notice] = await waitingNotices(world.db, scene.attending.id);
    expect(notice).to.include({ requester: '夜の医師', id: opening?.id });
  });

  it('write down what became of the page, and correct a failure that was a delivery after all', async () => {
    const about = await authorised();
    await tellRequest(world.ctx, about, { type: 'destination_keyed', choice: 1 });
    await sweepPages(world.ctx);
    const fax = (await world.db.query<{ fax_id: string }>('select fax_id from release_page')).rows[0]!;
    for (const isDelivered of [false, false, true, false])
      await inTransaction(world.db, (tx) => faxSettled(world.ctx, tx, { faxId: fax.fax_id, isDelivered }, world.now()));
    const { rows } = await world.db.query<{ kind: string }>(
      `select kind from audit_entry where chain_id like 'ds_%' order by seq`,
    );
    expect(rows.map(({ kind }) => kind)).to.deep.equal([
      ...['disclosed', 'record_queued', 'record_failed', 'record_delivered'],
    ]);
    expect((await world.db.query('select 1 from doctor_callback')).rowCount).to.equal(1);
  });

  it('give whoever took an urgent call his page once', async () => {
    const { id: patientId } = scene.patient;
    const nurse = await world.rings('+819000000078');
    await nurse.press('1');
    await nurse.press(scene.patient.card);
    const { id: caseId, associationId } = await world.theCase();
    const opening = await world.release.tools.vault.openByCard(associationId, scene.patient.card);
    const given = { associationId, caseId, patientId, version: 1, dataKey: opening.dataKey, content: sampleContent() };
    const recipient = { doctorId: scene.doctor.id, relation: 'deputy' } as const;
    const release = () =>
      inTransaction(world.db, (tx) => releaseForCase(world.ctx, tx, { ...given, recipient }, world.now(), []));
    expect(await release())
      .to.have.property('disclosureId')
      .that.matches(/^ds_/);
    expect(await failure(release)).to.match(/disclosure_of_case/);
    await sweepPages(world.ctx);
    expect(world.release.drawn.filter((page) => page.kind === 'record')).to.have.length(1);
    const other = { doctorId: scene.attending.id, relation: 'attending' } as const;
    const nowhere = await inTransaction(world.db, (tx) =>
      releaseForCase(world.ctx, tx, { ...given, recipient: other }, world.now(), []),
    );
    expect(nowhere).to.deep.equal({ because: 'no_fax' });
  });
});

const failure = (work: () => Promise<unknown>): Promise<string> =>
  work().then(
    () => 'no failure',
    (error: Error) => error.message,
  );
