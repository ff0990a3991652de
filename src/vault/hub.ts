/**
 * The hub's own way into what is sealed: an X.509 certificate, to which anybody may seal (CMS enveloped data), and its private
 * key in a PKCS#12 file, which the night gateway does not hold. All three by node-forge; what pure JavaScript is slow at by
 * node:crypto: making the key pair takes it half a minute, and each use of the private key 0.15 s instead of 3 ms.
 */
import {
  constants,
  createHash,
  createPrivateKey,
  generateKeyPairSync,
  type KeyObject,
  privateDecrypt,
} from 'node:crypto';
import forge from 'node-forge';
import { hideSecrets, type Random } from '../embedded/secrets.ts';
import { OperatorError } from '../log.ts';
import { VaultError } from './vault-error.ts';

export interface HubCertificate {
  /** First 32 hexadecimal digits of SHA-256 over the certificate: stands beside each wrap and says which key opens it. */
  readonly id: string;
  readonly pem: string;
  readonly notAfter: Date;
  readonly certificate: forge.pki.Certificate;
}

export interface HubKey {
  readonly certificate: HubCertificate;
  readonly privateKey: KeyObject;
}

/** The hub's private keys: one, or during a rotation the new one first and the old one behind it. */
export interface HubKeys {
  readonly keys: readonly HubKey[];
}

const leastBits = 2048;

/**
 * An outdated certificate is taken all the same, because a record that cannot be saved helps nobody: see `notAfter`.
 * @throws OperatorError when the text is no certificate with an RSA key of 2048 bits or more.
 */
export function loadHubCertificate(pem: string): HubCertificate {
  const certificate = parsed(() => forge.pki.certificateFromPem(pem), 'HUB_CERT is no X.509 certificate in PEM');
  return described(certificate);
}

function described(certificate: forge.pki.Certificate): HubCertificate {
  const { n } = certificate.publicKey as forge.pki.rsa.PublicKey;
  if (!n || n.bitLength() < leastBits)
    throw new OperatorError(`the hub's certificate needs an RSA key of ${leastBits} bits or more. ${makeOne}.`);
  const der = derOf(forge.pki.certificateToAsn1(certificate));
  readNames(certificate.issuer.attributes);
  return {
    id: createHash('sha256').update(der).digest('hex').slice(0, 32),
    pem: forge.pki.certificateToPem(certificate).replaceAll('\r\n', '\n'),
    notAfter: certificate.validity.notAfter,
    certificate,
  };
}

/**
 * node-forge reads a UTF-8 name as bytes but writes it as text: without this a Japanese issuer would be encoded twice, and no
 * other program could open what was sealed to it.
 */
function readNames(attributes: forge.pki.CertificateField[]): void {
  for (const attribute of attributes) {
    if (attribute.valueTagClass !== utf8 || typeof attribute.value !== 'string') continue;
    attribute.value = forge.util.decodeUtf8(attribute.value);
  }
}

/** A type of characters and no class: the declaration of node-forge takes one for the other. */
const utf8 = forge.asn1.Type.UTF8 as number as forge.asn1.Class;

const makeOne = 'Make one with: npm run keys -- make-hub';

/**
 * CMS enveloped data (AES-256-CBC, the key under RSA: what node-forge has) that only the hub's private key opens.
 * CBC notices no change by itself, so what is enveloped begins with its own SHA-256.
 */
export function sealToHub(bytes: Uint8Array, hub: HubCertificate): Buffer {
  const envelope = forge.pkcs7.createEnvelopedData();
  envelope.addRecipient(hub.certificate);
  const content = Buffer.concat([checksum(bytes), bytes]);
  envelope.content = forge.util.createBuffer(content.toString('binary'));
  envelope.encrypt(undefined, forge.pki.oids['aes256-CBC']);
  return derOf(envelope.toAsn1());
}

const checksumBytes = 32;
const checksum = (bytes: Uint8Array): Buffer => createHash('sha256').update(bytes).digest();

/**
 * Opens what `sealToHub` made.
 * @throws VaultError when it was altered anywhere, or is for none of these keys. The cause is not told apart: whoever sees
 * the difference between a bad padding and a bad content can decrypt by asking often enough.
 */
export function openWithHub(blob: Buffer, hubKeys: HubKeys): Buffer {
  for (const key of hubKeys.keys) {
    const content = openedBy(blob, key);
    if (content) return content;
  }
  throw new VaultError('what was sealed to the hub does not open: it was altered, or is for another hub key');
}

function openedBy(blob: Buffer, { certificate, privateKey }: HubKey): Buffer | null {
  try {
    // What the parser does not look at must not have been altered either: written again, it is the same. (Writing empties it.)
    if (!derOf(envelopeOf(blob).toAsn1()).equals(blob)) return null;
    const envelope = envelopeOf(blob);
    const recipient = envelope.findRecipient(certificate.certificate);
    if (!recipient) return null;
    // All that node-forge asks of a private key is to decrypt.
    const key = { decrypt: (sealed: string) => envelopeKey(sealed, privateKey) } as forge.pki.rsa.PrivateKey;
    envelope.decrypt(recipient, key);
    const content = Buffer.from((envelope.content as forge.util.ByteBuffer).getBytes(), 'binary');
    const bytes = content.subarray(checksumBytes);
    return content.subarray(0, checksumBytes).equals(checksum(bytes)) ? bytes : null;
  } catch {
    return null; // node-forge throws plain errors for everything that does not fit
  }
}

const envelopeKeyBytes = 32; // AES-256

/**
 * RSAES-PKCS1-v1_5 (RFC 8017, 7.2.2) in two steps, because Node of before OpenSSL 3.2 refuses to do the second: the bare
 * private key operation, and the padding: 0x00 0x02, at least eight bytes that are not 0x00, 0x00, the key.
 */
function envelopeKey(sealed: string, privateKey: KeyObject): string {
  const padding = constants.RSA_NO_PADDING;
  const padded = privateDecrypt({ key: privateKey, padding }, Buffer.from(sealed, 'binary'));
  const end = padded.length - envelopeKeyBytes;
  const isPadded = padded[0] === 0 && padded[1] === 2 && padded.indexOf(0, 2) === end - 1 && end > 10;
  if (!isPadded) throw new VaultError('this is no envelope of ours');
  return padded.subarray(end).toString('binary');
}

function envelopeOf(blob: Buffer): forge.pkcs7.Captured<forge.pkcs7.PkcsEnvelopedData> {
  const envelope = forge.pkcs7.messageFromAsn1(forge.asn1.fromDer(blob.toString('binary')));
  if (!('recipients' in envelope) || envelope.recipients.length !== 1)
    throw new VaultError('this is no envelope of ours');
  if (envelope.rawCapture.version !== '\0' || envelope.recipients[0]?.version !== 0) throw new VaultError('version');
  for (const { issuer } of envelope.recipients) readNames(issuer);
  return envelope;
}

/** The private key of a PKCS#12 file. @throws OperatorError when the passphrase is wrong or there is no key in it. */
export function openHub(p12: Uint8Array, passphrase: string): HubKeys {
  const pfx = parsed(() => {
    const der = forge.asn1.fromDer(Buffer.from(p12).toString('binary'));
    return forge.pkcs12.pkcs12FromAsn1(der, true, passphrase);
  }, 'HUB_KEY_FILE does not open: it is no PKCS#12 file, or the passphrase is not its own');
  const bag = (type: string): forge.pkcs12.Bag | undefined => pfx.getBags({ bagType: type })[type]?.[0];
  const { pkcs8ShroudedKeyBag, keyBag, certBag } = forge.pki.oids as Record<string, string>;
  const privateKey = (bag(pkcs8ShroudedKeyBag ?? '') ?? bag(keyBag ?? ''))?.key;
  const certificate = bag(certBag ?? '')?.cert;
  if (!privateKey || !certificate) throw new OperatorError('HUB_KEY_FILE needs an RSA key and its certificate');
  const pem = forge.pki.privateKeyToPem(privateKey);
  const key = { certificate: described(certificate), privateKey: createPrivateKey(pem) };
  return { keys: [hideSecrets(key, ['privateKey'])] };
}

/** While a key is being rotated: what either opens, the first before the second. */
export const bothHubKeys = (first: HubKeys, second: HubKeys): HubKeys => ({ keys: [...first.keys, ...second.keys] });

export interface NewHub {
  /** Shown in the certificate, for example the association's name. */
  name: string;
  /** From this instant on. */
  at: Date;
  years: number;
  passphrase: string;
}

const keyBits = 3072; // what CRYPTREC and NIST ask for beyond 2030
const rounds = 20_000; // PBKDF2 in pure JavaScript: about a quarter of a second when the console starts

/**
 * Makes the hub's key pair, its self-signed certificate and the PKCS#12 file with both. Takes a second or two.
 * @throws OperatorError for a passphrase that other programs could not use: beyond ASCII they do not agree on its bytes.
 */
export function makeHub({ name, at, years, passphrase }: NewHub, random: Random): { certificate: string; p12: Buffer } {
  if (!/^[\x21-\x7e]{12,}$/.test(passphrase))
    throw new OperatorError('the passphrase of the hub key needs at least 12 ASCII characters without spaces');
  const pair = generateKeyPairSync('rsa', { modulusLength: keyBits });
  const privateKey = forge.pki.privateKeyFromPem(pair.privateKey.export({ type: 'pkcs1', format: 'pem' }).toString());
  const certificate = forge.pki.createCertificate();
  certificate.publicKey = forge.pki.publicKeyFromPem(pair.publicKey.export({ type: 'spki', format: 'pem' }).toString());
  certificate.serialNumber = `4${random(16).toString('hex').slice(1)}`; // positive (RFC 5280, 4.1.2.2) and without leading zeros
  certificate.validity.notBefore = at;
  certificate.validity.notAfter = new Date(Date.UTC(at.getUTCFullYear() + years, at.getUTCMonth(), at.getUTCDate()));
  const subject = [{ name: 'commonName', value: name, valueTagClass: utf8 }];
  certificate.setSubject(subject);
  certificate.setIssuer(subject);
  certificate.setExtensions([
    { name: 'basicConstraints', cA: false, critical: true },
    { name: 'keyUsage', keyEncipherment: true, critical: true },
  ]);
  certificate.sign(privateKey, forge.md.sha256.create());
  const pfx = forge.pkcs12.toPkcs12Asn1(privateKey, certificate, passphrase, { algorithm: 'aes256', count: rounds });
  const pem = forge.pki.certificateToPem(certificate).replaceAll('\r\n', '\n');
  return { certificate: pem, p12: derOf(pfx) };
}

const derOf = (object: forge.asn1.Asn1): Buffer => Buffer.from(forge.asn1.toDer(object).getBytes(), 'binary');

function parsed<T>(parse: () => T, problem: string): T {
  try {
    return parse();
  } catch (cause) {
    throw new OperatorError(`${problem}. ${makeOne}.`, { cause });
  }
}
