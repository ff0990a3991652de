/**
 * An exchange that says "busy" to whoever calls: iaxmodem refuses a second call as a dead line does, so the word has to come from
 * somebody. As little of IAX2 (RFC 5456) as that takes.
 */
import { createSocket } from 'node:dgram';

const control = 4;
const iax = 6;
const [newCall, ack, hangUp, reject, accept] = [1, 4, 5, 6, 7];
const busy = 5;
/** Information element FORMAT: signed linear. */
const linear = Buffer.from([9, 4, 0, 0, 0, 0x40]);
const ourCall = 1;

/** Answers every call to this UDP port until it is closed. */
export async function openBusyExchange(port: number): Promise<{ close(): Promise<void> }> {
  const socket = createSocket('udp4');
  await new Promise<void>((resolve) => socket.bind(port, '127.0.0.1', resolve));
  socket.on('message', (frame, from) => {
    if (frame.length < 12 || (frame.readUInt16BE(0) & 0x8000) === 0) return; // sound
    const theirCall = frame.readUInt16BE(0) & 0x7fff;
    const at = frame.readUInt32BE(4);
    const [theirs, , type, word] = frame.subarray(8, 12);
    const next = ((theirs ?? 0) + 1) & 0xff;
    const say = (ours: number, kind: number, what: number, more = Buffer.alloc(0)): void => {
      const head = Buffer.alloc(12);
      head.writeUInt16BE(0x8000 | ourCall, 0);
      head.writeUInt16BE(theirCall, 2);
      head.writeUInt32BE(at + ours, 4);
      head.set([ours, next, kind, what], 8);
      socket.send(Buffer.concat([head, more]), from.port, from.address);
    };
    if (type !== iax) return;
    if (word === newCall) {
      say(0, iax, accept, linear);
      say(1, control, busy);
    } else if (word === hangUp || word === reject) say(2, iax, ack);
  });
  return { close: () => new Promise((resolve) => socket.close(() => resolve())) };
}
