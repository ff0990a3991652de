/** The log of a test's world, sealed and verified as `npm run audit:verify` does. */
import { expect } from 'chai';
import type pg from 'pg';
import { sealAssociation } from '../../src/audit/actions.ts';
import { echoes, lives } from '../../src/audit/lives.ts';
import { newKey, signerFrom } from '../../src/audit/signer.ts';
import { verifyLog } from '../../src/audit/verify.ts';
import type { Clock } from '../../src/lib/clock.ts';

/** Fails the test that has written something which the verification does not hold for sound. */
export async function expectSoundLog(db: pg.Pool, clock: Clock, associationId: string): Promise<void> {
  const signer = signerFrom(newKey(), 'a test');
  await sealAssociation({ db, signer, clock }, associationId);
  const report = await verifyLog({ db, verifier: signer, clock, lives, echoes }, { associationId });
  expect(report.findings).to.deep.equal([]);
  expect(report.entries).to.be.above(0);
}
