/**
 * A request form (請求票) whose handwriting a person at the console typed. The console holds neither pepper nor case key: it seals
 * what was typed to the night side and writes it down; a worker asks with it within a second, and the queue says what came of it.
 */
import { appendEntry } from '../audit/append.ts';
import { inTransaction } from '../db.ts';
import type { DisclosureContext } from '../disclosures/context.ts';
import type { HubVault } from '../vault/context.ts';
import { openAtNight, publishedNightKey, sealToNight } from '../vault/night-key.ts';
import { VaultError } from '../vault/vault.ts';
import { completeRequest, openItem, type TypedRequest } from './actions.ts';
import { type AtDesk, type Claimed, claimIn } from './claims.ts';
import type { PageFields } from './sealed-page.ts';
import * as store from './typed-store.ts';

export type Asked =
  | { status: 'asked' }
  | { status: 'impossible'; why: 'no_night_key' | 'already_asking' | 'no_request_form' }
  | Exclude<Claimed, { status: 'claimed' }>;

const sealedFor = (id: string): string => `typed-request:${id}`;

interface Package {
  form: PageFields['form'];
  ticks: PageFields['ticks'];
  typed: TypedRequest;
}

/** Writes down what a person read on a page in hand, for the night side alone. */
export async function askWithTyped(ctx: HubVault, desk: AtDesk, typed: TypedRequest): Promise<Asked> {
  const publicKey = await publishedNightKey(ctx.db);
  if (!publicKey) return { status: 'impossible', why: 'no_night_key' };
  const opened = await openItem(ctx, desk);
  const fields = opened?.page?.fields;
  if (opened && fields?.form?.kind !== 'request') return { status: 'impossible', why: 'no_request_form' };
  const id = ctx.ids.next('pg');
  const content: Package = { form: fields?.form ?? null, ticks: fields?.ticks ?? [], typed };
  const sealed = sealToNight(Buffer.from(JSON.stringify(content)), publicKey, sealedFor(id), ctx.random);
  return inTransaction(ctx.db, async (tx): Promise<Asked> => {
    const claimed = await claimIn(tx, ctx, desk);
    if (claimed.status !== 'claimed') return claimed;
    const { associationId, itemId, operatorId: typedBy } = desk;
    const at = ctx.clock.now();
    if (!(await store.insertTyped(tx, { id, itemId, associationId, sealed, typedBy, at })))
      return { status: 'impossible', why: 'already_asking' };
    const entry = { chainId: itemId, associationId, at, actor: `operator:${typedBy}`, cause: 'console' };
    await appendEntry(tx, { ...entry, kind: 'request_typed', data: { attemptId: id } });
    return { status: 'asked' };
  });
}

const batch = 10;

/** The worker's sweep. Each attempt counts once, however often it is tried, in however many processes. @returns how many. */
export async function answerTypedRequests(ctx: DisclosureContext, caseKey: Uint8Array): Promise<number> {
  const due = await store.dueTyped(ctx.db, batch);
  for (const row of due) await answer(ctx, caseKey, row);
  return due.length;
}

async function answer(ctx: DisclosureContext, caseKey: Uint8Array, row: store.TypedRow): Promise<void> {
  const { id, itemId, associationId, typedBy: operatorId } = row;
  const content = opened(row, caseKey);
  const by = { associationId, itemId, operatorId, attemptId: id };
  const { form, ticks, typed } = content ?? {};
  const completed =
    typed && form
      ? await completeRequest(ctx, by, { form, ticks: ticks ?? [], cards: [], crops: [] }, typed)
      : ({ outcome: 'unreadable' } as const);
  const reason = 'reason' in completed ? completed.reason : null;
  await store.answerTyped(ctx.db, id, { outcome: completed.outcome, reason, at: ctx.clock.now() });
}

/** null: sealed to a case key that is not used any more; a person types it again. */
function opened({ id, sealed }: store.TypedRow, caseKey: Uint8Array): Package | null {
  try {
    return JSON.parse(openAtNight(sealed, caseKey, sealedFor(id)).toString()) as Package;
  } catch (error) {
    if (error instanceof VaultError) return null;
    throw error;
  }
}
