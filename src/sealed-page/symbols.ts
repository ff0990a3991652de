/**
 * What one QR symbol of a sealed page holds, byte by byte:
 *
 *   0    'K' (0x4b) and the format's version (1)
 *   2    page id, 4 bytes
 *   6    index of this block, blocks needed, blocks in all
 *   9    the block
 *   -4   CRC-32 of all before it
 *
 * The checksum is there because one wrong block would make the whole page fail like a wrong secret does, and the doctor would
 * be told to listen again instead of taking another photo. Runs in the browser too: nothing of Node.
 */
import { restore } from './erasure.ts';

/** What all symbols of a page have in common. */
export interface PageHead {
  /** 4 random bytes as 8 hexadecimal digits. */
  pageId: string;
  needed: number;
  total: number;
}

export interface PageSymbol extends PageHead {
  index: number;
  block: Uint8Array;
}

const magic = [0x4b, 0x01] as const;
const headBytes = 9;
const checkBytes = 4;

/** Bytes of a symbol that are not the block's. */
export const symbolOverhead = headBytes + checkBytes;

export function encodeSymbol({ pageId, index, needed, total, block }: PageSymbol): Uint8Array {
  const bytes = new Uint8Array(symbolOverhead + block.length);
  bytes.set([...magic, ...idBytes(pageId), index, needed, total]);
  bytes.set(block, headBytes);
  const body = bytes.subarray(0, bytes.length - checkBytes);
  new DataView(bytes.buffer).setUint32(body.length, crc32(body));
  return bytes;
}

/** @returns null for a code that is not an undamaged symbol of a sealed page. */
export function decodeSymbol(bytes: Uint8Array): PageSymbol | null {
  if (bytes.length <= symbolOverhead || bytes[0] !== magic[0] || bytes[1] !== magic[1]) return null;
  const body = bytes.subarray(0, bytes.length - checkBytes);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (view.getUint32(body.length) !== crc32(body)) return null;
  const [index = 0, needed = 0, total = 0] = bytes.subarray(6, headBytes);
  if (needed < 1 || needed > total || index >= total) return null;
  return { pageId: hexOf(bytes.subarray(2, 6)), index, needed, total, block: body.slice(headBytes) };
}

/** Six digits for people: a page and its secret are matched by them over the telephone. They open nothing. */
export function pageNumber(pageId: string): string {
  const number = String(Number.parseInt(pageId, 16) % 1_000_000).padStart(6, '0');
  return `${number.slice(0, 3)}-${number.slice(3)}`;
}

export const hexOf = (bytes: Uint8Array): string => Array.from(bytes, (b) => b.toString(16).padStart(2, '0')).join('');

/** The page id's four bytes. @throws RangeError when it is not eight hexadecimal digits. */
export function idBytes(pageId: string): Uint8Array {
  if (!/^[0-9a-f]{8}$/.test(pageId)) throw new RangeError('a page id is eight hexadecimal digits');
  return Uint8Array.from(pageId.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}

const crcTable = Uint32Array.from({ length: 256 }, (_, byte) => {
  let rest = byte;
  for (let bit = 0; bit < 8; bit++) rest = (rest >>> 1) ^ (rest & 1 ? 0xedb88320 : 0);
  return rest;
});

/** CRC-32 as in gzip and PNG. */
export function crc32(bytes: Uint8Array): number {
  let rest = 0xffffffff;
  for (const byte of bytes) rest = crcTable[(rest ^ byte) & 0xff]! ^ (rest >>> 8);
  return (rest ^ 0xffffffff) >>> 0;
}

// ---------------------------------------------------------------------------------------------------- collecting

/** Symbols of one page, from one photo or several. */
export interface Collection {
  head: PageHead;
  blocks: ReadonlyMap<number, Uint8Array>;
}

const isSamePage = (head: PageHead, other: PageHead): boolean =>
  head.pageId === other.pageId && head.needed === other.needed && head.total === other.total;

/**
 * Adds what one photo showed. A photo of another page begins anew: nobody reads two sealed pages into one.
 * When a photo shows two pages, the one with more symbols counts.
 */
export function collect(before: Collection | null, symbols: readonly PageSymbol[]): Collection | null {
  const head = commonest(symbols) ?? before?.head;
  if (!head) return null;
  const blocks = new Map(before && isSamePage(before.head, head) ? before.blocks : []);
  for (const symbol of symbols) if (isSamePage(symbol, head)) blocks.set(symbol.index, symbol.block);
  return { head, blocks };
}

function commonest(symbols: readonly PageSymbol[]): PageHead | undefined {
  const count = (head: PageHead): number => symbols.filter((symbol) => isSamePage(symbol, head)).length;
  const most = [...symbols].sort((a, b) => count(b) - count(a))[0];
  return most && { pageId: most.pageId, needed: most.needed, total: most.total };
}

/** @returns the sealed bytes of the page, padding included; null while too few of its symbols are there. */
export function assemble({ head, blocks }: Collection): Uint8Array | null {
  const known = [...blocks].map(([index, bytes]) => ({ index, bytes }));
  const length = known[0]?.bytes.length ?? 0;
  const restored = restore(
    known.filter(({ bytes }) => bytes.length === length),
    head.needed,
  );
  if (!restored) return null;
  const whole = new Uint8Array(head.needed * length);
  for (const [index, bytes] of restored.entries()) whole.set(bytes, index * length);
  return whole;
}
