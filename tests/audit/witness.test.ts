import { expect } from 'chai';
import type { Witness } from '../../src/audit/tree-check.ts';
import type { VerifyOptions } from '../../src/audit/verify.ts';
import { happenings, type LogWorld, openLog } from './log-builder.ts';

describe('The log held against paper', () => {
  let world: LogWorld;
  let association: string;

  openLog((made) => {
    world = made;
  });

  /** Two seals, over 2 and 4 entries. */
  beforeEach(async () => {
    association = await world.association();
    for (let made = 0; made < 2; made++) {
      await world.case(association, [happenings[0]]);
      await world.seal(association);
    }
  });

  const verify = (options: VerifyOptions = {}) => world.verify({ associationId: association, ...options });
  const kinds = async (witness: Witness): Promise<string[]> =>
    (await verify({ witnesses: [{ associationId: association, ...witness }] })).findings.map(({ kind }) => kind);
  const printed = async (): Promise<Witness> => {
    const { treeSize, root } = (await verify()).associations[0]!.lastHead!;
    return { treeSize, root: Buffer.from(root, 'hex') };
  };

  it('still contains what was printed, also after it has grown', async () => {
    const witness = await printed();
    await world.case(association);
    await world.seal(association);
    expect(await kinds(witness)).to.deep.equal([]);
  });

  it('shows that it was rolled back, which nothing inside it can show', async () => {
    const witness = await printed();
    await world.forge('delete from audit_leaf where association_id = $1 and leaf_index >= 2', [association]);
    await world.forge('delete from audit_head where association_id = $1 and tree_size > 2', [association]);
    expect((await verify()).isSound).to.equal(true);
    expect(await kinds(witness)).to.deep.equal(['witness_differs']);
  });

  it('shows that it is another log of the same length', async () => {
    for (const treeSize of [1, 2, 3, 4])
      expect(await kinds({ treeSize, root: Buffer.alloc(32) })).to.deep.equal(['witness_differs']);
  });
});
