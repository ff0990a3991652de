import { loggable } from '../log.ts';

/** What was sealed does not open: altered, of another version, or another key's. Says nothing of the content. */
export class VaultError extends Error {
  override name = 'VaultError';
  readonly [loggable] = true;
}
