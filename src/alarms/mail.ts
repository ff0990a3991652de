/** What an e-mail about alarms says: kinds, how many, since when, and where to see to them. Nothing of a patient, no id. Pure. */
import { localParts } from '../lib/japan-time.ts';
import type { Prompts } from '../voice/prompts.ts';
import type { AlarmKind } from './alarm.ts';

export interface ToldAlarm {
  kind: AlarmKind;
  raisedAt: Date;
  isSettled: boolean;
}

export interface MailText {
  subject: string;
  text: string;
}

/** Japanese first, English under it. @param alarms at least one. */
export function mailText(
  catalogues: readonly Prompts[],
  about: { association: string; alarms: readonly ToldAlarm[]; url: string },
): MailText {
  const { association, alarms, url } = about;
  const kinds = [...new Set(alarms.map((alarm) => alarm.kind))];
  const parts = catalogues.map((words) => {
    const lines = kinds.map((kind) => line(words, kind, alarms));
    return [words.say('intro', { association }), '', ...lines, '', words.say('link', { url }), words.say('no_details')];
  });
  const [first] = catalogues;
  const [only, ...more] = alarms;
  const one = only && more.length === 0 ? first?.say('subject_one', { kind: first.say(only.kind) }) : null;
  const subject = one ?? first?.say('subject_many', { count: alarms.length }) ?? '';
  return { subject, text: `${parts.map((lines) => lines.join('\n')).join('\n\n----\n\n')}\n` };
}

function line(words: Prompts, kind: AlarmKind, alarms: readonly ToldAlarm[]): string {
  const ofKind = alarms.filter((alarm) => alarm.kind === kind);
  const earliest = new Date(Math.min(...ofKind.map(({ raisedAt }) => raisedAt.getTime())));
  const { date, minute } = localParts(earliest);
  const clock = `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`;
  const values = { kind: words.say(kind), count: ofKind.length, since: `${date} ${clock}` };
  return words.say(ofKind.every(({ isSettled }) => isSettled) ? 'line_settled' : 'line', values);
}
