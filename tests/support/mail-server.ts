/** A mail server on a free port of this machine: takes what is sent to it, or answers as it is told to. */
import net from 'node:net';
import { inspect } from './leaks.ts';

export interface ReceivedMail {
  from: string;
  to: string[];
  /** Headers and body as they came. */
  data: string;
  /** The subject and the text, decoded. */
  subject: string;
  text: string;
}

export interface MailServer {
  url: string;
  mails: ReceivedMail[];
  /** From now on the message itself is answered so; null: taken. */
  answersWith(line: string | null): void;
  close(): Promise<void>;
}

export async function openMailServer(): Promise<MailServer> {
  const mails: ReceivedMail[] = [];
  const sockets = new Set<net.Socket>();
  let refusal: string | null = null;
  const server = net.createServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket)).on('error', () => undefined);
    const say = (line: string): void => void socket.write(`${line}\r\n`);
    let mail = { from: '', to: [] as string[] };
    let data: string[] | null = null;
    let rest = '';
    const command = (line: string): void => {
      const word = line.slice(0, 4).toUpperCase();
      if (word === 'EHLO') return say('250-kamome.test\r\n250 8BITMIME');
      if (word === 'MAIL') mail = { from: addressIn(line), to: [] };
      if (word === 'RCPT') mail.to.push(addressIn(line));
      if (word === 'QUIT') return void socket.end('221 bye\r\n');
      if (word === 'DATA') data = [];
      say(word === 'DATA' ? '354 go on' : '250 ok');
    };
    const line = (text: string): void => {
      if (data === null) return command(text);
      if (text !== '.') return void data.push(text.replace(/^\./, ''));
      const taken = { ...mail, ...read(data) };
      inspect('provider request', `${taken.subject}\n${taken.text}`);
      if (refusal === null) mails.push(taken);
      data = null;
      say(refusal ?? '250 taken');
    };
    socket.on('data', (chunk) => {
      const lines = (rest + chunk.toString('utf8')).split('\r\n');
      rest = lines.pop() ?? '';
      lines.forEach(line);
    });
    say('220 kamome.test ESMTP');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as net.AddressInfo;
  return {
    url: `smtp://127.0.0.1:${port}`,
    mails,
    answersWith(next) {
      refusal = next;
    },
    close: () =>
      new Promise((resolve) => {
        for (const socket of sockets) socket.destroy();
        server.close(() => resolve());
      }),
  };
}

const addressIn = (line: string): string => /<([^>]*)>/.exec(line)?.[1] ?? '';

function read(lines: readonly string[]): { data: string; subject: string; text: string } {
  const data = lines.join('\n');
  const gap = lines.indexOf('');
  const header = lines
    .slice(0, gap)
    .join('\n')
    .replace(/\n[ \t]+/g, ' ');
  const subject = /^Subject: (.*)$/m.exec(header)?.[1] ?? '';
  const body = lines.slice(gap + 1);
  const isBase64 = /^Content-Transfer-Encoding: base64/im.test(header);
  const text = isBase64 ? Buffer.from(body.join(''), 'base64').toString('utf8') : quotedPrintable(body.join('\n'));
  return { data, subject: words(subject), text };
}

const words = (text: string): string =>
  text
    .replace(/\?=\s+=\?/g, '?==?')
    .replace(/=\?utf-8\?([BQ])\?([^?]*)\?=/gi, (_, how: string, coded: string) =>
      how.toUpperCase() === 'B'
        ? Buffer.from(coded, 'base64').toString('utf8')
        : quotedPrintable(coded.replaceAll('_', ' ')),
    );

const quotedPrintable = (text: string): string =>
  Buffer.from(
    text
      .replace(/=\n/g, '')
      .replace(/=([0-9A-F]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))),
    'latin1',
  ).toString('utf8');
