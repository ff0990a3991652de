/**
 * Alarms by e-mail: written down as one message for all that is untold, then sent, again after a failure. An association gets a message
 * at most every ten minutes, so that a storm is one digest. An attempt whose outcome is unclear is repeated: a message that comes
 * twice does no harm, and carries the same Message-ID.
 */
import type pg from 'pg';
import { inTransaction } from '../db.ts';
import { type Clock, plusSeconds } from '../lib/clock.ts';
import type { Ids } from '../lib/ids.ts';
import type { Log } from '../log.ts';
import type { Prompts } from '../voice/prompts.ts';
import { mailText } from './mail.ts';
import * as store from './mail-store.ts';

export interface Mail {
  /** Ours; the same in every attempt. */
  id: string;
  to: readonly string[];
  subject: string;
  text: string;
}

/** A mail server as the domain sees it. */
export interface MailPost {
  /** @returns 'done', or a word for what was said instead; then it is tried again. */
  send(mail: Mail): Promise<string>;
}

export interface AlarmMailContext {
  db: pg.Pool;
  clock: Pick<Clock, 'now'>;
  ids: Ids;
  log: Log;
  post: MailPost;
  /** Who is told about the alarms of the association with this code; nobody: none is made. */
  recipientsOf(code: string): readonly string[];
  /** The page of alarms at the console. */
  url: string;
  /** Catalogues of config/mail, in the order in which they are written. */
  words: readonly Prompts[];
}

const digestSeconds = 600;
/** Longer than any attempt. */
const abandonedSeconds = 120;
const mostAttempts = 9; // 30 s, 1, 2, 4 … minutes, then every 30: about two hours
const longestPauseSeconds = 1800;

/** Seconds until a message is tried again after so many attempts; null: no more. */
export const pauseBeforeMail = (attempts: number): number | null =>
  attempts < mostAttempts ? Math.min(longestPauseSeconds, 30 * 2 ** (attempts - 1)) : null;

/** Makes what is due, and sends. Any worker may run it. @returns how many attempts were made. */
export async function sweepAlarmMail(ctx: AlarmMailContext): Promise<number> {
  const at = ctx.clock.now();
  for (const { id: associationId, code } of await store.associationsToMail(ctx.db, plusSeconds(at, -digestSeconds)))
    if (ctx.recipientsOf(code).length > 0)
      await inTransaction(ctx.db, (tx) => store.makeMail(tx, ctx.ids.next('am'), associationId, at));
  for (let made = 0; ; made++) {
    const now = ctx.clock.now();
    const row = await store.takeMail(ctx.db, now, plusSeconds(now, abandonedSeconds));
    if (!row) return made;
    await send(ctx, row);
  }
}

async function send(ctx: AlarmMailContext, row: store.MailRow): Promise<void> {
  const { id, name: association, code, attempts } = row;
  const to = ctx.recipientsOf(code);
  const alarms = await store.toldBy(ctx.db, id);
  const said =
    to.length === 0
      ? 'no_recipient'
      : await ctx.post.send({ id, to, ...mailText(ctx.words, { association, alarms, url: ctx.url }) });
  const at = ctx.clock.now();
  if (said === 'done') {
    ctx.log.info('alarm_mail_sent', { count: alarms.length, attempt: attempts });
    return store.endMail(ctx.db, id, 'sent', at);
  }
  ctx.log.warn('alarm_mail_not_sent', { code: said, attempt: attempts });
  const pause = pauseBeforeMail(attempts);
  if (pause !== null) return store.postponeMail(ctx.db, id, plusSeconds(at, pause));
  ctx.log.error('alarm_mail_given_up', { count: alarms.length });
  return store.endMail(ctx.db, id, 'given_up', at);
}
