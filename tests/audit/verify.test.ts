import { expect } from 'chai';
import type { FindingKind } from '../../src/audit/findings.ts';
import type { Report, VerifyOptions } from '../../src/audit/verify.ts';
import type { Sql } from '../../src/db.ts';
import { happenings, LogWorld, openLog } from './log-builder.ts';

const [callBack, choice, message, left] = happenings;

describe('The verification of the log', () => {
  let world: LogWorld;
  let association: string;
  let other: string;
  let chain: string;
  let firstSealAt: Date;

  openLog((made) => {
    world = made;
  });

  /** Each test has an association of its own: two cases in three seals, then one entry that is not sealed yet. */
  beforeEach(async () => {
    association = await world.association();
    chain = await world.case(association, [callBack, choice, { ...happenings[6] }]);
    firstSealAt = world.clock.now();
    await world.seal(association);
    other = await world.case(association, [callBack, message]);
    await world.seal(association);
    await world.happen(chain, message);
    await world.seal(association);
    await world.happen(chain, left);
  });

  const verify = (options: VerifyOptions = {}): Promise<Report> =>
    world.verify({ associationId: association, ...options });
  const shape = ({ findings }: Report) =>
    findings.map(({ kind, chainId, seq, lastSeq }) => ({ kind, chainId, seq, lastSeq }));
  const found = (kind: FindingKind, seq: number | null, lastSeq = seq, chainId: string | null = chain) => ({
    ...{ kind, chainId, seq, lastSeq },
  });
  const forgeEntry = (change: string, seq: number) =>
    world.forge(`update audit_entry set ${change} where chain_id = $1 and seq = $2`, [chain, seq]);

  it('finds nothing in a log that nobody touched', async () => {
    const report = await verify();
    expect(report).to.deep.include({ isSound: true, findings: [], entries: 9, chains: 2, rows: 2, unsealed: 1 });
    expect(report.associations[0]).to.deep.include({ leaves: 8, heads: 3 });
  });

  it('names association, chain, number and the last time it was in order, in Japanese and English', async () => {
    await forgeEntry(`actor = 'nobody'`, 2);
    const [finding] = (await verify()).findings;
    expect(finding).to.deep.include({ kind: 'edited', associationId: association, chainId: chain, seq: 2 });
    expect(finding?.intactAt).to.deep.equal(firstSealAt);
    for (const part of [association, chain, firstSealAt.toISOString()]) {
      expect(finding?.ja).to.include(part);
      expect(finding?.en).to.include(part);
    }
    expect(finding?.en).to.include('entry 2');
    expect(finding?.ja).to.include('2番').and.to.include('書き換え');
  });

  describe('finds an edited entry', () => {
    const edits: [string, string][] = [
      ['actor', `actor = 'doctor dr_1'`],
      ['cause', `cause = 'clock'`],
      ['kind', `kind = 'caller_joined'`],
      ['data', `data = data || '{"type": "caller_left"}'`],
      ['a number that JavaScript cannot tell from the old one', `data = data || '{"n": 1.0}'`],
      ['a number that JavaScript cannot hold', `data = '{"n": 1e400}'`],
      ['the instant by a microsecond', `at = at + interval '1 microsecond'`],
      ['the instant by an hour', `at = at - interval '1 hour'`],
      ['an instant that is none', `at = 'infinity'`],
      ['the link', `prev_hash = decode(repeat('00', 32), 'hex')`],
      ['the hash', `hash = decode(repeat('00', 32), 'hex')`],
    ];
    for (const [name, change] of edits)
      it(name, async () => {
        await forgeEntry(change, 2);
        expect(shape(await verify())[0]).to.deep.equal(found('edited', 2));
      });

    it('also when it is the last one and no seal covers it', async () => {
      await forgeEntry(`actor = 'nobody'`, 6);
      const report = await verify();
      expect(shape(report)).to.deep.equal([found('edited', 6)]);
      expect(report.findings[0]?.intactAt).to.equal(null);
    });

    it('moved into another association', async () => {
      const elsewhere = await world.association();
      await world.forge('update audit_entry set association_id = $2 where chain_id = $1 and seq = 2', [
        chain,
        elsewhere,
      ]);
      expect(shape(await verify())).to.deep.include(found('deleted', 2));
      expect(shape(await world.verify()).some(({ kind, chainId }) => kind === 'edited' && chainId === chain)).to.equal(
        true,
      );
      await world.forge('update audit_entry set association_id = $2 where chain_id = $1', [chain, association]);
    });

    it('when its hash was made to fit', async () => {
      await world.forgery(async (tx) => {
        await tx.query(`update audit_entry set actor = 'nobody' where chain_id = $1 and seq = 2`, [chain]);
        const { rows } = await tx.query('select * from audit_entry where chain_id = $1 and seq = 2', [chain]);
        const { entryHash } = await import('../../src/audit/chain.ts');
        const hash = entryHash(rows[0].prev_hash, { ...rows[0], chainId: chain, associationId: association });
        await tx.query('update audit_entry set hash = $2 where chain_id = $1 and seq = 2', [chain, hash]);
      });
      expect(shape(await verify())).to.deep.equal([found('edited', 2), found('rewritten', 2)]);
    });

    it('when the whole chain and its row were made to fit', async () => {
      await world.forgery(async (tx) => {
        await tx.query(`update audit_entry set actor = 'nobody' where chain_id = $1 and seq = 3`, [chain]);
        await world.rehash(tx, chain);
      });
      const report = await verify();
      expect(shape(report)).to.deep.equal([3, 4, 5].map((seq) => found('rewritten', seq)));
      expect(report.findings[0]?.intactAt).to.deep.equal(firstSealAt);
    });
  });

  describe('finds a deleted entry', () => {
    const remove = (condition: string, values: unknown[] = [chain]) =>
      world.forge(`delete from audit_entry where chain_id = $1 and ${condition}`, values);
    it('from the beginning', async () => {
      await remove('seq = 1');
      expect(shape(await verify())).to.deep.equal([found('deleted', 1)]);
    });
    it('from the middle', async () => {
      await remove('seq in (3, 4)');
      const report = await verify();
      expect(shape(report)).to.deep.equal([found('deleted', 3, 4)]);
      expect(report.findings[0]?.intactAt).to.deep.equal(firstSealAt);
    });
    it('from the end, not sealed yet', async () => {
      await remove('seq = 6');
      expect(shape(await verify())).to.deep.equal([found('deleted', 6)]);
    });
    it('from the end, the row made to fit', async () => {
      await world.forgery(async (tx) => {
        await tx.query('delete from audit_entry where chain_id = $1 and seq > 4', [chain]);
        await world.rehash(tx, chain);
      });
      // Entry 6 was not sealed; 5 was. What happened in them is still in the row.
      const kinds = shape(await verify());
      expect(kinds).to.deep.include(found('deleted', 5));
      expect(kinds.map(({ kind }) => kind)).to.have.members(['deleted', 'state_differs']);
    });
    it('and the rest renumbered and made to fit', async () => {
      await world.forgery(async (tx) => {
        await tx.query('delete from audit_entry where chain_id = $1 and seq = 2', [chain]);
        await world.rehash(tx, chain);
      });
      expect(shape(await verify())).to.deep.include(found('deleted', 2));
    });
    it('with its whole chain', async () => {
      await remove('true');
      expect(shape(await verify())).to.deep.equal([found('deleted', 1, 6)]);
    });
    it('with its whole chain and the row', async () => {
      await remove('true');
      await world.forge('delete from urgent_call where id = $1', [chain]);
      expect(shape(await verify())).to.deep.equal([found('deleted', 1, 5)]);
    });
    it('with its leaf', async () => {
      await remove('seq = 2');
      await world.forge('delete from audit_leaf where chain_id = $1 and seq = 2', [chain]);
      expect(shape(await verify())).to.deep.equal([found('deleted', 2), found('leaf_missing', null, null, null)]);
    });
  });

  it('finds reordered entries', async () => {
    await world.forge('update audit_entry set seq = seq + 100 where chain_id = $1 and seq in (2, 3)', [chain]);
    await world.forge('update audit_entry set seq = 105 - seq where chain_id = $1 and seq in (102, 103)', [chain]);
    const report = await verify();
    expect(shape(report)).to.deep.equal([found('reordered', 2), found('reordered', 3)]);
    expect(report.findings.map(({ detail }) => detail)).to.deep.equal(['3', '2']);
  });

  describe('finds an inserted entry', () => {
    const copy = (tx: Sql, seq: number, target: number) =>
      tx.query(
        `insert into audit_entry (chain_id, seq, association_id, at, actor, cause, kind, data, prev_hash, hash)
        select chain_id, $3, association_id, at, actor, cause, kind, data, prev_hash, hash
        from audit_entry where chain_id = $1 and seq = $2`,
        [chain, seq, target],
      );
    it('at the end', async () => {
      await world.forgery(async (tx) => {
        await copy(tx, 6, 7);
        const { rows } = await tx.query('select audit_seq, audit_hash from urgent_call where id = $1', [chain]);
        await world.rehash(tx, chain);
        const { audit_seq, audit_hash } = rows[0];
        await tx.query('update urgent_call set audit_seq = $2, audit_hash = $3 where id = $1', [
          chain,
          audit_seq,
          audit_hash,
        ]);
      });
      expect(shape(await verify())).to.deep.equal([found('row_differs', 7)]);
    });
    const wedge = (tx: Sql) =>
      tx
        .query('update audit_entry set seq = seq + 100 where chain_id = $1 and seq >= 3', [chain])
        .then(() => copy(tx, 2, 3))
        .then(() => tx.query('update audit_entry set seq = seq - 99 where chain_id = $1 and seq > 100', [chain]));
    it('in the middle', async () => {
      await world.forgery(wedge);
      const kinds = shape(await verify()).map(({ kind, seq }) => `${kind} ${seq}`);
      expect(kinds).to.include.members(['reordered 3', 'reordered 4', 'reordered 5']);
      expect(kinds.some((kind) => kind.startsWith('row_differs'))).to.equal(true);
    });
    it('a chain of its own, under a number that was used up before the last seal', async () => {
      const forged = world.id('xx');
      await world.forgery(async (tx) => {
        await tx.query(
          `insert into audit_entry (chain_id, seq, id, association_id, at, actor, cause, kind, data, prev_hash, hash)
          overriding system value
          select $2, 1, -id, association_id, at, actor, cause, kind, data, prev_hash, hash
          from audit_entry where chain_id = $1 and seq = 1`,
          [chain, forged],
        );
        await world.rehash(tx, forged);
      });
      await world.seal(association);
      expect(shape(await verify())).to.deep.equal([found('inserted', 1, 1, forged)]);
    });
    it('in the middle, chain and row made to fit, and sealed', async () => {
      await world.forgery(async (tx) => {
        await wedge(tx);
        await world.rehash(tx, chain);
      });
      await world.seal(association);
      const kinds = shape(await verify());
      expect(kinds).to.deep.include(found('inserted', 3));
      expect(kinds).to.deep.include(found('rewritten', 3));
    });
  });

  describe('finds an edited seal', () => {
    const edits: [string, string, FindingKind][] = [
      ['root', `root = decode(repeat('00', 32), 'hex')`, 'bad_signature'],
      ['time', `sealed_at = sealed_at + interval '1 second'`, 'bad_signature'],
      ['time by a microsecond', `sealed_at = sealed_at + interval '1 microsecond'`, 'bad_signature'],
      ['time that is none', `sealed_at = 'infinity'`, 'bad_signature'],
      ['size', 'tree_size = tree_size - 1', 'bad_signature'],
      ['settled number', 'settled_id = 0', 'bad_signature'],
      ['size before', 'previous_size = 0', 'bad_signature'],
      ['signature', `signature = decode(repeat('00', 64), 'hex')`, 'bad_signature'],
      ['key', `key_id = 'another'`, 'bad_signature'],
      ['frontier', 'frontier = frontier[1:1] || frontier[1:1] || frontier[1:1]', 'head_changed'],
    ];
    for (const [name, change, kind] of edits)
      it(name, async () => {
        await world.forge(`update audit_head set ${change} where association_id = $1 and tree_size = 7`, [association]);
        const report = await verify();
        expect(report.findings.map((finding) => finding.kind)).to.include(kind);
        expect(report.findings[0]?.intactAt).to.deep.equal(firstSealAt);
      });
    for (const size of [4, 7, 8])
      it(`deleted, over ${size} entries`, async () => {
        await world.forge('delete from audit_head where association_id = $1 and tree_size = $2', [association, size]);
        const report = await verify();
        expect(report.findings.map(({ kind, treeSize }) => [kind, treeSize])).to.deep.equal([['head_missing', size]]);
      });
    it('signed by another key', async () => {
      const stranger = new LogWorld(world.pool);
      const report = await world.verify.call(
        { ...world, pool: world.pool, signer: stranger.signer, clock: world.clock },
        {
          associationId: association,
        },
      );
      expect(report.findings.map(({ kind }) => kind)).to.deep.equal(Array(3).fill('bad_signature'));
    });
  });

  describe('finds an edited leaf', () => {
    const forgeLeaf = (change: string) =>
      world.forge(`update audit_leaf set ${change} where association_id = $1 and chain_id = $2 and seq = 2`, [
        ...[association, chain],
      ]);
    it('its hash', async () => {
      await forgeLeaf(`leaf_hash = decode(repeat('00', 32), 'hex')`);
      expect(shape(await verify())).to.deep.equal([found('leaf_changed', 2)]);
    });
    it('its name', async () => {
      await forgeLeaf(`chain_id = 'uc_another'`);
      expect(shape(await verify())).to.deep.equal([found('leaf_changed', 2)]);
    });
    it('deleted', async () => {
      await world.forge('delete from audit_leaf where association_id = $1 and leaf_index = 5', [association]);
      const report = await verify();
      expect(report.findings.map(({ kind }) => kind)).to.include('leaf_missing');
    });
    it('deleted at the end', async () => {
      await world.forge('delete from audit_leaf where association_id = $1 and leaf_index = 7', [association]);
      expect((await verify()).findings.map(({ kind }) => kind)).to.include('leaf_missing');
    });
    it('changed together with its entry, chain and row', async () => {
      const { leafHash } = await import('../../src/audit/merkle.ts');
      await world.forgery(async (tx) => {
        await tx.query(`update audit_entry set actor = 'nobody' where chain_id = $1 and seq = 2`, [chain]);
        await world.rehash(tx, chain);
        const { rows } = await tx.query('select id, hash from audit_entry where chain_id = $1', [chain]);
        for (const { id, hash } of rows)
          await tx.query('update audit_leaf set leaf_hash = $2 where entry_id = $1', [id, leafHash(hash)]);
      });
      const report = await verify();
      expect(report.findings.map(({ kind, treeSize }) => [kind, treeSize])).to.deep.equal([
        ['tree_differs', 4],
        ['tree_differs', 8],
      ]);
    });
  });

  describe('compares the row of a case with its log', () => {
    const forgeRow = (change: string) => world.forge(`update urgent_call set ${change} where id = $1`, [chain]);
    const rows: [string, string, FindingKind, string][] = [
      ['end of the chain', `audit_hash = decode(repeat('00', 32), 'hex')`, 'row_differs', 'audit_hash'],
      ['number of entries, too few', 'audit_seq = 5', 'row_differs', 'audit_seq 5, log 6'],
      [
        'state',
        `state = jsonb_set(state::jsonb, '{messageLeft}', 'false')::json`,
        'state_differs',
        'state.messageLeft',
      ],
      ['state, a part more', `state = (state::jsonb || '{"note": 1}')::json`, 'state_differs', 'state.note'],
      ['state, a part less', `state = (state::jsonb - 'round')::json`, 'state_differs', 'state.round'],
      [
        'state, a number without end',
        `state = (state::jsonb || '{"round": 1e400}')::json`,
        'state_differs',
        'state.round',
      ],
      ['status', `status = 'unanswered'`, 'state_differs', 'status'],
      ['acceptance', `accepted_by = 'dr_1'`, 'state_differs', 'accepted_by'],
      ['opening', `opened_at = opened_at - interval '1 hour'`, 'state_differs', 'opened_at'],
    ];
    for (const [name, change, kind, detail] of rows)
      it(name, async () => {
        await forgeRow(change);
        const report = await verify();
        expect(shape(report)[0]).to.deep.equal(found(kind, 6));
        expect(report.findings[0]?.detail).to.equal(detail);
        expect(report.findings[0]?.intactAt).to.deep.equal(world.clock.now());
      });
    it('number of entries, too many', async () => {
      await forgeRow('audit_seq = 8');
      expect(shape(await verify())).to.deep.equal([found('deleted', 7, 8)]);
    });
    it('a row that is gone', async () => {
      await world.forge('delete from urgent_call where id = $1', [chain]);
      expect(shape(await verify())).to.deep.equal([found('row_missing', null)]);
    });
    it('a log whose facts cannot have happened', async () => {
      const odd = await world.case(association);
      await world.forgery(async (tx) => {
        await tx.query(
          `update audit_entry set kind = 'call_back_chosen', data = '{"type": "call_back_chosen"}' where chain_id = $1`,
          [odd],
        );
        await world.rehash(tx, odd);
      });
      const [finding] = (await verify()).findings;
      expect(finding).to.deep.include({ kind: 'state_differs', chainId: odd, seq: 1 });
    });
  });

  it('counts what it does not tell one by one', async () => {
    await world.forge(`update audit_entry set actor = 'nobody' where association_id = $1`, [association]);
    const report = await verify({ limit: 2 });
    expect(report.findings).to.have.length(2);
    expect(report.found).to.equal(9);
  });

  it('refuses an association that is not there', async () => {
    const error = await world.verify({ associationId: 'as_none' }).catch((failure: Error) => failure);
    expect(error).to.be.an('error').with.property('message').that.includes('as_none');
  });

  it('names damage in the other case as that of the other case', async () => {
    await world.forge(`update audit_entry set actor = 'nobody' where chain_id = $1 and seq = 3`, [other]);
    expect(shape(await verify())).to.deep.equal([found('edited', 3, 3, other)]);
  });
});
