/**
 * The memory-hard middle of scrypt (RFC 7914, scryptROMix with r = 8) as a WebAssembly module with 128-bit lanes.
 *
 * Why not node:crypto's: it works word by word and asks the system for its 64 MiB anew each time, about 0.25 s on a 2.4 GHz
 * core where this takes 0.12 s; and that time passes while a family waits for the first ring. The output is the
 * same, held to node:crypto by a test. Nothing secret is compiled in, and the memory is overwritten by the next derivation.
 *
 * The four words of a Salsa20 diagonal lie side by side (Tarsnap's arrangement for SSE2), so that a quarter-round works on
 * all four columns at once and a rotation of lanes turns columns into rows.
 */

/** Bytes of one block: 128 · r with r = 8. */
export const blockBytes = 1024;
const chunks = 16; // 2r pieces of 64 bytes

/** Where the module keeps things: the block given and returned, its twin, and from there N blocks. */
const places = { block: 0, twin: blockBytes, table: 4 * blockBytes } as const;

export const pagesFor = (costLog2: number): number => Math.ceil((places.table + 2 ** costLog2 * blockBytes) / 65_536);

/** LEB128, unsigned and signed. */
function unsigned(value: number): number[] {
  return value < 128 ? [value] : [(value & 127) | 128, ...unsigned(value >>> 7)];
}
function signed(value: number): number[] {
  const low = value & 127;
  const rest = value >> 7;
  const isLast = (rest === 0 && (low & 64) === 0) || (rest === -1 && (low & 64) !== 0);
  return isLast ? [low] : [low | 128, ...signed(rest)];
}

const [i32, v128] = [0x7f, 0x7b];
const get = (local: number): number[] => [0x20, ...unsigned(local)];
const set = (local: number): number[] => [0x21, ...unsigned(local)];
const tee = (local: number): number[] => [0x22, ...unsigned(local)];
const number = (value: number): number[] => [0x41, ...signed(value)];
const [add, and, shiftLeft, lessThan] = [[0x6a], [0x71], [0x74], [0x49]];
const loadWord = [0x28, 2, 0];
const simd = (code: number, ...more: number[]): number[] => [0xfd, ...unsigned(code), ...more];
const load = (offset: number): number[] => simd(0, 4, ...unsigned(offset));
const store = (offset: number): number[] => simd(11, 4, ...unsigned(offset));
const [addLanes, xor] = [simd(174), simd(81)];
const left = (bits: number): number[] => [...number(bits), ...simd(171)];
const right = (bits: number): number[] => [...number(bits), ...simd(173)];
/** Lane i of the result is lane (i + by) modulo 4. */
const turn = (local: number, by: number): number[] => {
  const bytes = Array.from({ length: 16 }, (_, byte) => (byte + 4 * by) % 16);
  return [...get(local), ...get(local), ...simd(13, ...bytes), ...set(local)];
};
/** Repeats `body` while it leaves something other than 0. */
const loop = (body: number[]): number[] => [0x03, 0x40, ...body, 0x0d, 0, 0x0b];
const call = (func: number): number[] => [0x10, ...unsigned(func)];

/** `into ^= (one + other) <<< bits`, four words at once. */
function quarter(into: number, one: number, other: number, bits: number, sum: number): number[] {
  const rotated = [...get(sum), ...left(bits), ...xor, ...get(sum), ...right(32 - bits), ...xor];
  return [...get(one), ...get(other), ...addLanes, ...set(sum), ...get(into), ...rotated, ...set(into)];
}

/** Two of Salsa20/8's eight rounds: columns, then rows. */
function doubleRound([a, b, c, d]: readonly [number, number, number, number], sum: number): number[] {
  return [
    ...[...quarter(b, a, d, 7, sum), ...quarter(c, b, a, 9, sum), ...quarter(d, c, b, 13, sum)],
    ...[...quarter(a, d, c, 18, sum), ...turn(b, 3), ...turn(c, 2), ...turn(d, 1)],
    ...[...quarter(d, a, b, 7, sum), ...quarter(c, d, a, 9, sum), ...quarter(b, c, d, 13, sum)],
    ...[...quarter(a, b, c, 18, sum), ...turn(b, 1), ...turn(c, 2), ...turn(d, 3)],
  ];
}

/**
 * scryptBlockMix: (from, to) or, with a block of the table xored in on the way, (from, with, to).
 * Even chunks of the result go to the first half of `to`, odd ones to the second.
 */
function blockMix(isXored: boolean): number[] {
  const [from, other, to] = isXored ? [0, 1, 2] : [0, -1, 1];
  const parameters = isXored ? 3 : 2;
  const x = [parameters, parameters + 1, parameters + 2, parameters + 3] as const;
  const before = [parameters + 4, parameters + 5, parameters + 6, parameters + 7];
  const sum = parameters + 8;
  const read = (offset: number): number[] => [
    ...[...get(from), ...load(offset)],
    ...(isXored ? [...get(other), ...load(offset), ...xor] : []),
  ];
  const last = (chunks - 1) * 64;
  const code = x.flatMap((local, lane) => [...read(last + 16 * lane), ...set(local)]);
  for (let chunk = 0; chunk < chunks; chunk++) {
    const target = (chunk % 2 === 0 ? chunk / 2 : chunks / 2 + (chunk - 1) / 2) * 64;
    x.forEach((local, lane) => {
      code.push(...get(local), ...read(chunk * 64 + 16 * lane), ...xor, ...tee(local), ...set(before[lane]!));
    });
    for (let round = 0; round < 4; round++) code.push(...doubleRound(x, sum));
    x.forEach((local, lane) => {
      code.push(
        ...get(to),
        ...get(local),
        ...get(before[lane]!),
        ...addLanes,
        ...tee(local),
        ...store(target + 16 * lane),
      );
    });
  }
  return body([[9, v128]], code);
}

/** scryptROMix of the block at `places.block`, in place; the parameter is N, a power of two of at least 2. */
function roMix(mix: number, mixXored: number): number[] {
  const [n, place, end] = [0, 1, 2];
  const toTable = [...number(places.table)];
  const size = Math.log2(blockBytes);
  const copy = Array.from({ length: blockBytes / 16 }, (_, piece) => [
    ...number(places.table),
    ...[...number(places.block), ...load(16 * piece), ...store(16 * piece)],
  ]).flat();
  const fill = loop([
    ...[...get(place), ...get(place), ...number(blockBytes), ...add, ...tee(place), ...call(mix)],
    ...[...get(place), ...get(end), ...lessThan],
  ]);
  /** The table's block that the first word of the last chunk names. */
  const named = (block: number): number[] => [
    ...[...number(block + (chunks - 1) * 64), ...loadWord, ...get(n), ...number(1), 0x6b, ...and],
    ...[...number(size), ...shiftLeft, ...toTable, ...add],
  ];
  const step = (from: number, to: number): number[] => [
    ...[...number(from), ...named(from), ...number(to), ...call(mixXored)],
  ];
  const stir = loop([
    ...[...step(places.block, places.twin), ...step(places.twin, places.block)],
    ...[...get(place), ...number(2), ...add, ...tee(place), ...get(n), ...lessThan],
  ]);
  return body(
    [[2, i32]],
    [
      ...copy,
      ...[...toTable, ...set(place), ...get(n), ...number(1), 0x6b, ...number(size), ...shiftLeft],
      ...[...toTable, ...add, ...set(end), ...fill],
      ...[...get(end), ...number(places.block), ...call(mix)],
      ...[...number(0), ...set(place), ...stir],
    ],
  );
}

function body(locals: [number, number][], code: number[]): number[] {
  const declared = [...unsigned(locals.length), ...locals.flatMap(([count, type]) => [...unsigned(count), type])];
  const bytes = [...declared, ...code, 0x0b];
  return [...unsigned(bytes.length), ...bytes];
}

const section = (id: number, items: number[][]): number[] => {
  const bytes = [...unsigned(items.length), ...items.flat()];
  return [id, ...unsigned(bytes.length), ...bytes];
};
const name = (text: string): number[] => [text.length, ...Buffer.from(text)];

/** The module: imports `env.memory` (at least `pagesFor(costLog2)` pages), exports `mix(N)`. */
export function scryptModule(): Uint8Array<ArrayBuffer> {
  const type = (parameters: number): number[] => [0x60, parameters, ...Array<number>(parameters).fill(i32), 0];
  return Uint8Array.from([
    ...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(1, [type(2), type(3), type(1)]),
    ...section(2, [[...name('env'), ...name('memory'), 2, 0, 1]]),
    ...section(3, [[0], [1], [2]]),
    ...section(7, [[...name('mix'), 0, 2]]),
    ...section(10, [blockMix(false), blockMix(true), roMix(0, 1)]),
  ]);
}
