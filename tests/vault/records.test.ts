import { randomBytes } from 'node:crypto';
import { expect } from 'chai';
import {
  adoptCard,
  cardKeysOf,
  closePatient,
  forgetForCase,
  keepForCase,
  openByCard,
  openByDataKey,
  openByHub,
  openForCase,
  releaseVersion,
  setRecordStatus,
  stockCards,
  storeVersion,
} from '../../src/vault/actions.ts';
import { VaultError } from '../../src/vault/vault.ts';
import { LogWorld } from '../audit/log-builder.ts';
import { freshDatabase, type TestDatabase } from '../support/postgres.ts';
import { doing, VaultWorld } from './support.ts';

/** The error's words, or '' when it went well. */
const refusal = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => '',
    (error: Error) => error.message,
  );

describe('the sealed record', () => {
  let database: TestDatabase;
  let world: VaultWorld;
  let calls: LogWorld;

  before(async function () {
    this.timeout(60_000);
    database = await freshDatabase();
    world = await new VaultWorld(database.pool).open();
    calls = new LogWorld(database.pool);
  });
  after(() => database.drop());

  it('is opened by the number on the card', async () => {
    const { patientId, card } = await world.enrolled('{"x":"鷗"}');
    const opened = await openByCard(world.night, world.associationId, card.number);
    if ('refused' in opened) throw new Error(opened.refused);
    expect(opened).to.deep.include({ patientId, cardId: card.cardId, version: 1, status: 'active' });
    expect(opened.content.toString()).to.equal('{"x":"鷗"}');
    const of = { associationId: world.associationId, patientId, version: 1 };
    expect((await openByDataKey(database.pool, of, opened.dataKey))?.content.toString()).to.equal('{"x":"鷗"}');
  });

  it('is unknown under another number and in another association', async () => {
    const { card } = await world.enrolled('a');
    expect(await world.read('500000000109')).to.equal('unknown');
    const other = await world.association();
    expect(await openByCard(world.night, other, card.number)).to.deep.equal({ refused: 'unknown' });
  });

  it('keeps every version, and the card opens the one that was released', async () => {
    const { patientId, card } = await world.enrolled('one');
    await world.store(patientId, card, 'two, not read a second time yet', false);
    expect(await world.read(card.number)).to.equal('one');
    const release = (version: number) =>
      world.inTransaction((tx) => releaseVersion(tx, world.hub, { ...world.of(patientId), version }));
    await release(2);
    expect(await world.read(card.number)).to.equal('two, not read a second time yet');
    expect(await refusal(release(3))).to.match(/no such version/);
    const read = async (version: number | null) =>
      (await openByHub(world.hub, world.associationId, patientId, version))?.content.toString();
    expect([await read(1), await read(2), await read(null), await read(3)]).to.deep.equal([
      ...['one', 'two, not read a second time yet', 'two, not read a second time yet', undefined],
    ]);
  });

  it('says when it is suspended', async () => {
    const { patientId, card } = await world.enrolled('a');
    const set = (status: 'active' | 'suspended') =>
      world.inTransaction((tx) => setRecordStatus(tx, world.hub, { ...world.of(patientId), status }));
    expect(await set('suspended')).to.equal(true);
    expect(await openByCard(world.night, world.associationId, card.number)).to.include({ status: 'suspended' });
    expect(await set('active')).to.equal(true);
    expect(await openByCard(world.night, world.associationId, card.number)).to.include({ status: 'active' });
  });

  it('cannot be changed or removed once it is stored, whoever tries', async () => {
    const { patientId } = await world.enrolled('a');
    for (const sql of [
      'update record_version set version = 9',
      'delete from record_version',
      'truncate record_version cascade',
    ])
      expect(await refusal(database.pool.query(sql)), sql).to.match(/append-only/);
    expect((await openByHub(world.hub, world.associationId, patientId, 1))?.content.toString()).to.equal('a');
  });

  it('may be stored before there is a card, and opens by the card that comes later', async () => {
    const patientId = await world.patient();
    await world.store(patientId, { cardKeys: [] }, 'early');
    await stockCards(world.night, 1);
    const card = await world.issue(patientId);
    expect(await world.read(card.number)).to.equal('early');
  });

  it('is not stored in a way that the card in use would not open', async () => {
    const { patientId, card } = await world.enrolled('a');
    expect(await refusal(world.store(patientId, { cardKeys: [] }, 'b'))).to.match(
      /key of the patient's card is missing/,
    );
    const strange = card.cardKeys.map((key) => ({ ...key, cardId: 'cd_other' }));
    expect(await refusal(world.store(patientId, { cardKeys: strange }, 'b'))).to.match(/is missing/);
    await world.inTransaction(async (tx) => {
      const cardKeys = await cardKeysOf(tx, world.hub, patientId);
      const made = { ...world.of(patientId), content: Buffer.from('c'), cardKeys, isReleased: true };
      await storeVersion(tx, world.hub, made);
    });
    expect(await world.read(card.number)).to.equal('c');
  });

  it('numbers versions without a gap when two desks save at once', async () => {
    const { patientId, card } = await world.enrolled();
    await Promise.all(['a', 'b', 'c', 'd'].map((content) => world.store(patientId, card, content)));
    const { rows } = await database.pool.query<{ version: number }>(
      'select version from record_version where patient_id = $1 order by version',
      [patientId],
    );
    expect(rows.map(({ version }) => version)).to.deep.equal([1, 2, 3, 4]);
  });

  it('says that the card is right and no record is there yet', async () => {
    const { card } = await world.enrolled();
    expect(await world.read(card.number)).to.equal('no_record');
  });

  it('opens by a card of the lists once its number was adopted', async () => {
    const patientId = await world.patient();
    const number = '500000000012';
    const { index } = await world.night.cards.derive(number);
    await database.pool.query(
      `insert into card (id, patient_id, lookup_index, status, issued_at) values ('cd_list', $1, $2, 'active', now())`,
      [patientId, index],
    );
    await world.store(patientId, { cardKeys: [] }, 'before');
    expect(await world.read(number)).to.equal('no_record');
    const adopt = (withNumber: string, hubKeys?: typeof world.hub.hubKeys) =>
      world.inTransaction((tx) => {
        const ctx = { ...world.night, ...(hubKeys && { hubKeys }) };
        return adoptCard(tx, ctx, { ...world.of(patientId), number: withNumber });
      });
    expect(await refusal(adopt('500000000109', world.hub.hubKeys))).to.match(/not the number/);
    expect(await refusal(adopt(number))).to.match(/hub key is needed/);
    const cardKeys = await adopt(number, world.hub.hubKeys);
    expect(await world.read(number)).to.equal('before');
    await world.store(patientId, { cardKeys }, 'after');
    expect(await world.read(number)).to.equal('after');
  });

  describe('in an urgent call', () => {
    const keptCount = async () =>
      (await database.pool.query<{ count: number }>('select count(*) from case_key_wrap')).rows[0]?.count;

    it('stays open for the case without the card, until the case closes', async () => {
      const { patientId, card } = await world.enrolled('a');
      const opened = await openByCard(world.night, world.associationId, card.number);
      if ('refused' in opened) throw new Error(opened.refused);
      const caseId = await calls.case(world.associationId);
      expect(await keepForCase(database.pool, world.night, caseId, opened)).to.equal(true);
      expect(await keepForCase(database.pool, world.night, caseId, opened), 'twice equals once').to.equal(true);
      const read = await openForCase(database.pool, world.night, caseId);
      expect(read?.content.toString()).to.equal('a');
      expect(read?.patientId).to.equal(patientId);
      const otherKey = { ...world.night, caseKey: randomBytes(32) };
      expect(await refusal(openForCase(database.pool, otherKey, caseId))).to.match(/another case key/);
      await database.pool.query(`update urgent_call set status = 'accepted', accepted_by = 'dr_1' where id = $1`, [
        caseId,
      ]);
      expect(await keptCount()).to.equal(1);
      await database.pool.query(`update urgent_call set status = 'closed' where id = $1`, [caseId]);
      expect(await keptCount()).to.equal(0);
      expect(await openForCase(database.pool, world.night, caseId)).to.equal(null);
      expect(await keepForCase(database.pool, world.night, caseId, opened), 'too late').to.equal(false);
      expect(await keptCount()).to.equal(0);
    });

    it('opens for its own case only', async () => {
      const { card } = await world.enrolled('a');
      const opened = await openByCard(world.night, world.associationId, card.number);
      if ('refused' in opened) throw new Error(opened.refused);
      const [one, other] = [await calls.case(world.associationId), await calls.case(world.associationId)];
      await keepForCase(database.pool, world.night, one, opened);
      await database.pool.query('update case_key_wrap set case_id = $2 where case_id = $1', [one, other]);
      expect(await refusal(openForCase(database.pool, world.night, other))).to.match(/does not open/);
      await forgetForCase(database.pool, other);
      expect(await keptCount()).to.equal(0);
    });
  });

  describe('of a patient who is closed', () => {
    it('opens for nobody any more, not even the hub, and the log still verifies', async () => {
      // An association of its own: elsewhere this file reaches into rows behind the log's back.
      const world = await new VaultWorld(database.pool).open();
      const { patientId, card } = await world.enrolled('one', 'two');
      const opened = await openByCard(world.night, world.associationId, card.number);
      if ('refused' in opened) throw new Error(opened.refused);
      const caseId = await calls.case(world.associationId);
      await keepForCase(database.pool, world.night, caseId, opened);
      const close = () => world.inTransaction((tx) => closePatient(tx, world.hub, world.of(patientId)));
      expect(await close()).to.deep.equal({ versions: 2 });
      expect(await close(), 'twice equals once').to.deep.equal({ versions: 0 });
      expect(await world.read(card.number)).to.equal('revoked');
      expect(await openByHub(world.hub, world.associationId, patientId, 1)).to.equal(null);
      expect(await openForCase(database.pool, world.night, caseId)).to.equal(null);
      const { rows } = await database.pool.query<{ versions: number; hub: number; card: number; kept: number }>(
        `select count(*) as versions, count(record_hub_wrap) as hub, count(record_card_wrap) as card, count(case_key_wrap) as kept
        from record_version
        left join record_hub_wrap on record_hub_wrap.version_id = record_version.id
        left join record_card_wrap on record_card_wrap.version_id = record_version.id
        left join case_key_wrap on case_key_wrap.version_id = record_version.id
        where patient_id = $1`,
        [patientId],
      );
      expect(rows[0]).to.deep.equal({ versions: 2, hub: 0, card: 0, kept: 0 });
      expect(await refusal(world.store(patientId, { cardKeys: [] }, 'x'))).to.match(/destroyed/);
      const kinds = await database.pool.query<{ kind: string }>(
        'select kind from audit_entry where chain_id = $1 order by seq',
        [patientId],
      );
      const sealed = ['version_sealed', 'version_released'];
      expect(kinds.rows.map(({ kind }) => kind)).to.deep.equal([
        'card_issued',
        ...sealed,
        ...sealed,
        'patient_shredded',
      ]);
      await calls.seal(world.associationId);
      const report = await calls.verify({ associationId: world.associationId });
      expect(report.findings).to.deep.equal([]);
      expect(report.isSound).to.equal(true);
    });

    it('is not closed from another association', async () => {
      const { patientId, card } = await world.enrolled('a');
      const other = await world.association();
      const closing = world.inTransaction((tx) =>
        closePatient(tx, world.hub, { associationId: other, patientId, ...doing }),
      );
      expect(await refusal(closing)).to.match(/no such patient/);
      expect(await world.read(card.number)).to.equal('a');
    });
  });

  it('that was altered in the database is refused aloud and not shown', async () => {
    const { card, patientId } = await world.enrolled('a');
    const { patientId: neighbour } = await world.enrolled('b');
    await database.pool.query(
      `update record_card_wrap set wrap = set_byte(wrap, 20, get_byte(wrap, 20) # 1)
      where version_id in (select id from record_version where patient_id = $1)`,
      [patientId],
    );
    const opening = openByCard(world.night, world.associationId, card.number);
    expect(await opening.catch((error: unknown) => error)).to.be.instanceOf(VaultError);
    // One patient's wrap beside another's content.
    await database.pool.query(
      `update record_hub_wrap set wrap = (
        select wrap from record_hub_wrap join record_version on id = version_id where patient_id = $2)
      where version_id in (select id from record_version where patient_id = $1)`,
      [patientId, neighbour],
    );
    const byHub = openByHub(world.hub, world.associationId, patientId, 1);
    expect(await byHub.catch((error: unknown) => error)).to.be.instanceOf(VaultError);
  });
});
