import nodemailer from 'nodemailer';
import type { MailPost } from '../../alarms/mailing.ts';

export interface SmtpAccount {
  /** smtp(s)://user:password@host:port */
  smtpUrl: string;
  from: string;
}

const isHere = (host: string): boolean => host === 'localhost' || host === '[::1]' || host.startsWith('127.');

/** Any mail server. A password goes over an encrypted line only, unless the server is on this machine. */
export function smtpPost({ smtpUrl, from }: SmtpAccount): MailPost {
  const url = new URL(smtpUrl);
  const secure = url.protocol === 'smtps:';
  const user = decodeURIComponent(url.username);
  const transport = nodemailer.createTransport({
    host: url.hostname.replace(/^\[|\]$/g, ''),
    port: Number(url.port) || (secure ? 465 : 587),
    secure,
    requireTLS: !secure && user !== '' && !isHere(url.hostname),
    ...(user && { auth: { user, pass: decodeURIComponent(url.password) } }),
    ...{ connectionTimeout: 10_000, greetingTimeout: 10_000, socketTimeout: 20_000 },
    ...{ disableFileAccess: true, disableUrlAccess: true },
  });
  const domain = from.split('@').at(-1);
  return {
    async send({ id, to, subject, text }) {
      try {
        const messageId = `<${id}@${domain}>`;
        const headers = { 'Auto-Submitted': 'auto-generated' };
        // It throws when every recipient was refused; one of several that exists has been told.
        await transport.sendMail({ from, to: [...to], subject, text, messageId, headers });
        return 'done';
      } catch (error) {
        return wordFor(error);
      }
    },
  };
}

/** The server's code or the library's; never its words, in which addresses stand. */
function wordFor(error: unknown): string {
  if (!(error instanceof Error)) return 'failed';
  if ('responseCode' in error && typeof error.responseCode === 'number') return `smtp_${error.responseCode}`;
  if ('code' in error && typeof error.code === 'string' && /^[A-Z]{2,20}$/.test(error.code))
    return error.code.toLowerCase();
  return 'failed';
}
