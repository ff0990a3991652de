import { expect } from 'chai';
import fc from 'fast-check';
import { type Happening, happenings, type LogWorld, openLog } from './log-builder.ts';

/**
 * One way to tamper: SQL over the association $1 and a case $2, one of its entries $3, one of the leaves $4.
 * `isCareful`: the chain and its row are made to fit afterwards, as by a forger who has everything but the key.
 */
interface Tampering {
  name: string;
  sql: string;
  isCareful?: boolean;
}

const entry = 'where association_id = $1 and chain_id = $2 and seq = $3';
const row = 'where association_id = $1 and id = $2';
const leaf = 'where association_id = $1 and leaf_index = $4';
const head = `where association_id = $1 and tree_size = (
  select min(tree_size) from audit_head h where h.association_id = $1 and h.tree_size > $4)`;

const edits = [
  ...[`actor = actor || ' '`, `cause = 'x'`, `kind = 'closed'`, `data = data || '{"x": 1}'`, `data = '[]'`],
  ...[`at = at + interval '1 microsecond'`, `at = at - interval '3 days'`],
];
const tamperings: Tampering[] = [
  ...edits.map((change) => ({ name: `edit ${change}`, sql: `update audit_entry set ${change} ${entry}` })),
  ...edits
    .filter((change) => !change.includes('microsecond'))
    .map((change) => ({
      name: `careful edit ${change}`,
      sql: `update audit_entry set ${change} ${entry}`,
      isCareful: true,
    })),
  { name: 'edit the link', sql: `update audit_entry set prev_hash = sha256(prev_hash) ${entry}` },
  { name: 'edit the hash', sql: `update audit_entry set hash = sha256(hash) ${entry}` },
  { name: 'delete', sql: `delete from audit_entry ${entry}` },
  { name: 'careful delete', sql: `delete from audit_entry ${entry}`, isCareful: true },
  { name: 'delete the end', sql: `delete from audit_entry ${entry.replace('seq =', 'seq >=')}` },
  {
    name: 'careful delete of the end',
    sql: `delete from audit_entry ${entry.replace('seq =', 'seq >=')}`,
    isCareful: true,
  },
  { name: 'delete the chain', sql: 'delete from audit_entry where association_id = $1 and chain_id = $2' },
  { name: 'renumber', sql: `update audit_entry set seq = seq + 50 ${entry}` },
  { name: 'careful move to the end', sql: `update audit_entry set seq = seq + 50 ${entry}`, isCareful: true },
  {
    name: 'insert',
    sql: `insert into audit_entry (chain_id, seq, association_id, at, actor, cause, kind, data, prev_hash, hash)
      select chain_id, 60, association_id, at, actor, cause, kind, data, prev_hash, hash from audit_entry ${entry}`,
  },
  { name: 'edit a leaf', sql: `update audit_leaf set leaf_hash = sha256(leaf_hash) ${leaf}` },
  { name: 'rename a leaf', sql: `update audit_leaf set seq = seq + 1 ${leaf}` },
  { name: 'delete a leaf', sql: `delete from audit_leaf ${leaf}` },
  { name: 'delete a head', sql: `delete from audit_head ${head}` },
  ...[
    ...['root = sha256(root)', 'signature = sha256(signature)', 'settled_id = settled_id + 1', `key_id = ''`],
    ...['tree_size = tree_size + 1000', `sealed_at = sealed_at - interval '1 day'`, `frontier = '{}'`],
  ].map((change) => ({ name: `edit a head: ${change}`, sql: `update audit_head set ${change} ${head}` })),
  ...[
    ...[
      'audit_seq = audit_seq + 1',
      'audit_seq = audit_seq - 1',
      'audit_hash = sha256(audit_hash)',
      'fence = fence + 1',
    ],
    ...[
      `state = (state::jsonb || '{"messageLeft": 1}')::json`,
      `state = '{}'`,
      `opened_at = opened_at + interval '1 day'`,
    ],
  ].map((change) => ({ name: `edit the row: ${change}`, sql: `update urgent_call set ${change} ${row}` })),
  { name: 'delete the row', sql: `delete from urgent_call ${row}` },
];

describe('Tampering with the log', () => {
  let world: LogWorld;

  openLog((made) => {
    world = made;
  });

  const cases = fc.array(fc.array(fc.constantFrom(...happenings), { maxLength: 4 }), { minLength: 1, maxLength: 3 });

  /** Random cases, all sealed in one seal or in one each. */
  async function write(
    log: readonly (readonly Happening[])[],
    isSealedOften: boolean,
  ): Promise<{ id: string; chains: string[] }> {
    const id = await world.association();
    const chains: string[] = [];
    for (const happened of log) {
      chains.push(await world.case(id, happened));
      if (isSealedOften) await world.seal(id);
    }
    await world.seal(id);
    return { id, chains };
  }

  async function tamper(
    tampering: Tampering,
    id: string,
    chain: string,
    picks: { seq: number; leaf: number },
  ): Promise<number> {
    const { sql, isCareful } = tampering;
    const counted = await world.pool.query<{ entries: number; leaves: number }>(
      `select (select count(*)::int from audit_entry where chain_id = $1) as entries,
        (select count(*)::int from audit_leaf where association_id = $2) as leaves`,
      [chain, id],
    );
    const { entries, leaves } = counted.rows[0]!;
    const values = [id, chain, 1 + (picks.seq % entries), picks.leaf % leaves];
    return world.forgery(async (tx) => {
      // Every parameter is named, so that each statement may use the ones it needs.
      await tx.query('create temporary table if not exists picked (id text, chain text, seq int, leaf int)');
      await tx.query('truncate picked');
      await tx.query('insert into picked values ($1, $2, $3, $4)', values);
      const columns = ['id', 'chain', 'seq', 'leaf'];
      const { rowCount } = await tx.query(
        sql.replace(/\$(\d)/g, (_, place) => `(select ${columns[place - 1]} from picked)`),
      );
      if (isCareful) await world.rehash(tx, chain);
      return rowCount ?? 0;
    });
  }

  it('is always found, wherever and however it is done', async function () {
    this.timeout(120_000);
    await fc.assert(
      fc.asyncProperty(
        ...([cases, fc.boolean(), fc.constantFrom(...tamperings), fc.nat(), fc.nat(), fc.nat()] as const),
        async (log, isSealedOften, tampering, pick, seq, leafIndex) => {
          const { id, chains } = await write(log, isSealedOften);
          expect((await world.verify({ associationId: id })).findings).to.deep.equal([]);
          const chain = chains[pick % chains.length] as string;
          const changed = await tamper(tampering, id, chain, { seq, leaf: leafIndex });
          expect(changed, tampering.name).to.be.at.least(1);
          // To move the last entry of a chain to its end is no change.
          const { rows } = await world.pool.query('select max(seq) as last from audit_leaf where chain_id = $1', [
            chain,
          ]);
          fc.pre(tampering.name !== 'careful move to the end' || 1 + (seq % rows[0].last) < rows[0].last);
          const { isSound, findings } = await world.verify({ associationId: id });
          expect(isSound, tampering.name).to.equal(false);
          for (const finding of findings) expect(finding.associationId).to.equal(id);
          if (/audit_entry|urgent_call/.test(tampering.sql))
            expect(
              findings.map(({ chainId }) => chainId),
              tampering.name,
            ).to.include(chain);
        },
      ),
      { numRuns: 150 },
    );
  });

  for (const tampering of tamperings)
    it(`is found: ${tampering.name}`, async () => {
      const { id, chains } = await write([[happenings[0], happenings[1]], [happenings[2]]], true);
      await tamper(tampering, id, chains[0] as string, { seq: 1, leaf: 1 });
      expect((await world.verify({ associationId: id })).found).to.be.at.least(1);
    });
});
