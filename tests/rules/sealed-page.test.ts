import { expect } from 'chai';
import fc from 'fast-check';
import { mod97CheckDigits, passesMod97 } from '../../src/lib/check-digits.ts';
import { additionalData, packEnvelope, unpackEnvelope } from '../../src/sealed-page/envelope.ts';
import { parityOf, restore } from '../../src/sealed-page/erasure.ts';
import {
  blockBytes,
  headerMillimetres,
  modules,
  mostCiphertext,
  placeOf,
  planPage,
} from '../../src/sealed-page/layout.ts';
import { formatSecret, newSecret, parseSecret } from '../../src/sealed-page/secret.ts';
import { assemble, collect, crc32, decodeSymbol, encodeSymbol, pageNumber } from '../../src/sealed-page/symbols.ts';

const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length });

describe('blocks and parity of a sealed page', () => {
  it('come back from any k of the k + m blocks', () => {
    const pages = fc
      .record({ needed: fc.integer({ min: 1, max: 40 }), parity: fc.integer({ min: 0, max: 20 }) })
      .chain(({ needed, parity }) =>
        fc.record({
          parity: fc.constant(parity),
          data: fc.array(bytes(7), { minLength: needed, maxLength: needed }),
          order: fc.shuffledSubarray(
            Array.from({ length: needed + parity }, (_, index) => index),
            { minLength: needed, maxLength: needed },
          ),
        }),
      );
    fc.assert(
      fc.property(pages, ({ data, parity, order }) => {
        const all = [...data, ...parityOf(data, parity)];
        const kept = order.map((index) => ({ index, bytes: all[index]! }));
        expect(restore(kept, data.length)).to.deep.equal(data);
      }),
    );
  });

  it('do not come back from fewer, nor from one block counted twice', () => {
    const data = [Uint8Array.of(1), Uint8Array.of(2), Uint8Array.of(3)];
    const [parity] = parityOf(data, 1);
    const twice = [0, 0, 3].map((index) => ({ index, bytes: [...data, parity!][index]! }));
    expect(restore(twice, 3)).to.equal(null);
  });

  it('fill all 256 points of the field and no more', () => {
    const data = Array.from({ length: 200 }, (_, index) => Uint8Array.of(index));
    const all = [...data, ...parityOf(data, 56)].map((bytes, index) => ({ index, bytes }));
    expect(restore(all.slice(56), 200)).to.deep.equal(data);
    expect(() => parityOf(data, 57)).to.throw(RangeError);
  });
});

describe('one symbol of a sealed page', () => {
  const symbol = { pageId: '00ff10ab', index: 3, needed: 5, total: 8, block: Uint8Array.of(9, 8, 7) };

  it('carries its page, its place and its block', () => {
    expect(decodeSymbol(encodeSymbol(symbol))).to.deep.equal(symbol);
  });

  it('is not taken for one when a single bit is wrong, or when it is some other code', () => {
    const encoded = encodeSymbol(symbol);
    for (let bit = 0; bit < encoded.length * 8; bit++) {
      const wrong = encoded.slice();
      wrong[bit >> 3]! ^= 0x80 >> (bit & 7);
      expect(decodeSymbol(wrong), `bit ${bit}`).to.equal(null);
    }
    expect(decodeSymbol(new TextEncoder().encode('https://example.jp/'))).to.equal(null);
    expect(decodeSymbol(new Uint8Array(0))).to.equal(null);
  });

  it('counts CRC-32 as everybody does', () => {
    expect(crc32(new TextEncoder().encode('123456789'))).to.equal(0xcbf43926);
  });

  it('shows people six digits', () => {
    expect(pageNumber('000f4240')).to.equal('000-000');
    expect(pageNumber('0001e240')).to.equal('123-456');
  });
});

describe('symbols from several photos', () => {
  const data = Array.from({ length: 4 }, (_, index) => Uint8Array.of(index, index + 1));
  const symbolsOf = (pageId: string) =>
    [...data, ...parityOf(data, 2)].map((block, index) => ({ pageId, index, needed: 4, total: 6, block }));
  const [here, elsewhere] = [symbolsOf('00000001'), symbolsOf('00000002')];

  it('add up', () => {
    const first = collect(null, [here[0]!, here[5]!]);
    expect(assemble(first!)).to.equal(null);
    const second = collect(first, [here[0]!, here[2]!, here[4]!]);
    expect(second?.blocks.size).to.equal(4);
    expect(assemble(second!)).to.deep.equal(Uint8Array.of(0, 1, 1, 2, 2, 3, 3, 4));
  });

  it('begin anew with a photo of another page, and keep what is known when a photo shows nothing', () => {
    const first = collect(null, here);
    expect(collect(first, [])).to.deep.equal(first);
    const other = collect(first, [elsewhere[1]!, here[1]!, elsewhere[2]!]);
    expect(other?.head.pageId).to.equal('00000002');
    expect([...other!.blocks.keys()]).to.deep.equal([1, 2]);
    expect(collect(null, [])).to.equal(null);
  });
});

describe('the envelope of a sealed page', () => {
  it('survives the padding of the last block, and vouches for page, cost and salt', () => {
    const envelope = { costLog2: 16, salt: new Uint8Array(16).fill(7), ciphertext: new Uint8Array(300).fill(5) };
    const packed = packEnvelope(envelope);
    expect(unpackEnvelope(Uint8Array.from([...packed, 0, 0, 0]))).to.deep.equal(envelope);
    expect(unpackEnvelope(packed.subarray(0, packed.length - 1))).to.equal(null);
    expect(additionalData('01020304', envelope).length).to.equal(4 + 1 + 16);
  });

  it('asks no reader for more than 256 MiB', () => {
    const packed = packEnvelope({ costLog2: 19, salt: new Uint8Array(16), ciphertext: new Uint8Array(100) });
    expect(unpackEnvelope(packed)).to.equal(null);
  });
});

describe('the layout of a sealed page', () => {
  it('carries 3 kB of ciphertext and more at fine, 2 kB at standard', () => {
    expect(mostCiphertext('fine')).to.be.at.least(3072);
    expect(mostCiphertext('standard')).to.be.at.least(2048);
  });

  it('keeps every symbol on the page, a quarter of them parity, and refuses one byte too many', () => {
    for (const [resolution, height] of [['fine', 2292] as const, ['standard', 1146] as const]) {
      const most = mostCiphertext(resolution) + 35;
      expect(planPage(most + 1, resolution)).to.equal(null);
      for (let size = 36; size <= most; size += 1) {
        const { layout, needed, total } = planPage(size, resolution)!;
        expect(needed * blockBytes(layout)).to.be.at.least(size);
        expect((total - needed) / total).to.be.at.least(0.25);
        expect(total).to.be.at.most(layout.columns * layout.rows);
        const last = placeOf(layout.columns * layout.rows - 1, layout, Math.round(height * (headerMillimetres / 297)));
        expect(last.x + modules * layout.moduleWidth).to.be.at.most(1728 - 60);
        expect(last.y + modules * layout.moduleHeight).to.be.at.most(height * 0.97);
      }
    }
  });
});

describe('the spoken secret', () => {
  const random = (size: number) => Uint8Array.from({ length: size }, (_, index) => (index * 91 + 251) & 0xff);

  it('is sixteen digits with their check', () => {
    const secret = newSecret(random);
    expect(secret).to.match(/^\d{16}$/);
    expect(passesMod97(secret)).to.equal(true);
    expect(formatSecret(secret)).to.match(/^\d{4}-\d{4}-\d{4}-\d{4}$/);
  });

  it('takes every digit equally often from even bytes', () => {
    const counts = new Array(10).fill(0) as number[];
    let next = 0;
    const counting = () => Uint8Array.of(next++ & 0xff);
    for (let time = 0; time < 1000; time++)
      for (const digit of newSecret(counting).slice(0, 14)) counts[Number(digit)]!++;
    for (const count of counts) expect(count).to.be.within(1375, 1425);
  });

  it('is forgiven how it is typed, and every single slip is noticed', () => {
    const secret = newSecret(random);
    const wide = formatSecret(secret).replace(/\d/g, (digit) => String.fromCharCode(digit.charCodeAt(0) + 0xfee0));
    for (const typed of [secret, formatSecret(secret), ` ${wide} `, secret.replace(/(.{4})/g, '$1　')]) {
      expect(parseSecret(typed), typed).to.deep.equal({ secret });
    }
    for (let at = 0; at < 16; at++) {
      for (let step = 1; step < 10; step++) {
        const wrong = secret.slice(0, at) + String((Number(secret[at]) + step) % 10) + secret.slice(at + 1);
        expect(parseSecret(wrong)).to.deep.equal({ refused: 'check_digits' });
      }
    }
    expect(parseSecret('1234')).to.deep.equal({ refused: 'too_short' });
    expect(parseSecret(`${secret}1`)).to.deep.equal({ refused: 'too_long' });
    expect(parseSecret('あいう')).to.deep.equal({ refused: 'not_digits' });
  });

  it('has check digits that stay exact beyond what a double holds', () => {
    const long = fc.stringMatching(/^\d{1,28}$/);
    fc.assert(
      fc.property(long, (payload) => {
        const whole = payload + mod97CheckDigits(payload);
        expect(BigInt(whole) % 97n).to.equal(1n);
        if (whole.length >= 3) expect(passesMod97(whole)).to.equal(true);
      }),
    );
  });
});
