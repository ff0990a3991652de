/** What a member is handed to prove himself with: the PIN for the telephone, the one-time serials of his request forms. */
import { appendEntry } from '../audit/append.ts';
import { inTransaction } from '../db.ts';
import { hashSecret } from '../lib/secret.ts';
import type { DisclosureContext } from './context.ts';
import * as paper from './paper-store.ts';
import { newPin, randomDigits, serialText } from './secrets.ts';
import * as store from './store.ts';

/** A new PIN for a doctor, in place of the old one. @returns it: printed once, kept only as a slow hash. */
export async function issueDoctorPin(
  ctx: DisclosureContext,
  about: { associationId: string; doctorId: string; operator: string },
): Promise<string> {
  const { associationId, doctorId, operator } = about;
  const { random } = ctx.release;
  const pin = newPin(random);
  const hash = await hashSecret(pin, random(16));
  const at = ctx.clock.now();
  await inTransaction(ctx.db, async (tx) => {
    await store.upsertPin(tx, doctorId, hash, at);
    const entry = { chainId: doctorId, associationId, at, actor: operator, cause: 'console' };
    await appendEntry(tx, { ...entry, kind: 'doctor_pin_issued', data: { doctorId } });
  });
  return pin;
}

/** New serials for a doctor's request forms. @returns them as printed; kept only as slow hashes. */
export async function issueSerials(
  ctx: DisclosureContext,
  about: { associationId: string; doctorId: string; count: number; operator: string },
): Promise<string[]> {
  const { associationId, doctorId, count, operator } = about;
  const { random } = ctx.release;
  const secrets = Array.from({ length: count }, () => randomDigits(8, random));
  const hashes = await Promise.all(secrets.map((secret) => hashSecret(secret, random(16))));
  const at = ctx.clock.now();
  return inTransaction(ctx.db, async (tx) => {
    const last = await paper.lastSerial(tx, doctorId);
    const numbers = secrets.map((_, index) => last + index + 1);
    for (const [index, number] of numbers.entries())
      await paper.insertSerial(tx, { id: ctx.ids.next('rs'), doctorId, number, secretHash: hashes[index] ?? '', at });
    const entry = { chainId: doctorId, associationId, at, actor: operator, cause: 'console' };
    await appendEntry(tx, { ...entry, kind: 'request_serials_issued', data: { doctorId, count } });
    return numbers.map((number, index) => serialText(number, secrets[index] ?? ''));
  });
}
