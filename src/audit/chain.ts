/**
 * The chain of one life (an urgent call, …): each entry's hash covers the entry and the hash before it, so an edit,
 * a reorder or a gap shows. Pure and quick: it runs while a doctor's key press waits for its answer.
 */
import { createHash } from 'node:crypto';

/** What an entry's hash covers: every column of `audit_entry` but its storage number and the hashes themselves. */
export interface ChainEntry {
  readonly chainId: string;
  /** 1, 2, 3 … without a gap. */
  readonly seq: number;
  readonly associationId: string;
  /** Whole milliseconds, as every Date; the column keeps them exactly. */
  readonly at: Date;
  readonly actor: string;
  readonly cause: string;
  readonly kind: string;
  /** JSON that `jsonb` gives back unchanged: see `canonicalJson`. */
  readonly data: unknown;
}

export const hashBytes = 32;

// First bytes of what is hashed, so that a hash of one kind can never stand for another. The tree's leaf (merkle.ts)
// also begins with 0x00 as RFC 6962 wants; it is 33 bytes long, which no entry can be.
const entryPrefix = Buffer.from([0x00]);
const genesisPrefix = 'kamome audit chain 1\n';

/** The hash that the first entry of a chain builds on; it differs for each chain, so no beginning can be moved. */
export function firstHash(chainId: string): Buffer {
  return createHash('sha256').update(genesisPrefix).update(chainId).digest();
}

/**
 * SHA-256(0x00 ‖ prev ‖ canonical JSON of the entry), 32 bytes.
 * The same for the entry in hand and for its row read back from `jsonb` and `timestamptz`.
 *
 * @throws TypeError when `prev` is not 32 bytes, or the entry holds what the database could not give back unchanged.
 */
export function entryHash(prev: Buffer, entry: ChainEntry): Buffer {
  if (prev.length !== hashBytes) throw new TypeError(`a hash has ${hashBytes} bytes, not ${prev.length}`);
  return createHash('sha256').update(entryPrefix).update(prev).update(entryText(entry)).digest();
}

/** Keys in the order in which `canonicalJson` would sort them. */
function entryText({ actor, associationId, at, cause, chainId, data, kind, seq }: ChainEntry): string {
  if (!Number.isSafeInteger(seq)) throw new TypeError(`the place in the chain is a whole number, not ${seq}`);
  if (Number.isNaN(at.getTime())) throw new TypeError('the instant of an audit entry is not a date');
  return (
    `{"actor":${quoted(actor)},"associationId":${quoted(associationId)},"at":"${at.toISOString()}",` +
    `"cause":${quoted(cause)},"chainId":${quoted(chainId)},"data":${canonicalJson(data)},` +
    `"kind":${quoted(kind)},"seq":${seq}}`
  );
}

/**
 * One text for one JSON value: keys sorted by UTF-16 code unit, no spaces, numbers as JSON.stringify writes them
 * (RFC 8785). A key whose value is undefined is left out, as JSON.stringify does when the value is stored.
 *
 * @throws TypeError for everything that `jsonb` refuses or gives back changed: undefined elsewhere, NaN and infinities,
 *   bigint, functions, objects with a class (a Date would come back as text), U+0000, lone surrogates.
 */
export function canonicalJson(value: unknown): string {
  if (typeof value === 'string') return quoted(value);
  if (typeof value === 'number') return finite(value);
  if (value === null || typeof value === 'boolean') return String(value);
  if (typeof value !== 'object') throw new TypeError(`an audit entry cannot hold ${typeof value}`);
  if (Array.isArray(value)) {
    let text = '[';
    // By index: a hole in the array is refused like the undefined that it reads as.
    for (let index = 0; index < value.length; index++) text += (index ? ',' : '') + canonicalJson(value[index]);
    return `${text}]`;
  }
  const prototype = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null)
    throw new TypeError(`an audit entry cannot hold a ${value.constructor?.name ?? 'classed object'}`);
  return objectText(value as Record<string, unknown>);
}

function objectText(value: Record<string, unknown>): string {
  // A plain object may still carry a toJSON of its own, and then something else than this would be stored.
  if (typeof value.toJSON === 'function') throw new TypeError('an audit entry cannot hold an object with toJSON');
  let text = '';
  for (const key of Object.keys(value).sort()) {
    const held = value[key];
    if (held !== undefined) text += `${text ? ',' : ''}${quoted(key)}:${canonicalJson(held)}`;
  }
  return `{${text}}`;
}

function finite(value: number): string {
  if (!Number.isFinite(value)) throw new TypeError(`an audit entry cannot hold the number ${value}`);
  return String(value === 0 ? 0 : value); // -0 is stored as 0
}

function quoted(text: string): string {
  const json = JSON.stringify(text);
  // Only control characters and lone surrogates are written as \u…, so the slow look is rare.
  if (json.includes('\\u') && /\0|\p{Surrogate}/u.test(text))
    throw new TypeError('an audit entry cannot hold U+0000 or half a surrogate pair');
  return json;
}
