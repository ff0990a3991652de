import { createHash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { expect } from 'chai';
import fc from 'fast-check';
import { type ChainEntry, canonicalJson, entryHash, firstHash } from '../../src/audit/chain.ts';
import { isExactJson } from '../../src/audit/exact-json.ts';
import {
  append,
  consistencyProof,
  emptyTree,
  inclusionProof,
  isWellFormed,
  leafHash,
  rootOf,
  verifyConsistency,
  verifyInclusion,
} from '../../src/audit/merkle.ts';
import { newKey, signerFrom } from '../../src/audit/signer.ts';

const sha256 = (...parts: (Buffer | string)[]): Buffer =>
  createHash('sha256')
    .update(Buffer.concat(parts.map((part) => Buffer.from(part as string))))
    .digest();

describe('Canonical JSON', () => {
  const table: [string, unknown, string][] = [
    [
      'sorts keys at every depth',
      { b: 1, a: { d: 2, c: [3, { f: 4, e: 5 }] } },
      '{"a":{"c":[3,{"e":5,"f":4}],"d":2},"b":1}',
    ],
    [
      'sorts by UTF-16 code unit, not by number or locale',
      { 10: 1, 9: 2, é: 3, z: 4, Z: 5 },
      '{"10":1,"9":2,"Z":5,"z":4,"é":3}',
    ],
    ['leaves out keys without a value', { a: undefined, b: null }, '{"b":null}'],
    ['writes numbers as JSON does', [1e21, 1e-7, -0, 0.1, 1700000000000], '[1e+21,1e-7,0,0.1,1700000000000]'],
    ['escapes as JSON does', '当番医 "1"\n\u0001', '"当番医 \\"1\\"\\n\\u0001"'],
    ['keeps surrogate pairs', '𠮟る', '"𠮟る"'],
    ['writes the plain values', [true, false, null, ''], '[true,false,null,""]'],
  ];
  for (const [name, value, text] of table) it(name, () => expect(canonicalJson(value)).to.equal(text));

  const refused: [string, unknown][] = [
    ['NaN', Number.NaN],
    ['an infinity', [Number.POSITIVE_INFINITY]],
    ['undefined', undefined],
    ['undefined in an array', [undefined]],
    ['a hole in an array', new Array(1)],
    ['a bigint', { a: 1n }],
    ['a function', { a: () => 1 }],
    ['a date', { at: new Date(0) }],
    ['a buffer', Buffer.alloc(1)],
    ['an object that writes itself', { toJSON: () => 1 }],
    ['U+0000', 'a\0'],
    ['U+0000 in a key', { 'a\0': 1 }],
    ['half a surrogate pair', '\ud842'],
  ];
  for (const [name, value] of refused)
    it(`refuses ${name}`, () => expect(() => canonicalJson(value)).to.throw(TypeError));

  it('does not depend on the order of keys, and survives JSON', () => {
    const shuffled = (value: unknown): unknown =>
      Array.isArray(value)
        ? value.map(shuffled)
        : value && typeof value === 'object'
          ? Object.fromEntries(
              Object.entries(value)
                .reverse()
                .map(([key, held]) => [key, shuffled(held)]),
            )
          : value;
    fc.assert(
      fc.property(fc.jsonValue({ stringUnit: 'grapheme', maxDepth: 3 }), (value) => {
        const clean = JSON.parse(JSON.stringify(value).replaceAll('\\u0000', ''));
        expect(canonicalJson(shuffled(clean))).to.equal(canonicalJson(clean));
        expect(isDeepStrictEqual(JSON.parse(canonicalJson(clean)), clean)).to.equal(true);
      }),
    );
  });
});

describe('The text of a jsonb value', () => {
  const table: [string, boolean][] = [
    ['{"a": 1, "b": [1700000000000, -3]}', true],
    ['{"a": 0.1, "b": 0.00000015, "c": -2.5}', true],
    ['{"a": 1000000000000000000000}', true],
    ['{"a": "1.0 and 12345678901234567890 \\" 2.0"}', true],
    ['{"a": 1.0}', false],
    ['{"a": 0.10}', false],
    ['{"a": 0.10000000000000000001}', false],
    ['{"a": 9007199254740993}', false],
    [`{"a": 1${'0'.repeat(400)}}`, false],
  ];
  for (const [text, isExact] of table)
    it(`${isExact ? 'may' : 'cannot'} come from JavaScript: ${text.slice(0, 40)}`, () =>
      expect(isExactJson(text)).to.equal(isExact));
});

describe('The chain of a life', () => {
  const entry: ChainEntry = {
    ...{ chainId: 'uc_1', seq: 1, associationId: 'as_1', at: new Date('2026-01-10T13:00:00.123Z'), actor: 'caller' },
    ...{ cause: 'webhook', kind: 'opened', data: { b: 1, a: ['二', null] } },
  };
  it('hashes 0x00, the hash before, and the canonical entry', () => {
    const prev = firstHash('uc_1');
    const text =
      '{"actor":"caller","associationId":"as_1","at":"2026-01-10T13:00:00.123Z","cause":"webhook","chainId":"uc_1",' +
      '"data":{"a":["二",null],"b":1},"kind":"opened","seq":1}';
    expect(entryHash(prev, entry)).to.deep.equal(sha256(Buffer.from([0]), prev, text));
    expect(canonicalJson(JSON.parse(text))).to.equal(text);
  });
  it('begins differently for each chain', () => expect(firstHash('uc_1')).to.not.deep.equal(firstHash('uc_2')));
  const changes: [string, Partial<ChainEntry>][] = [
    ['chain', { chainId: 'uc_2' }],
    ['number', { seq: 2 }],
    ['association', { associationId: 'as_2' }],
    ['instant', { at: new Date('2026-01-10T13:00:00.124Z') }],
    ['actor', { actor: 'clock' }],
    ['cause', { cause: 'timer' }],
    ['kind', { kind: 'closed' }],
    ['data', { data: { b: 1, a: ['二', null, null] } }],
    ['places of two values', { actor: 'webhook', cause: 'caller' }],
  ];
  for (const [name, change] of changes)
    it(`gives another hash for another ${name}`, () => {
      const prev = firstHash('uc_1');
      expect(entryHash(prev, { ...entry, ...change })).to.not.deep.equal(entryHash(prev, entry));
    });
  it('refuses a hash of another length, a broken instant and a broken number', () => {
    expect(() => entryHash(Buffer.alloc(31), entry)).to.throw(TypeError);
    expect(() => entryHash(Buffer.alloc(32), { ...entry, at: new Date(Number.NaN) })).to.throw(TypeError);
    expect(() => entryHash(Buffer.alloc(32), { ...entry, seq: 1.5 })).to.throw(TypeError);
  });
});

describe('The Merkle tree', () => {
  // RFC 6962, 2.1, word for word; nothing of the implementation.
  const leafOf = (data: Buffer): Buffer => sha256(Buffer.from([0]), data);
  const treeHash = (data: Buffer[]): Buffer => {
    if (data.length === 0) return sha256('');
    if (data.length === 1) return leafOf(data[0]!);
    const k = 2 ** Math.ceil(Math.log2(data.length) - 1);
    return sha256(Buffer.from([1]), treeHash(data.slice(0, k)), treeHash(data.slice(k)));
  };
  const path = (m: number, data: Buffer[]): Buffer[] => {
    if (data.length === 1) return [];
    const k = 2 ** Math.ceil(Math.log2(data.length) - 1);
    if (m < k) return [...path(m, data.slice(0, k)), treeHash(data.slice(k))];
    return [...path(m - k, data.slice(k)), treeHash(data.slice(0, k))];
  };
  const leaves = (data: Buffer[]): Buffer[] => data.map(leafHash);
  const treeOf = (data: Buffer[]) => append(emptyTree, leaves(data));
  const data = fc.array(
    fc.uint8Array({ maxLength: 4 }).map((bytes) => Buffer.from(bytes)),
    { minLength: 1, maxLength: 40 },
  );

  // The inputs and roots of the reference implementation of Certificate Transparency.
  const inputs = ['', '00', '10', '2021', '3031', '40414243', '5051525354555657', '606162636465666768696a6b6c6d6e6f'];
  const roots = [
    '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
    'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
    'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
    'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
    '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
    '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
    'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
    '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
  ];
  const samples = inputs.map((hex) => Buffer.from(hex, 'hex'));
  roots.forEach((root, index) => {
    it(`has the known root over ${index + 1} of the known leaves`, () => {
      const some = samples.slice(0, index + 1);
      expect(rootOf(treeOf(some)).toString('hex')).to.equal(root);
      expect(treeHash(some).toString('hex')).to.equal(root);
    });
  });
  it('has the hash of nothing as its empty root', () =>
    expect(rootOf(emptyTree).toString('hex')).to.equal(
      'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
    ));

  it('has the same root however it is grown', () =>
    fc.assert(
      fc.property(data, fc.nat(40), (all, cut) => {
        const grown = append(append(emptyTree, leaves(all.slice(0, cut))), leaves(all.slice(cut)));
        expect(grown.size).to.equal(all.length);
        expect(isWellFormed(grown)).to.equal(true);
        expect(rootOf(grown)).to.deep.equal(treeHash(all));
      }),
    ));

  it('proves each of its leaves, and no other leaf, place, size or root', () =>
    fc.assert(
      fc.property(data, fc.nat(), fc.nat(), (all, pick, other) => {
        const index = pick % all.length;
        const proof = inclusionProof(leaves(all), index);
        expect(proof).to.deep.equal(path(index, all));
        const claim = { leaf: leafOf(all[index]!), index, size: all.length, root: treeHash(all), proof };
        expect(verifyInclusion(claim)).to.equal(true);
        const wrong = Buffer.from('not the one');
        expect(verifyInclusion({ ...claim, leaf: leafOf(wrong) })).to.equal(false);
        expect(verifyInclusion({ ...claim, root: leafOf(wrong) })).to.equal(false);
        expect(verifyInclusion({ ...claim, proof: [...proof, wrong] })).to.equal(false);
        expect(verifyInclusion({ ...claim, index: all.length })).to.equal(false);
        const place = other % all.length;
        const isTwin = leafOf(all[place]!).equals(claim.leaf);
        if (!isTwin) expect(verifyInclusion({ ...claim, index: place })).to.equal(false);
        if (proof.length) expect(verifyInclusion({ ...claim, proof: proof.slice(1) })).to.equal(false);
      }),
    ));

  it('proves that it only grew, and refuses a rewritten beginning', () =>
    fc.assert(
      fc.property(data, fc.nat(), (all, pick) => {
        const size = 1 + (pick % all.length);
        const proof = consistencyProof(leaves(all), size);
        const [first, second] = [treeHash(all.slice(0, size)), treeHash(all)];
        const claim = { first: { size, root: first }, second: { size: all.length, root: second }, proof };
        expect(verifyConsistency(claim)).to.equal(true);
        const rewritten = treeHash([Buffer.from('rewritten'), ...all.slice(1, size)]);
        expect(verifyConsistency({ ...claim, first: { size, root: rewritten } })).to.equal(false);
        expect(verifyConsistency({ ...claim, second: { size: all.length, root: rewritten } })).to.equal(false);
        expect(verifyConsistency({ ...claim, proof: [...proof, first] })).to.equal(false);
        if (proof.length) expect(verifyConsistency({ ...claim, proof: proof.slice(1) })).to.equal(false);
      }),
    ));

  it('knows a frontier that no tree of that size has', () => {
    expect(isWellFormed({ size: 3, frontier: [Buffer.alloc(32)] })).to.equal(false);
    expect(isWellFormed({ size: 2, frontier: [Buffer.alloc(31)] })).to.equal(false);
    expect(isWellFormed({ size: -1, frontier: [] })).to.equal(false);
  });
  it('refuses proofs of what is not there', () => {
    expect(() => inclusionProof(leaves(samples), 8)).to.throw(RangeError);
    expect(() => consistencyProof(leaves(samples), 0)).to.throw(RangeError);
    expect(() => consistencyProof(leaves(samples), 9)).to.throw(RangeError);
  });
});

describe('The key of the seal', () => {
  const head = {
    ...{ associationId: 'as_1', treeSize: 3, root: Buffer.alloc(32, 7), previousSize: 1, settledId: 9 },
    sealedAt: new Date('2026-01-10T13:00:00.123Z'),
  };
  it('signs every part of a head', () => {
    const signer = signerFrom(newKey(), 'a test');
    const { keyId, signature } = signer.sign(head);
    expect(signer.verify(head, keyId, signature)).to.equal(true);
    const changes = [
      { associationId: 'as_2' },
      { treeSize: 4 },
      { root: Buffer.alloc(32, 8) },
      { previousSize: 2 },
      { settledId: 8 },
      { sealedAt: new Date('2026-01-10T13:00:00.124Z') },
    ];
    for (const change of changes) expect(signer.verify({ ...head, ...change }, keyId, signature)).to.equal(false);
    expect(signer.verify(head, 'another', signature)).to.equal(false);
    expect(signer.verify(head, keyId, Buffer.alloc(3))).to.equal(false);
  });
  const ec = '-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----';
  const faults: [string, string, RegExp][] = [
    ['no key', 'hello', /holds no key/],
    ['a broken key', ec, /not a key/],
    ['two private keys', `${newKey()}\n${newKey()}`, /two private keys/],
    ['a public key only', signerFrom(newKey(), 'a test').publicKeys[0]!.pem, /no private key/],
  ];
  for (const [name, pem, words] of faults)
    it(`is refused in words when the file holds ${name}`, () => {
      expect(() => signerFrom(pem, 'audit.pem'))
        .to.throw(words)
        .with.property('message')
        .that.includes('audit.pem');
    });
});
