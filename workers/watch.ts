/** The timers by which Kamome watches itself: its rounds, the outside ping, alarms by telephone and by e-mail; and e-mail to the staff. */
import { type MailPost, sweepAlarmMail } from '../src/alarms/mailing.ts';
import { type AlarmRingContext, sweepAlarmRings } from '../src/alarms/ringing.ts';
import type { Config } from '../src/config.ts';
import type { Log } from '../src/log.ts';
import type { Metrics } from '../src/metrics.ts';
import { sweepStaffMail } from '../src/staff/mailing.ts';
import { loadPrompts } from '../src/voice/prompts.ts';
import { sweepWatch, tidyWatch } from '../src/watch/actions.ts';
import { httpPing, sweepDeadman } from '../src/watch/deadman.ts';
import type { InnerLine } from '../src/watch/inner-line.ts';
import { every, type Repeating } from './timer.ts';
import { watchFigures } from './watch-figures.ts';

const roundEverySeconds = 2;
/** Not in the first seconds, in which a trial is still furnished. */
const roundAfterSeconds = 15;
const pingEverySeconds = 15;
const ringEverySeconds = 2;
const mailEverySeconds = 5;
const tidyEverySeconds = 3600;

export const mailFolder = new URL('../config/mail/', import.meta.url);

/** What of it belongs to a vendor. */
export interface WatchLines {
  inner: InnerLine;
  /** Null: no mail server is configured. */
  post: MailPost | null;
}

export function watchTimers(
  config: Config,
  ctx: AlarmRingContext,
  log: Log,
  metrics: Metrics,
  lines: WatchLines,
): Repeating[] {
  const { watch, console: desk } = config;
  const timers = [every(ringEverySeconds, 'alarm-rings', log, () => sweepAlarmRings(ctx))];
  const { db, clock, ids, wake } = ctx;
  const words = [loadPrompts(mailFolder, 'ja'), loadPrompts(mailFolder, 'en')];
  const toStaff = { db, clock, log, post: lines.post, words, url: `${desk.baseUrl}/account` };
  timers.push(every(mailEverySeconds, 'staff-mail', log, () => sweepStaffMail(toStaff)));
  if (lines.post) {
    const mailing = { db, clock, ids, log, post: lines.post, recipientsOf: recipientsIn(config), words };
    const url = `${desk.baseUrl}/alarms`;
    timers.push(every(mailEverySeconds, 'alarm-mail', log, () => sweepAlarmMail({ ...mailing, url })));
  }
  if (watch.everySeconds === 0) return timers;
  const figures = watchFigures(ctx, metrics);
  const watching = { db, clock, ids, log, wake, plan: watch, told: figures.told, inner: lines.inner };
  const round = async (): Promise<void> => {
    await sweepWatch(watching);
    await figures.refresh();
  };
  timers.push(
    every(roundEverySeconds, 'watch', log, round, roundAfterSeconds),
    every(tidyEverySeconds, 'tidy-watch', log, () => tidyWatch(watching)),
  );
  if (watch.deadmanUrl) {
    const pinging = { ...watching, ping: httpPing(watch.deadmanUrl) };
    timers.push(every(pingEverySeconds, 'deadman', log, () => sweepDeadman(pinging), roundAfterSeconds));
  }
  return timers;
}

/** The addresses for all associations, and those for this one. */
const recipientsIn =
  ({ watch }: Pick<Config, 'watch'>) =>
  (code: string): string[] =>
    (watch.mail?.to ?? [])
      .filter(({ association }) => association === null || association === code)
      .map(({ address }) => address);
