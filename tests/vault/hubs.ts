/** Two hubs with keys of their own, made once for each test process (a key pair takes a second). */
import { randomBytes } from 'node:crypto';
import { type HubCertificate, type HubKeys, loadHubCertificate, makeHub, openHub } from '../../src/vault/hub.ts';

export interface TestHub {
  certificate: HubCertificate;
  keys: HubKeys;
  p12: Buffer;
  passphrase: string;
}

function hub(name: string): TestHub {
  const passphrase = 'a-passphrase-of-tests';
  const { certificate, p12 } = makeHub(
    { name, at: new Date('2026-06-01T00:00:00Z'), years: 10, passphrase },
    randomBytes,
  );
  return { certificate: loadHubCertificate(certificate), keys: openHub(p12, passphrase), p12, passphrase };
}

/** A Japanese name: node-forge must not encode it twice. */
export const hubOne: TestHub = hub('西区医師会 在宅医療相談室');
export const hubTwo: TestHub = hub('The hub after');
