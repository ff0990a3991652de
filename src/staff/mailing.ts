/**
 * Tells somebody, by another way than the console, that the means by which he signs in have changed (ASVS 2.2.3): to the e-mail address
 * that is his sign-in name, the one before the change where it was replaced. Whose sign-in name is no address is not told. Written down
 * with the change; sent by a worker, again after a failure; a message that comes twice does no harm.
 */
import type pg from 'pg';
import { type MailPost, pauseBeforeMail } from '../alarms/mailing.ts';
import type { Sql } from '../db.ts';
import { type Clock, plusSeconds } from '../lib/clock.ts';
import type { Ids } from '../lib/ids.ts';
import { localParts } from '../lib/japan-time.ts';
import type { Log } from '../log.ts';
import type { Prompts } from '../voice/prompts.ts';
import * as store from './mail-store.ts';

const address = /^[^@\s]+@[^@\s]+\.[^@\s.]+$/;

/** In the transaction of the change, whose account is locked. @param names his sign-in names before and after, as far as there are any. */
export async function tellOfChange(
  tx: Sql,
  { ids }: { ids: Ids },
  change: { staffId: string; about: store.About; names: readonly (string | null | undefined)[]; at: Date },
): Promise<void> {
  const { staffId, about, names, at } = change;
  const addresses = new Set(names.filter((name) => typeof name === 'string' && address.test(name)) as string[]);
  for (const to of addresses) await store.insertMail(tx, { id: ids.next('am'), staffId, about, address: to, at });
}

export interface StaffMailContext {
  db: pg.Pool;
  clock: Pick<Clock, 'now'>;
  log: Log;
  /** Null: no mail server is configured; then nothing is kept. */
  post: MailPost | null;
  /** The page of one's own account. */
  url: string;
  /** Catalogues of config/mail, in the order in which they are written. */
  words: readonly Prompts[];
}

/** Longer than any attempt. */
const abandonedSeconds = 120;

/** Sends what is due. Any worker may run it. @returns how many attempts were made. */
export async function sweepStaffMail(ctx: StaffMailContext): Promise<number> {
  for (let made = 0; ; made++) {
    const at = ctx.clock.now();
    const mail = await store.takeMail(ctx.db, at, plusSeconds(at, abandonedSeconds));
    if (!mail) return made;
    await send(ctx, ctx.post, mail);
  }
}

async function send(ctx: StaffMailContext, post: MailPost | null, mail: store.StaffMail): Promise<void> {
  const { id, attempts } = mail;
  if (!post) return store.endMail(ctx.db, id, null);
  const said = await post.send({ id, to: [mail.address], ...textOf(ctx, mail) });
  const at = ctx.clock.now();
  if (said === 'done') {
    ctx.log.info('staff_mail_sent', { attempt: attempts });
    return store.endMail(ctx.db, id, at);
  }
  ctx.log.warn('staff_mail_not_sent', { code: said, attempt: attempts });
  const pause = pauseBeforeMail(attempts);
  return pause === null ? store.endMail(ctx.db, id, null) : store.postponeMail(ctx.db, id, plusSeconds(at, pause));
}

/** Japanese first, English under it; no name and no id. */
function textOf({ words, url }: StaffMailContext, { about, association, madeAt }: store.StaffMail) {
  const { date, minute } = localParts(madeAt);
  const clock = `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`;
  const parts = words.map((catalogue) => [
    catalogue.say('account_intro', { association, when: `${date} ${clock}` }),
    '',
    `- ${catalogue.say(about)}`,
    '',
    catalogue.say('account_not_me'),
    catalogue.say('account_link', { url }),
  ]);
  const text = `${parts.map((lines) => lines.join('\n')).join('\n\n----\n\n')}\n`;
  return { subject: words[0]?.say('account_subject') ?? '', text };
}
