import { randomBytes } from 'node:crypto';

/** Makes opaque ids: a short prefix that names the noun, then 26 characters of Crockford base 32 (130 bits). */
export interface Ids {
  next(prefix: IdPrefix): string;
}

export type IdPrefix =
  | 'as' // association
  | 'ar' // area
  | 'fa' // facility
  | 'dr' // doctor
  | 'ho' // hospital
  | 'sb' // standby person
  | 'ph' // phone
  | 'pt' // patient
  | 'cd' // card
  | 'rr' // roster rule
  | 'ab' // absence of a doctor
  | 'sw' // swap of a duty
  | 'rl' // roll-call of an evening
  | 'cf' // calendar feed
  | 'st' // roster sheet for the fax
  | 'uc' // urgent call
  | 'cl' // caller line: the telephone a caller rang from
  | 'lg' // leg
  | 'br' // bed request
  | 'bh' // bed hold
  | 'bd' // bed desk session
  | 'rv' // record version
  | 'rq' // record request: one doctor asking for one record
  | 'ds' // disclosure
  | 'rs' // serial of a request form
  | 'fd' // fax destination
  | 'fx' // fax sent
  | 'fi' // fax received
  | 'fe' // errand of the fax: what the console asks of a worker
  | 'pg' // page received
  | 'in' // incident: a page that may have gone astray
  | 'al' // alarm: something that a person of the hub must look at
  | 'am' // e-mail about alarms, or to a person of the staff
  | 'fb' // a time during which the document for the hour without us cannot be published
  | 'wr' // watch round: Kamome rings itself
  | 'ct' // a time during which calls go by the second carrier
  | 'op' // operator of the hub: a person of its staff
  | 'se' // session at the console
  | 'pr' // proposal that a second person confirms
  | 'ef' // effect in the outbox, and nonces
  | 'au' // audit entry
  | 'av' // verification of the log
  | 'fs'; // foresight: a month's roster, simulated

const alphabet = '0123456789abcdefghjkmnpqrstvwxyz';

/** Ids from a source of random bytes; tests pass a seeded one. */
export function idsFrom(random: (size: number) => Uint8Array): Ids {
  return {
    next(prefix) {
      let text = '';
      for (const byte of random(26)) text += alphabet[byte & 31];
      return `${prefix}_${text}`;
    },
  };
}

/** Drawn from the system in one go and used up once: each draw costs as much as a hundred ids. */
const poolBytes = 4096;

function pooled(): (size: number) => Uint8Array {
  let pool = randomBytes(0);
  let used = 0;
  return (size) => {
    if (used + size > pool.length) {
      pool = randomBytes(Math.max(poolBytes, size));
      used = 0;
    }
    used += size;
    return pool.subarray(used - size, used);
  };
}

export const randomIds: Ids = idsFrom(pooled());

/** Matches any id of this system, for routes and parsers. */
export const idPattern = /^[a-z]{2}_[0-9a-z]{26}$/;
