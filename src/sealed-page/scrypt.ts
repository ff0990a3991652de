/**
 * scrypt (RFC 7914) for the browser, where WebCrypto offers nothing memory-hard: r = 8, p = 1, the outer PBKDF2 by WebCrypto. Node's
 * own scrypt is the judge of it in tests/sealed-page/scrypt.test.ts. At 2^16 about a second on a telephone; every few milliseconds
 * it lets the page breathe.
 */

const blockWords = 32 * 8; // 128 · r bytes
const breathMs = 40;

export interface StretchOptions {
  /** Told the share done, from 0 to 1. */
  progress?: (share: number) => void;
  /** Lets the page paint; between two of them 40 ms pass. */
  breathe?: () => Promise<void>;
}

/** @returns `length` bytes of key from `secret` and `salt`, with 2^`costLog2` · 1 KiB of memory. */
export async function scryptInBrowser(
  secret: string,
  salt: Uint8Array,
  costLog2: number,
  length: number,
  options: StretchOptions = {},
): Promise<Uint8Array> {
  const { progress = () => undefined, breathe = () => new Promise((resolve) => setTimeout(resolve, 0)) } = options;
  const password = new TextEncoder().encode(secret);
  const cost = 2 ** costLog2;
  const block = wordsOf(await pbkdf2(password, salt, blockWords * 4));
  const memory = new Uint32Array(cost * blockWords);
  const mixer = blockMixer();
  let breathed = Date.now();
  for (let step = 0; step < 2 * cost; step++) {
    if (step < cost) memory.set(block, step * blockWords);
    else {
      // The last 64 bytes, read as a little-endian number, choose what is mixed in.
      const start = (block[blockWords - 16]! & (cost - 1)) * blockWords;
      for (let at = 0; at < blockWords; at++) block[at]! ^= memory[start + at]!;
    }
    mixer(block);
    if (step % 256 === 0 && Date.now() - breathed > breathMs) {
      progress(step / (2 * cost));
      await breathe();
      breathed = Date.now();
    }
  }
  memory.fill(0);
  return pbkdf2(password, bytesOf(block), length);
}

async function pbkdf2(password: Uint8Array, salt: Uint8Array, length: number): Promise<Uint8Array> {
  const key = await crypto.subtle.importKey('raw', password.slice(), 'PBKDF2', false, ['deriveBits']);
  const parameters = { name: 'PBKDF2', hash: 'SHA-256', salt: salt.slice(), iterations: 1 };
  return new Uint8Array(await crypto.subtle.deriveBits(parameters, key, length * 8));
}

function wordsOf(bytes: Uint8Array): Uint32Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Uint32Array.from({ length: bytes.length / 4 }, (_, at) => view.getUint32(at * 4, true));
}

function bytesOf(words: Uint32Array): Uint8Array {
  const view = new DataView(new ArrayBuffer(words.length * 4));
  for (const [at, word] of words.entries()) view.setUint32(at * 4, word, true);
  return new Uint8Array(view.buffer);
}

/** scryptBlockMix in place: sixteen Salsa20/8 in a chain; the even results come first, the odd ones after them. */
function blockMixer(): (block: Uint32Array) => void {
  const mixed = new Uint32Array(blockWords);
  const chain = new Uint32Array(16);
  return (block) => {
    chain.set(block.subarray(blockWords - 16));
    for (let part = 0; part < 16; part++) {
      for (let at = 0; at < 16; at++) chain[at]! ^= block[part * 16 + at]!;
      salsa20of8(chain);
      mixed.set(chain, ((part & 1) * 8 + (part >> 1)) * 16);
    }
    block.set(mixed);
  };
}

/** Salsa20 with 8 rounds on sixteen words in place, unrolled: this is where all the time goes. */
// biome-ignore format: each line is two additions of a quarter round, as the definition prints them
function salsa20of8(words: Uint32Array): void {
  let [a, b, c, d] = [words[0]! | 0, words[1]! | 0, words[2]! | 0, words[3]! | 0];
  let [e, f, g, h] = [words[4]! | 0, words[5]! | 0, words[6]! | 0, words[7]! | 0];
  let [i, j, k, l] = [words[8]! | 0, words[9]! | 0, words[10]! | 0, words[11]! | 0];
  let [m, n, o, p] = [words[12]! | 0, words[13]! | 0, words[14]! | 0, words[15]! | 0];
  let t = 0;
  for (let round = 0; round < 8; round += 2) {
    t = (a + m) | 0; e ^= (t << 7) | (t >>> 25); t = (e + a) | 0; i ^= (t << 9) | (t >>> 23);
    t = (i + e) | 0; m ^= (t << 13) | (t >>> 19); t = (m + i) | 0; a ^= (t << 18) | (t >>> 14);
    t = (f + b) | 0; j ^= (t << 7) | (t >>> 25); t = (j + f) | 0; n ^= (t << 9) | (t >>> 23);
    t = (n + j) | 0; b ^= (t << 13) | (t >>> 19); t = (b + n) | 0; f ^= (t << 18) | (t >>> 14);
    t = (k + g) | 0; o ^= (t << 7) | (t >>> 25); t = (o + k) | 0; c ^= (t << 9) | (t >>> 23);
    t = (c + o) | 0; g ^= (t << 13) | (t >>> 19); t = (g + c) | 0; k ^= (t << 18) | (t >>> 14);
    t = (p + l) | 0; d ^= (t << 7) | (t >>> 25); t = (d + p) | 0; h ^= (t << 9) | (t >>> 23);
    t = (h + d) | 0; l ^= (t << 13) | (t >>> 19); t = (l + h) | 0; p ^= (t << 18) | (t >>> 14);
    t = (a + d) | 0; b ^= (t << 7) | (t >>> 25); t = (b + a) | 0; c ^= (t << 9) | (t >>> 23);
    t = (c + b) | 0; d ^= (t << 13) | (t >>> 19); t = (d + c) | 0; a ^= (t << 18) | (t >>> 14);
    t = (f + e) | 0; g ^= (t << 7) | (t >>> 25); t = (g + f) | 0; h ^= (t << 9) | (t >>> 23);
    t = (h + g) | 0; e ^= (t << 13) | (t >>> 19); t = (e + h) | 0; f ^= (t << 18) | (t >>> 14);
    t = (k + j) | 0; l ^= (t << 7) | (t >>> 25); t = (l + k) | 0; i ^= (t << 9) | (t >>> 23);
    t = (i + l) | 0; j ^= (t << 13) | (t >>> 19); t = (j + i) | 0; k ^= (t << 18) | (t >>> 14);
    t = (p + o) | 0; m ^= (t << 7) | (t >>> 25); t = (m + p) | 0; n ^= (t << 9) | (t >>> 23);
    t = (n + m) | 0; o ^= (t << 13) | (t >>> 19); t = (o + n) | 0; p ^= (t << 18) | (t >>> 14);
  }
  words[0]! += a; words[1]! += b; words[2]! += c; words[3]! += d;
  words[4]! += e; words[5]! += f; words[6]! += g; words[7]! += h;
  words[8]! += i; words[9]! += j; words[10]! += k; words[11]! += l;
  words[12]! += m; words[13]! += n; words[14]! += o; words[15]! += p;
}
