import { scryptSync } from 'node:crypto';
import { expect } from 'chai';
import { scryptInBrowser } from '../../src/sealed-page/scrypt.ts';

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

describe('scrypt for the browser', () => {
  it('gives what RFC 7914 prints (N = 1024, r = 8, p = 16 is not ours; N = 16384, r = 8, p = 1 is)', async () => {
    const key = await scryptInBrowser('pleaseletmein', new TextEncoder().encode('SodiumChloride'), 14, 64);
    expect(hex(key)).to.equal(
      '7023bdcb3afd7348461c06cd81fd38ebfda8fbba904f8e3ea9b543f6545da1f2' +
        'd5432955613f0fcf62d49705242a9af9e61e85dc0d651e40dfcf017b45575887',
    );
  });

  it('agrees with Node’s own for other secrets, salts and costs, and tells how far it is', async () => {
    for (const [secret, costLog2] of [
      ['1234567890123456', 1],
      ['0000000000000097', 5],
      ['7777', 11],
    ] as const) {
      const salt = Uint8Array.from({ length: 16 }, (_, at) => at * costLog2);
      const own = scryptSync(secret, salt, 44, { N: 2 ** costLog2, r: 8, p: 1 });
      expect(hex(await scryptInBrowser(secret, salt, costLog2, 44))).to.equal(hex(own));
    }
    const shares: number[] = [];
    const breathe = async (): Promise<void> => undefined;
    await scryptInBrowser('1', new Uint8Array(16), 15, 44, { progress: (share) => shares.push(share), breathe });
    for (const share of shares) expect(share).to.be.within(0, 1);
  });
});
