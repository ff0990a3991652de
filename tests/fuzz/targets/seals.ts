/** What was sealed and comes back from paper or disk: symbols of a sealed page, their content, and a log that somebody has been at. */
import { generateKeyPairSync } from 'node:crypto';
import { entryHash, firstHash } from '../../../src/audit/chain.ts';
import { checkChains } from '../../../src/audit/chain-check.ts';
import { Findings } from '../../../src/audit/findings.ts';
import { append, emptyTree, leafHash, rootOf, type Tree } from '../../../src/audit/merkle.ts';
import type { EntryRow, LeafRow } from '../../../src/audit/reading.ts';
import { signerFrom } from '../../../src/audit/signer.ts';
import type { HeadRow } from '../../../src/audit/store.ts';
import { checkTree } from '../../../src/audit/tree-check.ts';
import { openEnvelope, unpackEnvelope } from '../../../src/sealed-page/envelope.ts';
import { isBilevel, majority, median } from '../../../src/sealed-page/heal.ts';
import { sealSymbols } from '../../../src/sealed-page/seal.ts';
import { parseSecret } from '../../../src/sealed-page/secret.ts';
import {
  assemble,
  type Collection,
  collect,
  crc32,
  decodeSymbol,
  encodeSymbol,
} from '../../../src/sealed-page/symbols.ts';
import { decodeText, encodeText } from '../../../src/sealed-page/text.ts';
import type { Target } from '../engine.ts';
import { law } from '../law.ts';

const content = encodeText({ title: '緊急時患者記録', lines: [{ kind: 'alert', text: 'ペニシリン' }] });
const secret = '1234567890123402';
const lengthOf = (input: Buffer, at: number): number => input.readUInt16BE(at) % 1200;

/**
 * Symbols one after the other, each behind its length, with the checksum made right (a forger can count) but for every eighth. Enough of them
 * are put together and opened with a key that is none.
 */
async function readSymbols(input: Buffer): Promise<void> {
  let known: Collection | null = null;
  for (let at = 0, turn = 0; at + 2 < input.length; turn++) {
    const bytes = Buffer.from(input.subarray(at + 2, at + 2 + lengthOf(input, at)));
    at += 2 + Math.max(1, bytes.length);
    if (turn % 8 !== 7 && bytes.length > 4) bytes.writeUInt32BE(crc32(bytes.subarray(0, -4)), bytes.length - 4);
    const symbol = decodeSymbol(bytes);
    if (!symbol) continue;
    law(Buffer.from(encodeSymbol(symbol)).equals(bytes), 'a symbol that is not written as it was read');
    known = collect(known, [symbol]);
  }
  const whole = known && assemble(known);
  if (!known || !whole) return;
  const opened = await openEnvelope(whole, known.head.pageId, secret, {
    dictionary: new Uint8Array(),
    stretch: async (_, salt, log2) => {
      law(salt.length === 16 && log2 >= 1 && log2 <= 18, 'more work than a telephone can do');
      return new Uint8Array(44);
    },
  });
  law('refused' in opened, 'a page opens without its key');
}

function readContent(input: Buffer): void {
  const read = decodeText(input);
  if (read) law(decodeText(encodeText(read)) !== null, 'a text that is not read back');
  unpackEnvelope(input);
  const typed = parseSecret(input.toString('utf8'));
  law(!('secret' in typed) || /^\d{16}$/.test(typed.secret), 'a secret that is none');
}

/** A picture of the size that its first two bytes name. */
function heal(input: Buffer): void {
  const [width, height] = [1 + ((input[0] ?? 0) % 40), 1 + ((input[1] ?? 0) % 40)];
  const pixels = new Uint8Array(width * height);
  pixels.set(input.subarray(2, 2 + pixels.length));
  const image = { width, height, pixels };
  for (const healed of [majority(image, 1), majority(image, 2), median(image)])
    law(healed.pixels.length === pixels.length && healed.width === width, 'a picture of another size');
  law(!isBilevel(image) || isBilevel(median(image)), 'grey out of black and white');
}

// ------------------------------------------------------------------------------------------------------ the log

const associationId = 'as_1';
const signer = signerFrom(
  generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  'fuzz',
);

interface Log {
  entries: EntryRow[];
  leaves: (LeafRow & { of: EntryRow })[];
  heads: (HeadRow & { is_exact: boolean })[];
}

/** Three chains of a few entries, sealed twice, the last ones not yet. */
function soundLog(): Log {
  const log: Log = { entries: [], leaves: [], heads: [] };
  let tree: Tree = emptyTree;
  const prev = new Map<string, Buffer>();
  const seal = (sealedAt: Date): void => {
    const fresh = log.entries.slice(log.leaves.length);
    for (const row of fresh) {
      const { chain_id, seq, hash } = row;
      const leaf = { leaf_index: log.leaves.length, leaf_hash: leafHash(hash) };
      log.leaves.push({ ...leaf, chain_id, seq, entry_hash: hash, of: row });
      Object.assign(row, {
        leaf_index: leaf.leaf_index,
        leaf_chain_id: chain_id,
        leaf_seq: seq,
        leaf_hash: leaf.leaf_hash,
      });
    }
    const previousSize = tree.size;
    tree = append(
      tree,
      fresh.map(({ hash }) => leafHash(hash)),
    );
    const head = {
      associationId,
      treeSize: tree.size,
      root: rootOf(tree),
      previousSize,
      settledId: log.entries.length,
      sealedAt,
    };
    const { keyId, signature } = signer.sign(head);
    log.heads.push({
      ...{ association_id: associationId, tree_size: tree.size, root: head.root, frontier: [...tree.frontier] },
      ...{
        previous_size: previousSize,
        settled_id: head.settledId,
        sealed_at: sealedAt,
        key_id: keyId,
        signature,
        is_exact: true,
      },
    });
  };
  for (let at = 0; at < 11; at++) {
    const chainId = `uc_${at % 3}`;
    const seq = 1 + Math.floor(at / 3);
    const entry = {
      chainId,
      seq,
      associationId,
      at: new Date(1_766_000_000_000 + at),
      actor: 'caller',
      cause: 'webhook',
      kind: 'noted',
    };
    const before = prev.get(chainId) ?? firstHash(chainId);
    const data = { at, text: '受付済み' };
    const hash = entryHash(before, { ...entry, data });
    prev.set(chainId, hash);
    log.entries.push({
      ...{ id: at + 1, chain_id: chainId, seq, association_id: associationId, micros: entry.at.getTime() * 1000 },
      ...{
        actor: entry.actor,
        cause: entry.cause,
        kind: entry.kind,
        data: JSON.stringify(data),
        prev_hash: before,
        hash,
      },
      ...{ leaf_index: null, leaf_chain_id: null, leaf_seq: null, leaf_hash: null },
    });
    if (at === 4 || at === 8) seal(new Date(1_766_000_001_000 + at));
  }
  return log;
}

const sound = soundLog();
const copyOf = (log: Log): Log => {
  const entries = log.entries.map((row) => ({ ...row }));
  const leaves = log.leaves.map((row) => ({ ...row, of: entries[log.entries.indexOf(row.of)]! }));
  return { entries, leaves, heads: log.heads.map((row) => ({ ...row })) };
};

/** What a forger writes into a column: three bytes say which row, which column and what. @returns whether anything the log vouches for changed. */
function forge(log: Log, table: number, rowByte: number, what: number, bytes: Buffer): boolean {
  const hash = Buffer.alloc([32, 32, 31, 0][what & 3]!, bytes);
  const text = bytes.toString('utf8').replaceAll('\0', '');
  const number = [-1, 0, 1, 2, 1e15, Number.MAX_SAFE_INTEGER, bytes[0] ?? 0, 2 ** 31][what & 7]!;
  const rows = [log.entries, log.entries, log.leaves, log.heads][table & 3]! as object[];
  const at = rowByte % Math.max(1, rows.length);
  const row = rows[at] as Record<string, unknown> | undefined;
  if (!row) return false;
  if (what >= 240) {
    rows.splice(at, 1);
    return true;
  }
  const values: Record<string, unknown> = [
    ...[{ actor: text }, { cause: text }, { kind: text }, { data: jsonOf(text) }, { data: JSON.stringify(text) }],
    ...[
      { hash },
      { prev_hash: hash },
      { seq: number },
      { micros: String(number) },
      { micros: null },
      { chain_id: `uc_${text}` },
    ],
  ][(what >> 3) % 11]!;
  const ofLeaf = [{ leaf_hash: hash }, { leaf_index: number }][what & 1]!;
  const ofHead = [
    { root: hash },
    { tree_size: number },
    { previous_size: number },
    { settled_id: number },
    { frontier: [hash] },
    { signature: hash },
    { key_id: text },
    { is_exact: false },
  ][(what >> 3) & 7]!;
  const change: Record<string, unknown> = (table & 3) < 2 ? values : (table & 3) === 2 ? ofLeaf : ofHead;
  const changed = Object.entries(change).some(([key, value]) => !isSame(row[key], value));
  Object.assign(row, change);
  return changed;
}

/** The column takes nothing but JSON. */
function jsonOf(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text));
  } catch {
    return JSON.stringify({ text });
  }
}

const isSame = (one: unknown, other: unknown): boolean =>
  Buffer.isBuffer(one) && Buffer.isBuffer(other) ? one.equals(other) : String(one) === String(other);

/** Whatever was done, the check ends without falling over; and one change alone is found. */
async function verifyDamaged(input: Buffer): Promise<void> {
  const log = copyOf(sound);
  let changes = 0;
  for (let at = 0; at + 8 <= input.length && at < 64; at += 8)
    if (forge(log, input[at]!, input[at + 1]!, input[at + 2]!, input.subarray(at + 3, at + 8))) changes++;
  const findings = new Findings(50);
  const settled = new Map([[associationId, 9]]);
  const counts = { entries: 0, chains: 0, unsealed: 0, oldestUnsealedAt: null };
  // As the database would hand them on: joined and in order.
  log.entries.sort((one, other) =>
    one.chain_id < other.chain_id ? -1 : one.chain_id > other.chain_id ? 1 : one.seq - other.seq,
  );
  log.leaves.sort((one, other) => Number(one.leaf_index) - Number(other.leaf_index));
  log.heads.sort((one, other) => Number(one.tree_size) - Number(other.tree_size));
  for (const leaf of log.leaves) leaf.entry_hash = log.entries.includes(leaf.of) ? leaf.of.hash : null;
  for (const row of log.entries) {
    const leaf = log.leaves.find(({ of }) => of === row);
    row.leaf_index = leaf?.leaf_index ?? null;
    row.leaf_hash = leaf?.leaf_hash ?? null;
  }
  for await (const end of checkChains(once(log.entries), { findings, settled, wantsEntries: () => true, counts }))
    law(end.chainId !== '', 'a chain of no name');
  await checkTree({
    ...{ associationId, leaves: once(log.leaves), heads: once(log.heads), verifier: signer, findings },
    witnesses: [{ treeSize: sound.leaves.length, root: sound.heads.at(-1)!.root }],
  });
  const isUnsealed = log.entries.length < sound.entries.length && log.leaves.length === sound.leaves.length;
  law(changes !== 0 || findings.count === 0, 'damage where there is none');
  law(changes !== 1 || findings.count > 0 || isUnsealed, 'damage that nobody found');
}

async function* once<Row>(rows: Row[]): AsyncGenerator<Row[]> {
  if (rows.length > 0) yield rows;
}

export const sealTargets: readonly Target[] = [
  {
    name: 'symbols',
    seeds: async () => {
      const sealed = await sealSymbols(content, secret, 'fine', (size) => Buffer.alloc(size, 7));
      if ('refused' in sealed) throw new Error('the example does not fit');
      const behindLength = sealed.symbols.map((symbol) => {
        const length = Buffer.alloc(2);
        length.writeUInt16BE(symbol.length);
        return Buffer.concat([length, symbol]);
      });
      const tiny = (index: number, needed: number, total: number): Buffer =>
        Buffer.concat([
          Buffer.from([0, 18]),
          encodeSymbol({ pageId: '00000001', index, needed, total, block: Buffer.alloc(5, index) }),
        ]);
      return [Buffer.concat(behindLength.slice(0, 3)), Buffer.concat([tiny(0, 9, 12), tiny(1, 9, 12)]), tiny(0, 1, 1)];
    },
    words: ['K\u0001', '\0\0\0\u0001', '\u0012', '\u0001\u0001'],
    most: 6000,
    run: readSymbols,
  },
  {
    name: 'sealed-content',
    seeds: async () => [Buffer.from(content), Buffer.from(secret), Buffer.from([16, ...Buffer.alloc(80)])],
    words: ['{"title":', '"lines":[', '"n', 'null', '[]'],
    most: 1000,
    run: readContent,
  },
  {
    name: 'healing',
    seeds: async () => [Buffer.from([9, 9, ...Buffer.alloc(81, 255)]), Buffer.from([30, 30, ...Buffer.alloc(700, 77)])],
    most: 1700,
    run: heal,
  },
  {
    name: 'damaged-log',
    seeds: async () => [
      Buffer.from([0, 4, 24, 1, 2, 3, 4, 5]),
      Buffer.from([2, 1, 1, 9, 9, 9, 9, 9, 3, 0, 250, 0, 0, 0, 0, 0]),
      Buffer.from([0, 3, 255, 0, 0, 0, 0, 0]),
    ],
    most: 64,
    run: verifyDamaged,
  },
];
