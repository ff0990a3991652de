/** A network between two processes that can be cut: bytes are carried on until the wire stalls (nothing arrives, nobody is told) or is torn. */
import net from 'node:net';

export type Cut = 'stalled' | 'torn';

export interface Wire {
  /** Here it is entered, on 127.0.0.1. */
  port: number;
  /** `stalled`: what is sent waits, also the greeting of a new connection; `torn`: connections are reset, new ones at once. */
  cut(how: Cut): void;
  /** What waited arrives now. */
  mend(): void;
  close(): Promise<void>;
}

export async function openWire(to: number): Promise<Wire> {
  let state: 'whole' | Cut = 'whole';
  const ends = new Set<net.Socket>();
  const waiting: (() => void)[] = [];

  const carry = (one: net.Socket, other: net.Socket): void => {
    ends.add(one);
    one.setNoDelay(true);
    one.on('data', (bytes) => {
      if (!other.write(bytes)) {
        one.pause();
        other.once('drain', () => state === 'stalled' || one.resume());
      }
    });
    one.on('end', () => other.end());
    one.on('error', () => other.destroy());
    one.on('close', () => {
      ends.delete(one);
      other.destroy();
    });
  };
  const connect = (near: net.Socket): void => {
    if (near.destroyed) return;
    const far = net.connect({ port: to, host: '127.0.0.1', allowHalfOpen: true });
    carry(near, far);
    carry(far, near);
    near.resume();
  };
  const server = net.createServer({ allowHalfOpen: true, pauseOnConnect: true }, (near) => {
    near.on('error', () => undefined);
    if (state === 'torn') near.resetAndDestroy();
    else if (state === 'stalled') waiting.push(() => connect(near));
    else connect(near);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as net.AddressInfo).port,
    cut(how) {
      state = how;
      for (const end of ends) how === 'torn' ? end.resetAndDestroy() : end.pause();
    },
    mend() {
      state = 'whole';
      for (const end of ends) end.resume();
      for (const go of waiting.splice(0)) go();
    },
    async close() {
      state = 'torn';
      for (const end of ends) end.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
