import { randomBytes } from 'node:crypto';
import { expect } from 'chai';
import {
  cardCopyOf,
  checkNeighbours,
  drawCard,
  issueCard,
  type NightVault,
  openByHub,
  reissueCard,
  reportLost,
  stockCards,
} from '../../src/vault/actions.ts';
import { openCopy } from '../../src/vault/card-copy.ts';
import { neighbours } from '../../src/vault/card-number.ts';
import { freshDatabase, type TestDatabase } from '../support/postgres.ts';
import { hubTwo } from './hubs.ts';
import { seededRandom, VaultWorld } from './support.ts';

describe('cards', () => {
  let database: TestDatabase;
  let world: VaultWorld;

  beforeEach(async function () {
    this.timeout(60_000);
    database = await freshDatabase();
    world = await new VaultWorld(database.pool).open();
  });
  afterEach(() => database.drop());

  const statuses = async (): Promise<string[]> => {
    const { rows } = await database.pool.query<{ status: string }>(
      'select status from card order by issued_at, status',
    );
    return rows.map(({ status }) => status);
  };
  const reissue = (patientId: string) => world.inTransaction((tx) => reissueCard(tx, world.hub, world.of(patientId)));

  it('are pending until their neighbours were tried, and cannot be handed out or opened before', async () => {
    const cardId = await drawCard(world.night);
    const patientId = await world.patient();
    const issue = () => world.inTransaction((tx) => issueCard(tx, world.hub, world.of(patientId)));
    expect(await issue()).to.deep.equal({ refused: 'no_card_ready' });
    expect(await checkNeighbours(world.night, cardId)).to.equal('ready');
    expect(await checkNeighbours(world.night, cardId), 'twice equals once').to.equal('done');
    const issued = await issue();
    expect(issued).to.include({ cardId });
    expect(await issue()).to.deep.equal({ refused: 'has_card' });
  });

  it('are drawn anew when two wrong digits would make them another card, in use or revoked', async () => {
    const random = seededRandom('a card');
    const cardId = await drawCard({ ...world.night, random });
    // Knowing the dice, a neighbour is handed out before the check: by the hub's eyes this is the number.
    const { rows } = await database.pool.query<{ hub_copy: Buffer }>('select hub_copy from card where id = $1', [
      cardId,
    ]);
    const { number } = openCopy(rows[0]?.hub_copy ?? Buffer.alloc(0), cardId, world.hub.hubKeys);
    const near = neighbours(number)[7] ?? '';
    const patientId = await world.patient();
    const { index } = await world.night.cards.derive(near);
    await database.pool.query(
      `insert into card (id, patient_id, lookup_index, status, issued_at) values ('cd_near', $1, $2, 'revoked', now())`,
      [patientId, index],
    );
    expect(await checkNeighbours(world.night, cardId)).to.equal('discarded');
    expect(await statuses()).to.deep.equal(['revoked']);
    await database.pool.query(
      `update card set next_lookup_index = lookup_index, lookup_index = $1, next_pepper_id = 'x'`,
      [randomBytes(32)],
    );
    const again = await drawCard({ ...world.night, random: seededRandom('a card') });
    expect(await checkNeighbours(world.night, again), 'found by its next index too').to.equal('discarded');
  });

  it('are never drawn twice with one number', async () => {
    const one = await drawCard({ ...world.night, random: seededRandom('same') });
    const other = await drawCard({ ...world.night, random: seededRandom('same') });
    expect(one).to.not.equal(other);
    const { rows } = await database.pool.query('select distinct lookup_index from card');
    expect(rows).to.have.length(2);
  });

  it('leave nothing of their number in clear, and nothing for the gateway once they are ready', async () => {
    await stockCards(world.night, 1);
    const { rows } = await database.pool.query<{ number_in_transit: Buffer | null }>('select * from card');
    expect(rows.map((row) => row.number_in_transit)).to.deep.equal([null]);
  });

  it('of a stock are brought up to the number wanted, pending ones first, and a lost case key only costs a draw', async () => {
    const cardId = await drawCard(world.night);
    expect(await stockCards(world.night, 2)).to.equal(2);
    expect(await statuses()).to.deep.equal(['ready', 'ready']);
    expect(await checkNeighbours(world.night, cardId)).to.equal('done');
    const forgotten = await drawCard({ ...world.night, caseKey: randomBytes(32) });
    expect(await checkNeighbours(world.night, forgotten)).to.equal('discarded');
    expect(await stockCards(world.night, 2)).to.equal(2);
  });

  it('are tried one derivation after the other, so that a caller never waits behind all of them', async () => {
    let running = 0;
    let most = 0;
    const { derive } = world.night.cards;
    const watched: NightVault['cards'] = {
      async derive(number) {
        most = Math.max(most, ++running);
        try {
          return await derive(number);
        } finally {
          running--;
        }
      },
    };
    await stockCards({ ...world.night, cards: watched }, 1);
    expect(most).to.equal(1);
  });

  it('go to different patients when two desks enrol at once', async () => {
    await stockCards(world.night, 4);
    const patients = await Promise.all([1, 2, 3, 4].map(() => world.patient()));
    const issued = await Promise.all(patients.map((patientId) => world.issue(patientId)));
    expect(new Set(issued.map(({ number }) => number)).size).to.equal(4);
  });

  it('that are lost open nothing from that moment, and their successor opens everything', async () => {
    const { patientId, card } = await world.enrolled('one', 'two');
    await stockCards(world.night, 1);
    const next = await reissue(patientId);
    if ('refused' in next) throw new Error(next.refused);
    expect(await world.read(card.number)).to.equal('revoked');
    expect(await world.read(next.number)).to.equal('two');
    const { rows } = await database.pool.query('select distinct card_id from record_card_wrap');
    expect(rows, 'no wrap of the old card is left').to.deep.equal([{ card_id: next.cardId }]);
    await world.store(patientId, next, 'three');
    expect(await world.read(next.number)).to.equal('three');
    expect((await openByHub(world.hub, world.associationId, patientId, 1))?.content.toString()).to.equal('one');
  });

  it('that are lost at night are revoked by anybody on duty, and replaced the next day', async () => {
    const { patientId, card } = await world.enrolled('a');
    const lose = () => world.inTransaction((tx) => reportLost(tx, world.night, world.of(patientId)));
    expect(await lose()).to.equal(true);
    expect(await lose()).to.equal(false);
    expect(await world.read(card.number)).to.equal('revoked');
    await stockCards(world.night, 1);
    const next = await reissue(patientId);
    if ('refused' in next) throw new Error(next.refused);
    expect(await world.read(next.number)).to.equal('a');
  });

  it('are not taken from a patient while there is no other to give', async () => {
    const { patientId, card } = await world.enrolled('a');
    expect(await reissue(patientId)).to.deep.equal({ refused: 'no_card_ready' });
    expect(await world.read(card.number)).to.equal('a');
  });

  it('are printed again from the copy that only the hub opens', async () => {
    const { patientId, card } = await world.enrolled('a');
    const copy = (hubKeys: typeof world.hub.hubKeys) =>
      world.inTransaction((tx) => cardCopyOf(tx, { hubKeys }, patientId));
    expect((await copy(world.hub.hubKeys))?.number).to.equal(card.number);
    expect(await copy(hubTwo.keys).catch((error: Error) => error.name)).to.equal('VaultError');
    const { patientId: neighbour } = await world.enrolled('b');
    await database.pool.query(
      'update card set hub_copy = (select hub_copy from card where patient_id = $2) where patient_id = $1',
      [patientId, neighbour],
    );
    expect(await copy(world.hub.hubKeys).catch((error: Error) => error.message)).to.match(/not of this card/);
  });

  it('revoked by the lists lose their wraps as well', async () => {
    const { patientId } = await world.enrolled('a');
    await database.pool.query(`update card set status = 'revoked' where patient_id = $1`, [patientId]);
    expect((await database.pool.query('select from record_card_wrap')).rowCount).to.equal(0);
  });
});
