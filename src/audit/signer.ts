/**
 * The seal's key: Ed25519 by node:crypto. Heads are signed by the worker's private key and verified by anyone with the
 * public one; an auditor's machine needs, and should have, no more than that.
 */
import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  sign,
  verify,
} from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { keepSecret, readSecret } from '../embedded/secrets.ts';
import { OperatorError } from '../log.ts';

/** What a signed head says. */
export interface Head {
  readonly associationId: string;
  readonly treeSize: number;
  readonly root: Buffer;
  readonly previousSize: number;
  readonly settledId: number;
  readonly sealedAt: Date;
}

export interface HeadVerifier {
  /** Public keys that are trusted, the present one first. */
  readonly publicKeys: readonly PublicKey[];
  verify(head: Head, keyId: string, signature: Buffer): boolean;
}

export interface HeadSigner extends HeadVerifier {
  sign(head: Head): { keyId: string; signature: Buffer };
}

export interface PublicKey {
  /** First 32 hexadecimal digits of SHA-256 over the key's SPKI form: short enough for paper. */
  readonly id: string;
  readonly pem: string;
}

export interface KeyPlace {
  /** AUDIT_KEY_FILE, or null: the data folder. */
  file: string | null;
  dataFolder: string;
}

const dataFile = 'audit-key.pem';
const cure = 'Give AUDIT_KEY_FILE the path of a PEM file with an Ed25519 key (openssl genpkey -algorithm ed25519)';

/**
 * The signer of this deployment. The file holds the private key and, after a change of keys, the public keys before it
 * (PEM blocks one after the other), whose seals stay valid. Without a file the key is made at the first call and kept in the
 * data folder (mode 0600): every process of the deployment must then share that folder.
 *
 * @throws OperatorError when the file is missing, unreadable, or holds no private Ed25519 key.
 */
export function openSigner({ file, dataFolder }: KeyPlace): HeadSigner {
  const text = file === null ? keepSecret(dataFolder, dataFile, newKey) : readKeyFile(file);
  return signerFrom(text, file ?? path.join(dataFolder, dataFile));
}

/**
 * The verifier of this deployment; a file with public keys alone is enough.
 * @throws OperatorError when there is no key to verify with: nothing is made here, a new key would call every seal forged.
 */
export function openVerifier({ file, dataFolder }: KeyPlace): HeadVerifier {
  const name = file ?? path.join(dataFolder, dataFile);
  const text = file === null ? readSecret(dataFolder, dataFile) : readKeyFile(file);
  if (text === null) throw new OperatorError(`there is no audit key in ${name}. ${cure}.`);
  return verifierOf(parseKeys(text, name).publicKeys);
}

/** A signer from PEM text; for tests and for `openSigner`. `name` says where the text came from. */
export function signerFrom(pem: string, name: string): HeadSigner {
  const { privateKey, publicKeys } = parseKeys(pem, name);
  if (!privateKey) throw new OperatorError(`${name} holds no private key, so nothing can be sealed. ${cure}.`);
  const keyId = keyIdOf(createPublicKey(privateKey));
  return {
    ...verifierOf(publicKeys),
    sign: (head) => ({ keyId, signature: sign(null, signedText(head), privateKey) }),
  };
}

/** A new private key as PEM. */
export function newKey(): string {
  return generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString().trim();
}

/** What is signed. Every column of the head but the frontier, which the root already fixes. */
function signedText({ associationId, treeSize, root, previousSize, settledId, sealedAt }: Head): Buffer {
  const lines = ['kamome audit head 1', associationId, treeSize, root.toString('hex'), sealedAt.toISOString()];
  return Buffer.from(`${[...lines, previousSize, settledId].join('\n')}\n`);
}

function verifierOf(keys: readonly KeyObject[]): HeadVerifier {
  const known = new Map(keys.map((key) => [keyIdOf(key), key]));
  return {
    publicKeys: [...known].map(([id, key]) => ({ id, pem: key.export({ type: 'spki', format: 'pem' }).toString() })),
    verify(head, keyId, signature) {
      const key = known.get(keyId);
      if (!key || !isInstant(head.sealedAt)) return false;
      return verify(null, signedText(head), key, signature);
    },
  };
}

const keyIdOf = (key: KeyObject): string =>
  createHash('sha256')
    .update(key.export({ type: 'spki', format: 'der' }))
    .digest('hex')
    .slice(0, 32);

function readKeyFile(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw new OperatorError(`the audit key file ${file} cannot be read. ${cure}.`, { cause });
  }
}

function parseKeys(text: string, name: string): { privateKey: KeyObject | null; publicKeys: KeyObject[] } {
  const blocks = text.match(/-----BEGIN ([A-Z ]+)-----[\s\S]*?-----END \1-----/g) ?? [];
  let privateKey: KeyObject | null = null;
  const publicKeys: KeyObject[] = [];
  for (const block of blocks) {
    const key = parseKey(block, name);
    if (key.asymmetricKeyType !== 'ed25519')
      throw new OperatorError(`${name} holds a key that is not Ed25519. ${cure}.`);
    if (key.type === 'private') {
      if (privateKey)
        throw new OperatorError(`${name} holds two private keys. Keep of the older one only its public key.`);
      privateKey = key;
      publicKeys.unshift(createPublicKey(key));
    } else publicKeys.push(key);
  }
  if (publicKeys.length === 0) throw new OperatorError(`${name} holds no key. ${cure}.`);
  return { privateKey, publicKeys };
}

function parseKey(block: string, name: string): KeyObject {
  try {
    return block.includes('PRIVATE KEY') ? createPrivateKey(block) : createPublicKey(block);
  } catch {
    // The parser's own words may quote the file; the file is a secret.
    throw new OperatorError(`${name} holds a block that is not a key. ${cure}.`);
  }
}

/** The driver reads an infinite timestamp as a number. */
const isInstant = (at: unknown): boolean => at instanceof Date && !Number.isNaN(at.getTime());
