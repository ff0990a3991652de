import { expect } from 'chai';
import { sealAll, sealAssociation } from '../../src/audit/actions.ts';
import { entryHash, firstHash } from '../../src/audit/chain.ts';
import { append, emptyTree, leafHash, rootOf } from '../../src/audit/merkle.ts';
import { newKey, signerFrom } from '../../src/audit/signer.ts';
import { happenings, insertEntry, type LogWorld, openLog } from './log-builder.ts';

const [callBack, choice, message] = happenings;

describe('The seal', () => {
  let world: LogWorld;
  let association: string;

  openLog((made) => {
    world = made;
  });
  beforeEach(async () => {
    association = await world.association();
  });

  const seal = (options = {}) =>
    sealAssociation({ db: world.pool, signer: world.signer, clock: world.clock }, association, options);
  const leaves = async () => {
    const { rows } = await world.pool.query<{ entry_id: number; leaf_hash: Buffer; leaf_index: number }>(
      'select entry_id, leaf_hash, leaf_index from audit_leaf where association_id = $1 order by leaf_index',
      [association],
    );
    return rows;
  };
  const heads = async () =>
    (await world.pool.query('select * from audit_head where association_id = $1 order by tree_size', [association]))
      .rows;
  const entry = (chainId: string) => ({
    ...{ chainId, seq: 1, associationId: association, at: world.clock.now(), actor: 'caller', cause: 'test' },
    ...{ kind: 'refused', data: {} },
  });
  const hashOf = (chainId: string) => entryHash(firstHash(chainId), entry(chainId));

  it('does nothing for an empty log', async () => {
    expect(await seal()).to.deep.equal({ associationId: association, sealed: 0, treeSize: 0, status: 'done' });
    expect(await heads()).to.deep.equal([]);
  });

  it('takes every entry once, in bounded transactions, and signs the root of all leaves', async () => {
    for (let made = 0; made < 3; made++) await world.case(association, [callBack, choice, message]);
    expect(await seal({ batchSize: 5 })).to.deep.include({ sealed: 12, treeSize: 12, status: 'done' });
    expect((await heads()).map((head) => head.tree_size)).to.deep.equal([5, 10, 12]);
    const all = await leaves();
    expect(all.map((leaf) => leaf.leaf_index)).to.deep.equal(all.map((_, index) => index));
    expect(new Set(all.map((leaf) => leaf.entry_id)).size).to.equal(12);
    const root = rootOf(
      append(
        emptyTree,
        all.map((leaf) => leaf.leaf_hash),
      ),
    );
    const last = (await heads()).at(-1);
    expect(last.root).to.deep.equal(root);
    const head = { associationId: association, treeSize: 12, root, previousSize: 10, settledId: last.settled_id };
    expect(world.signer.verify({ ...head, sealedAt: last.sealed_at }, last.key_id, last.signature)).to.equal(true);
    expect((await world.verify({ associationId: association })).isSound).to.equal(true);
    expect(await seal()).to.deep.include({ sealed: 0, treeSize: 12, status: 'done' });
  });

  it('says that there is more when its bound is reached', async () => {
    await world.case(association, [callBack, choice, message]);
    expect(await seal({ batchSize: 2, batches: 1 })).to.deep.include({ sealed: 2, status: 'more' });
    expect(await seal({ batchSize: 2 })).to.deep.include({ sealed: 2, treeSize: 4, status: 'done' });
  });

  it('misses no entry whose smaller number is committed after a larger one', async function () {
    this.timeout(10_000);
    const [slow, quick] = [world.id('xx'), world.id('xx')];
    const client = await world.pool.connect();
    try {
      await client.query('begin');
      await insertEntry(client, entry(slow), firstHash(slow), hashOf(slow));
      await insertEntry(world.pool, entry(quick), firstHash(quick), hashOf(quick));
      expect(await seal()).to.deep.include({ sealed: 1, status: 'done' });
      await insertEntry(world.pool, { ...entry(quick), seq: 2 }, hashOf(quick), firstHash('any'));
      expect(await seal()).to.deep.include({ sealed: 1, treeSize: 2 });
      await client.query('commit');
    } finally {
      client.release();
    }
    expect(await seal()).to.deep.include({ sealed: 1, treeSize: 3 });
    expect((await leaves()).map((leaf) => leaf.leaf_hash)[2]).to.deep.equal(leafHash(hashOf(slow)));
  });

  it('looks no further back than needed once every writer has ended', async () => {
    await world.case(association, [callBack, choice]);
    await seal();
    const { rows } = await world.pool.query('select max(id) as id from audit_entry');
    expect((await heads()).at(-1).settled_id).to.equal(rows[0].id);
  });

  it('is made by one sealer at a time, and concurrent sealers lose and double nothing', async function () {
    this.timeout(20_000);
    const writing = Promise.all(
      Array.from({ length: 4 }, async () => {
        for (let made = 0; made < 5; made++) await world.case(association, [callBack, choice]);
      }),
    );
    let isWriting = true;
    const sealing = Promise.all(
      Array.from({ length: 3 }, async () => {
        while (isWriting) await seal({ batchSize: 3 });
      }),
    );
    await writing;
    isWriting = false;
    await sealing;
    await seal();
    const all = await leaves();
    expect(new Set(all.map((leaf) => leaf.entry_id)).size).to.equal(60);
    expect(all).to.have.length(60);
    const { findings, unsealed } = await world.verify({ associationId: association });
    expect({ findings, unsealed }).to.deep.equal({ findings: [], unsealed: 0 });
  });

  it('leaves the work to the other process that holds the place', async () => {
    await world.case(association);
    const client = await world.pool.connect();
    try {
      await client.query('begin');
      await client.query('select pg_advisory_xact_lock($1::int, hashtext($2))', [0x61756469, association]);
      expect(await seal()).to.deep.include({ sealed: 0, status: 'busy' });
      await client.query('rollback');
    } finally {
      client.release();
    }
    expect(await seal()).to.deep.include({ sealed: 1, status: 'done' });
  });

  it('is not made on top of a head that our key did not sign', async () => {
    const chain = await world.case(association, [callBack]);
    await seal();
    await world.happen(chain, choice);
    await world.forge('update audit_head set root = $2 where association_id = $1', [association, Buffer.alloc(32)]);
    const error = await seal().catch((failure: Error) => failure);
    expect(error).to.be.an('error').with.property('message').that.includes(association).and.includes('audit:verify');
    expect(await leaves()).to.have.length(2);
  });

  it('goes on after a change of keys when the old public key is kept behind the new one', async () => {
    const chain = await world.case(association, [callBack]);
    await seal();
    await world.happen(chain, choice);
    const old = world.signer.publicKeys[0]!.pem;
    const signer = signerFrom(`${newKey()}\n${old}`, 'a test');
    const deps = { db: world.pool, signer, clock: world.clock };
    expect(await sealAssociation(deps, association)).to.deep.include({ sealed: 1, treeSize: 3 });
    expect(signer.publicKeys).to.have.length(2);
  });

  it('of one damaged association does not hold up the others', async () => {
    const healthy = await world.association();
    await world.case(healthy, [callBack]);
    const chain = await world.case(association, [callBack]);
    await seal();
    await world.happen(chain, choice);
    await world.forge('update audit_head set signature = $2 where association_id = $1', [
      association,
      Buffer.alloc(64),
    ]);
    const error = await sealAll({ db: world.pool, signer: world.signer, clock: world.clock }).catch((e: Error) => e);
    expect(error).to.be.an('error');
    const { associations } = await world.verify({ associationId: healthy });
    expect(associations[0]).to.deep.include({ leaves: 2 });
  });

  it('cannot be undone through the ordinary door: the tables refuse change', async () => {
    await world.case(association);
    await seal();
    for (const table of ['audit_entry', 'audit_leaf', 'audit_head'])
      for (const statement of [
        `update ${table} set association_id = association_id`,
        `delete from ${table}`,
        `truncate ${table}`,
      ]) {
        const error = await world.pool.query(statement).catch((failure: Error) => failure);
        expect(error, statement).to.be.an('error').with.property('message').that.includes('append-only');
      }
  });
});
