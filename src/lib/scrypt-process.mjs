/**
 * A process that derives: one message in, one out. Started by card.ts, and ends when its starter does. Plain JavaScript, so
 * that it starts without the loader that reads TypeScript.
 */
import { scryptSync } from 'node:crypto';

// Ctrl-C reaches the whole group: the starter drains first, and its callers' derivations belong to that.
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => undefined);

process.on('message', ({ password, salt, options }) => {
  const secret = new Uint8Array(scryptSync(password, salt, 32, options));
  // The starter may have ended meanwhile; then there is nobody to tell and nothing to do.
  process.send(secret, (error) => {
    if (error) process.exit();
  });
});
