import { randomBytes } from 'node:crypto';
import { inspect } from 'node:util';
import { expect } from 'chai';
import fc from 'fast-check';
import { bothHubKeys, loadHubCertificate, openHub, openWithHub, sealToHub } from '../../src/vault/hub.ts';
import {
  dataKeyByCard,
  dataKeyByHub,
  openFromTransit,
  openVersion,
  type SealedVersion,
  sealForTransit,
  sealVersion,
  VaultError,
  type VersionOf,
  wrapForCard,
} from '../../src/vault/vault.ts';
import { hubOne, hubTwo } from './hubs.ts';

const of: VersionOf = { associationId: 'as_1', patientId: 'pt_1', version: 3 };
const hub = hubOne.certificate;
const cardKey = Buffer.alloc(32, 5);
const bytes = fc.uint8Array({ maxLength: 2000 });
const word = fc.string({ maxLength: 12 });
const aVersion: fc.Arbitrary<VersionOf> = fc.record({
  ...{ associationId: word, patientId: word, version: fc.integer({ min: 1, max: 99 }) },
});
const seal = (content: Uint8Array, version = of): SealedVersion =>
  sealVersion(content, version, { cardKey, hub }, randomBytes);
const keyOf = (sealed: SealedVersion, version = of): Buffer => {
  const dataKey = dataKeyByCard(sealed, version, cardKey);
  if (!dataKey) throw new Error('the card does not open it');
  return dataKey;
};
/** One bit of one byte turned. */
function altered(whole: Buffer, place: number, bit = 0): Buffer {
  const other = Buffer.from(whole);
  other[place] = (other[place] ?? 0) ^ (1 << bit);
  return other;
}

describe('a sealed version', () => {
  it('opens by the card, whatever it says', () => {
    const law = fc.property(bytes, aVersion, (content, version) => {
      const sealed = sealVersion(content, version, { cardKey, hub }, randomBytes);
      return openVersion(sealed, version, keyOf(sealed, version)).equals(content);
    });
    fc.assert(law, { numRuns: 60 });
  });

  it('opens by the hub key without the card', () => {
    const sealed = seal(Buffer.from('鷗'));
    expect(openVersion(sealed, of, dataKeyByHub(sealed, hubOne.keys)).toString()).to.equal('鷗');
    expect(() => dataKeyByHub(sealed, hubTwo.keys)).to.throw(VaultError);
  });

  it('is refused with any one byte of it altered', () => {
    const sealed = seal(Buffer.from('血液型 A'));
    const dataKey = keyOf(sealed);
    for (const part of ['nonce', 'ciphertext'] as const)
      for (const place of sealed[part].keys())
        for (const bit of [0, 7])
          expect(() => openVersion({ ...sealed, [part]: altered(sealed[part], place, bit) }, of, dataKey)).to.throw(
            VaultError,
          );
    for (const place of sealed.cardWrap.keys())
      expect(dataKeyByCard({ cardWrap: altered(sealed.cardWrap, place) }, of, cardKey), `wrap ${place}`).to.equal(null);
  });

  it('is refused when it or its wrap is cut short or grown', () => {
    const sealed = seal(Buffer.from('x'));
    const dataKey = keyOf(sealed);
    const { nonce, ciphertext, cardWrap } = sealed;
    for (const other of [ciphertext.subarray(1), Buffer.alloc(0), Buffer.concat([ciphertext, Buffer.of(0)])])
      expect(() => openVersion({ nonce, ciphertext: other }, of, dataKey)).to.throw(VaultError);
    for (const other of [cardWrap.subarray(1), Buffer.alloc(0), Buffer.concat([cardWrap, Buffer.of(0)])])
      expect(dataKeyByCard({ cardWrap: other }, of, cardKey)).to.equal(null);
    expect(() => openVersion({ nonce: Buffer.alloc(0), ciphertext }, of, dataKey)).to.throw(VaultError);
  });

  it('cannot stand in for another patient, association or version', () => {
    const law = fc.property(aVersion, aVersion, (one, other) => {
      const isSame = JSON.stringify(one) === JSON.stringify(other);
      const sealed = sealVersion(Buffer.from('x'), one, { cardKey, hub: hubOne.certificate }, randomBytes);
      if (isSame) return;
      expect(dataKeyByCard(sealed, other, cardKey)).to.equal(null);
      expect(() => openVersion(sealed, other, keyOf(sealed, one))).to.throw(VaultError);
    });
    fc.assert(law, { numRuns: 60 });
  });

  it('has a data key and nonces of its own each time', () => {
    const one = seal(Buffer.from('same'));
    const other = seal(Buffer.from('same'));
    expect(keyOf(one).equals(keyOf(other))).to.equal(false);
    for (const part of ['nonce', 'ciphertext', 'cardWrap', 'hubWrap'] as const)
      expect(one[part].equals(other[part]), part).to.equal(false);
  });

  it('opens by the new card only, once its data key is wrapped anew', () => {
    const sealed = seal(Buffer.from('x'));
    const newCard = Buffer.alloc(32, 6);
    const reissued = { ...sealed, cardWrap: wrapForCard(keyOf(sealed), of, newCard, randomBytes) };
    expect(dataKeyByCard(reissued, of, cardKey)).to.equal(null);
    const dataKey = dataKeyByCard(reissued, of, newCard);
    expect(dataKey && openVersion(reissued, of, dataKey).toString()).to.equal('x');
  });

  it('refuses keys that are no keys and versions that are none', () => {
    const short = { cardKey: Buffer.alloc(16), hub };
    expect(() => sealVersion(Buffer.of(1), of, short, randomBytes)).to.throw(RangeError);
    for (const version of [0, -1, 1.5, Number.NaN])
      expect(() => seal(Buffer.of(1), { ...of, version })).to.throw(RangeError, /counted from 1/);
  });
});

describe('what is sealed for transit', () => {
  const caseKey = Buffer.alloc(32, 9);

  it('opens for what it was sealed for, and for nothing else', () => {
    const law = fc.property(bytes, word, word, (content, what, other) => {
      const blob = sealForTransit(content, caseKey, what, randomBytes);
      expect(openFromTransit(blob, caseKey, what).equals(content)).to.equal(true);
      if (other !== what) expect(() => openFromTransit(blob, caseKey, other)).to.throw(VaultError);
    });
    fc.assert(law, { numRuns: 100 });
  });

  it('is refused altered, cut, or under another case key', () => {
    const blob = sealForTransit(Buffer.from('page'), caseKey, 'fax:fx_1', randomBytes);
    for (const place of blob.keys())
      expect(() => openFromTransit(altered(blob, place), caseKey, 'fax:fx_1'), `${place}`).to.throw(VaultError);
    for (let length = 0; length < blob.length; length++)
      expect(() => openFromTransit(blob.subarray(0, length), caseKey, 'fax:fx_1')).to.throw(VaultError);
    expect(() => openFromTransit(blob, Buffer.alloc(32, 8), 'fax:fx_1')).to.throw(VaultError);
  });
});

describe('the hub', () => {
  it('opens what anybody sealed to its certificate, of any length', () => {
    for (const length of [0, 1, 15, 16, 17, 32, 1000]) {
      const content = randomBytes(length);
      expect(openWithHub(sealToHub(content, hub), hubOne.keys).equals(content), `${length}`).to.equal(true);
    }
  });

  it('refuses an envelope with a byte altered, wherever it is', () => {
    const blob = sealToHub(Buffer.from('key'), hub);
    const { length } = blob;
    // What only the private key can tell (a tenth of a second each) is sampled: the wrapped key, the initial vector, the content.
    const isDeep = (place: number): boolean => place > 120 && place < length - 1;
    const places = [...blob.keys()].filter((place) => !isDeep(place) || place % 40 === 0 || place === length - 65);
    expect(places.length).to.be.above(120);
    for (const place of places)
      expect(() => openWithHub(altered(blob, place), hubOne.keys), `byte ${place}`).to.throw(VaultError);
    for (const other of [Buffer.alloc(0), blob.subarray(1), blob.subarray(0, -1), Buffer.concat([blob, Buffer.of(0)])])
      expect(() => openWithHub(other, hubOne.keys)).to.throw(VaultError);
  });

  it('has two keys while one is being replaced, and each opens its own', () => {
    const both = bothHubKeys(hubTwo.keys, hubOne.keys);
    for (const { certificate } of [hubOne, hubTwo])
      expect(openWithHub(sealToHub(Buffer.from('x'), certificate), both).toString()).to.equal('x');
    expect(() => openWithHub(sealToHub(Buffer.from('x'), hubTwo.certificate), hubOne.keys)).to.throw(VaultError);
  });

  it('knows its certificate by the same name in the PEM and in the key file', () => {
    const [key] = openHub(hubOne.p12, hubOne.passphrase).keys;
    expect(key?.certificate.id)
      .to.equal(hub.id)
      .and.match(/^[0-9a-f]{32}$/);
    expect(loadHubCertificate(hub.pem).id).to.equal(hub.id);
    expect(hub.notAfter.getUTCFullYear()).to.equal(2036);
  });

  it('shows no private key when it is printed', () => {
    const shown = inspect(hubOne.keys, { depth: 9 }) + JSON.stringify(hubOne.keys.keys[0]);
    expect(shown)
      .to.include('(hidden)')
      .and.not.match(/\bdP\b|\bqInv\b/);
  });

  it('tells the operator what is wrong with a file, without its content', () => {
    expect(() => openHub(hubOne.p12, 'another passphrase')).to.throw(/HUB_KEY_FILE does not open.*make-hub/);
    expect(() => openHub(Buffer.from('nothing'), 'x')).to.throw(/HUB_KEY_FILE/);
    expect(() => loadHubCertificate('nothing')).to.throw(/HUB_CERT is no X.509/);
  });
});
