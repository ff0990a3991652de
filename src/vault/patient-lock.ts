import type { Sql } from '../db.ts';
import { lockPatient } from './store.ts';
import { VaultError } from './vault-error.ts';

/**
 * Locks a patient for the length of the transaction: versions, wraps, cards and the patient's chain of the log change one at a
 * time. @throws VaultError when there is no such patient in the association, or his records were destroyed.
 */
export async function lockOpenPatient(tx: Sql, associationId: string, patientId: string): Promise<void> {
  const patient = await lockPatient(tx, patientId);
  if (patient?.associationId !== associationId) throw new VaultError('there is no such patient in this association');
  if (patient.shreddedAt) throw new VaultError('the records of this patient were closed and destroyed');
}
