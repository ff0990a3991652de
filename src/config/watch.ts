/** The part of the configuration that says how Kamome watches itself, and who is told. */
import { z } from 'zod';
import type { Fault } from '../config.ts';
import { hideSecrets } from '../embedded/secrets.ts';
import { address, web } from './shapes.ts';

/** In `config/default.json`. */
export interface WatchTunables {
  /** Between two inner rounds; 0: no rounds. */
  readonly everySeconds: number;
  /** Minute of the day in Japan at which the whole round is due. */
  readonly carrierMinute: number;
}

export interface WatchConfig extends WatchTunables {
  /** Asked every minute while all is well; null: no outside ping. */
  readonly deadmanUrl: string | null;
  /** Where a worker reaches the gateway for its inner rounds; null: under PUBLIC_BASE_URL. */
  readonly gatewayUrl: string | null;
  /** null: no e-mail. */
  readonly mail: MailConfig | null;
}

export interface MailConfig {
  /** smtp(s)://user:password@host:port */
  readonly smtpUrl: string;
  readonly from: string;
  readonly to: readonly MailRecipient[];
}

export interface MailRecipient {
  /** Code of the association whose alarms come here; null: all. */
  readonly association: string | null;
  readonly address: string;
}

const mailbox = z.email('must be an e-mail address');

const recipients = z.string().transform((text, context): MailRecipient[] =>
  text
    .split(',')
    .map((entry) => entry.trim())
    .filter(Boolean)
    .map((entry) => {
      const [, association = null, to = ''] = /^(?:([A-Za-z0-9_-]+)=)?(.*)$/.exec(entry) ?? [];
      if (mailbox.safeParse(to).success) return { association, address: to };
      context.addIssue('must be e-mail addresses with commas between, each with or without association= before it');
      return z.NEVER;
    }),
);

export const watchSettings = {
  DEADMAN_URL: {
    shape: web,
    cure: 'Give the address that an outside service expects to be asked every minute or so, or leave it out',
  },
  WATCH_GATEWAY_URL: {
    shape: web,
    cure: 'Give the address under which a worker reaches the gateway, or leave it out for PUBLIC_BASE_URL',
  },
  SMTP_URL: {
    shape: address(['smtp:', 'smtps:']),
    cure: 'Example: smtps://user:password@mail.example.jp:465, or leave it out: then no alarm is sent by e-mail',
  },
  ALARM_MAIL_FROM: { shape: mailbox, cure: 'Give the address from which alarms are sent' },
  ALARM_MAIL_TO: {
    shape: recipients,
    cure: 'Example: standby@example.jp, or for one of several associations nishi=standby@example.jp',
  },
} as const;

export type WatchSettings = { [Name in keyof typeof watchSettings]?: z.infer<(typeof watchSettings)[Name]['shape']> };

/** What does not go together. `has`: the name was given, faulty or not. */
export function watchFaults(has: (name: keyof WatchSettings) => boolean): Fault[] {
  const names = ['SMTP_URL', 'ALARM_MAIL_FROM', 'ALARM_MAIL_TO'] as const;
  const given = names.find(has);
  if (!given) return [];
  return names
    .filter((name) => !has(name))
    .map((name) => ({ name, problem: `is missing beside ${given}`, cure: watchSettings[name].cure }));
}

export function watchConfig(given: WatchSettings, tuned: WatchTunables): WatchConfig {
  const { SMTP_URL: smtpUrl, ALARM_MAIL_FROM: from, ALARM_MAIL_TO: to } = given;
  const mail = smtpUrl && from && to ? hideSecrets({ smtpUrl, from, to }, ['smtpUrl']) : null;
  const gatewayUrl = given.WATCH_GATEWAY_URL ?? null;
  return hideSecrets({ ...tuned, deadmanUrl: given.DEADMAN_URL ?? null, gatewayUrl, mail }, ['deadmanUrl']);
}
