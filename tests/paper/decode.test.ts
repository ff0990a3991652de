import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { deflateSync } from 'node:zlib';
import { expect } from 'chai';
import sharp from 'sharp';
import { blankPage, fine, standard } from '../../src/imaging/bilevel.ts';
import { encodeTiff } from '../../src/imaging/tiff.ts';
import { type Decoded, decodeFax, usualLimits } from '../../src/paper/decode.ts';
import { readPage } from '../../src/paper/read-page.ts';
import { openReaders, readers } from '../../src/paper/reader/pool.ts';
import { fill } from '../support/card-copy.ts';

const folder = path.join(import.meta.dirname, 'pages');
const files = readdirSync(folder).filter((file) => /\.tif$/i.test(file));

const pagesOf = (decoded: Decoded) => {
  if ('pages' in decoded) return decoded.pages;
  throw new Error(`refused: ${decoded.refused}`);
};

/** One white page of this many pixels, G4 as a fax machine would claim it; the data are what they may. */
function claims(width: number, height: number): Buffer {
  const file = Buffer.alloc(64);
  file.write('II*\0', 'latin1');
  file.writeUInt32LE(8, 4);
  file.writeUInt16LE(3, 8);
  for (const [index, [tag, value]] of [
    [256, width],
    [257, height],
    [259, 4],
  ].entries()) {
    file.writeUInt16LE(tag!, 10 + 12 * index);
    file.writeUInt16LE(4, 12 + 12 * index);
    file.writeUInt32LE(1, 14 + 12 * index);
    file.writeUInt32LE(value!, 18 + 12 * index);
  }
  return file;
}

/** A PDF of these objects, the first its catalogue. */
function pdf(objects: readonly (string | Buffer)[], trailer = ''): Buffer {
  const parts: Buffer[] = [Buffer.from('%PDF-1.5\n')];
  const places: number[] = [];
  const length = () => parts.reduce((sum, part) => sum + part.length, 0);
  for (const [index, object] of objects.entries()) {
    places.push(length());
    parts.push(Buffer.from(`${index + 1} 0 obj\n`), Buffer.from(object), Buffer.from('\nendobj\n'));
  }
  const start = length();
  const rows = places.map((place) => `${String(place).padStart(10, '0')} 00000 n \n`).join('');
  const head = `xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${rows}`;
  parts.push(
    Buffer.from(`${head}trailer\n<</Size ${objects.length + 1}/Root 1 0 R${trailer}>>\nstartxref\n${start}\n%%EOF`),
  );
  return Buffer.concat(parts);
}
const blankPdf = (pages: number, trailer = ''): Buffer =>
  pdf(
    [
      '<</Type/Catalog/Pages 2 0 R>>',
      `<</Type/Pages/Count ${pages}/Kids[${Array.from({ length: pages }, (_, index) => `${index + 3} 0 R`).join(' ')}]>>`,
      ...Array.from({ length: pages }, () => '<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>'),
    ],
    trailer,
  );

describe('files that came in', () => {
  before(() => readers().warmUp());
  after(() => readers().close());

  for (const file of files)
    it(`${file}, which nobody here made, is decoded and read without error`, async () => {
      const pages = pagesOf(await decodeFax(readFileSync(path.join(folder, file))));
      expect(pages).to.have.length(1);
      const { width, height, xDpi, yDpi, bits } = pages[0]!;
      expect(width).to.be.within(1676, 1728);
      expect(height).to.be.within(2100, 2400);
      expect([xDpi, yDpi].every((dpi) => dpi >= 195 && dpi <= 204)).to.equal(true);
      expect(bits.length).to.equal(Math.ceil(width / 8) * height);
      const reading = await readPage(pages[0]!);
      expect(reading).to.include({ kind: 'other', why: 'no_code' });
    });

  it('come in order, each page of its own size and resolution', async () => {
    const pages = [blankPage(1728, 2290, fine), blankPage(1728, 1100, standard), blankPage(2048, 2600, fine)];
    fill(pages[1]!, 100, 200, 50, 10);
    const decoded = pagesOf(await decodeFax(await encodeTiff(pages)));
    expect(decoded.map(({ width, height }) => [width, height])).to.deep.equal([
      [1728, 2290],
      [1728, 2200],
      [2048, 2600],
    ]);
    expect(decoded[1]!.bits[400 * 216 + 13]).to.equal(0xff);
    expect(decoded[1]!.bits[421 * 216 + 13]).to.equal(0);
  });

  it('may be PDF, PNG or JPEG', async () => {
    expect(pagesOf(await decodeFax(blankPdf(3))).map((page) => page.width)).to.deep.equal([1686, 1686, 1686]);
    const photograph = sharp({ create: { width: 2480, height: 3508, channels: 3, background: '#bbb' } }).withMetadata({
      density: 300,
    });
    for (const format of ['png', 'jpeg'] as const) {
      const [page] = pagesOf(await decodeFax(await photograph.clone().toFormat(format).toBuffer()));
      expect([page!.width, page!.height]).to.deep.equal([1686, 2292]);
      expect(
        page!.bits.every((byte) => byte === 0),
        'grey paper is white',
      ).to.equal(true);
    }
  });

  const whole = () => readFileSync(path.join(folder, 'CCITT_1.TIF'));
  const bomb = () => {
    // 400 megapixels of black, 400 kB, behind a page of ordinary size.
    const data = deflateSync(Buffer.alloc(400_000_000), { level: 1 });
    const dictionary = `<</Type/XObject/Subtype/Image/Width 20000/Height 20000/ColorSpace/DeviceGray/BitsPerComponent 8/Filter/FlateDecode/Length ${data.length}>>`;
    return pdf([
      '<</Type/Catalog/Pages 2 0 R>>',
      '<</Type/Pages/Count 1/Kids[3 0 R]>>',
      '<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</XObject<</I 5 0 R>>>>>>',
      '<</Length 25>>stream\n595 0 0 842 0 0 cm /I Do  \nendstream',
      Buffer.concat([Buffer.from(`${dictionary}stream\n`), data, Buffer.from('\nendstream')]),
    ]);
  };
  const encrypted = () => {
    const key = `<${'ab'.repeat(32)}>`;
    return blankPdf(1, `/ID[<00><00>]/Encrypt<</Filter/Standard/V 1/R 2/O${key}/U${key}/P -4>>`);
  };
  const manyPages = () => Buffer.concat([blankPdf(1000)]);
  const table: [string, () => Buffer | Promise<Buffer>, string][] = [
    ['a page that claims 900 megapixels', () => claims(30_000, 30_000), 'too_big'],
    [
      'a PNG that claims as much',
      async () => {
        const png = await sharp({ create: { width: 8, height: 8, channels: 3, background: 'white' } })
          .png()
          .toBuffer();
        png.writeUInt32BE(30_000, 16);
        png.writeUInt32BE(30_000, 20);
        return png;
      },
      'too_big or broken',
    ],
    ['a TIFF that was cut off', () => whole().subarray(0, 9000), 'broken'],
    [
      'a JPEG that was cut off',
      async () => {
        const jpeg = await sharp({ create: { width: 900, height: 900, channels: 3, background: 'white' } })
          .jpeg()
          .toBuffer();
        return jpeg.subarray(0, jpeg.length >> 1);
      },
      'broken',
    ],
    ['a PDF that was cut off', () => blankPdf(1).subarray(0, 40), 'broken'],
    ['an encrypted PDF', encrypted, 'encrypted'],
    ['a PDF of 1000 pages', manyPages, 'too_many_pages'],
    ['a text', () => Buffer.from('Dear doctor'), 'wrong_type'],
    ['an empty file', () => Buffer.alloc(0), 'wrong_type'],
    ['a program', () => readFileSync(process.execPath).subarray(0, 100_000), 'wrong_type'],
  ];
  for (const [says, make, refusal] of table)
    it(`${says} is refused: ${refusal}`, async () => {
      const decoded = await decodeFax(await make());
      expect(decoded).to.have.property('refused');
      expect(refusal.split(' or ')).to.include((decoded as { refused: string }).refused);
    });

  it('of more bytes than allowed are refused unread', async () => {
    expect(await decodeFax(Buffer.alloc(101), { ...usualLimits, bytes: 100 })).to.deep.equal({ refused: 'too_big' });
  });

  it('that hide a huge picture cost at most one child its life, and the next file is read', async () => {
    const decoded = await decodeFax(bomb());
    if ('refused' in decoded) expect(decoded.refused).to.be.oneOf(['too_big', 'too_slow', 'broken']);
    expect(pagesOf(await decodeFax(whole()))).to.have.length(1);
  }).timeout(120_000);

  it('are refused when they take too long, and the child is replaced', async () => {
    const pool = openReaders({ size: 1, mostMiB: 900, restMiB: 450 });
    const task = { task: 'decode', bytes: whole(), limits: usualLimits } as const;
    // A process does not even start in a twentieth of a second.
    expect(await pool.ask(task, 0.05)).to.deep.equal({ failed: 'time' });
    expect(await pool.ask(task, 60)).to.have.nested.property('result.pages');
    await pool.close();
  });

  it('are refused when they take too much memory', async () => {
    // Less than the decoder needs for itself.
    const pool = openReaders({ size: 1, mostMiB: 70, restMiB: 450 });
    const task = { task: 'decode', bytes: whole(), limits: usualLimits } as const;
    // The watch looks fifty times a second, and a child may be quicker than its first look.
    let answer: object = {};
    for (let round = 0; round < 200 && !('failed' in answer); round++) answer = await pool.ask(task, 60);
    expect(answer).to.deep.equal({ failed: 'memory' });
    await pool.close();
  });

  it('wait their turn when all children are busy', async () => {
    const all = await Promise.all(Array.from({ length: 9 }, () => decodeFax(whole())));
    expect(all.every((decoded) => 'pages' in decoded)).to.equal(true);
  });

  it('have no secret of ours within reach: the child gets two variables and no more', () => {
    const source = readFileSync(path.join(import.meta.dirname, '../../src/paper/reader/pool.ts'), 'utf8');
    expect(/env: \{([^}]*)\}/.exec(source)![1]!.match(/\w+:/g)).to.deep.equal(['PATH:', 'READER_MOST_MIB:']);
  });
});
