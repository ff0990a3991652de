/** Pages as a fax machine takes them: TIFF-F (RFC 2306) with CCITT Group 4, one image and one strip per page. */
import type { BilevelPage } from './bilevel.ts';
import { encodeGroup4 } from './group4.ts';

/**
 * Multi-page TIFF, white is 0, densities as the pages have them (204×196 or 204×98 per inch). Pages may differ in size.
 * @throws RangeError without pages.
 */
export async function encodeTiff(pages: readonly BilevelPage[]): Promise<Uint8Array> {
  if (pages.length === 0) throw new RangeError('a TIFF has at least one page');
  const header = Buffer.alloc(8);
  header.write('II', 'latin1');
  header.writeUInt16LE(42, 2);
  header.writeUInt32LE(8, 4); // the first directory
  const parts: Uint8Array[] = [header];
  let at = header.length;
  pages.forEach((page, index) => {
    const strip = encodeGroup4(page);
    const directory = directoryOf({ page, index, count: pages.length, at, stripLength: strip.length });
    const padding = strip.length & 1; // directories begin at even offsets
    parts.push(directory, strip, Buffer.alloc(padding));
    at += directory.length + strip.length + padding;
  });
  return Buffer.concat(parts);
}

const short = 3;
const long = 4;
const rational = 5;

interface Place {
  page: BilevelPage;
  index: number;
  count: number;
  /** Offset of this directory in the file; the strip follows it directly. */
  at: number;
  stripLength: number;
}

/** An image file directory (TIFF 6.0 section 2; tags ascending), with its two rationals behind it. */
function directoryOf({ page, index, count, at, stripLength }: Place): Buffer {
  const entries: [tag: number, type: number, value: number, values?: number][] = [
    [254, long, 2], // NewSubfileType: one page of several
    [256, long, page.width],
    [257, long, page.height],
    [258, short, 1], // BitsPerSample
    [259, short, 4], // Compression: T.6
    [262, short, 0], // PhotometricInterpretation: white is 0
    [266, short, 1], // FillOrder: most significant bit first
    [273, long, 0], // StripOffsets, set below
    [277, short, 1], // SamplesPerPixel
    [278, long, page.height], // RowsPerStrip: all
    [279, long, stripLength], // StripByteCounts
    [282, rational, 0], // XResolution, set below
    [283, rational, 0], // YResolution
    [293, long, 0], // T6Options: no uncompressed mode
    [296, short, 2], // ResolutionUnit: inch
    [297, short, index | (count << 16), 2], // PageNumber: two shorts, this and of how many
  ];
  const rationals = 2 + 12 * entries.length + 4;
  const directory = Buffer.alloc(rationals + 16);
  const offsets = new Map([
    [273, at + directory.length],
    [282, at + rationals],
    [283, at + rationals + 8],
  ]);
  directory.writeUInt16LE(entries.length, 0);
  entries.forEach(([tag, type, value, values], place) => {
    const entry = 2 + 12 * place;
    directory.writeUInt16LE(tag, entry);
    directory.writeUInt16LE(type, entry + 2);
    directory.writeUInt32LE(values ?? 1, entry + 4);
    directory.writeUInt32LE((offsets.get(tag) ?? value) >>> 0, entry + 8);
  });
  const next = at + directory.length + stripLength + (stripLength & 1);
  directory.writeUInt32LE(index + 1 < count ? next : 0, rationals - 4);
  directory.writeUInt32LE(page.xDpi, rationals);
  directory.writeUInt32LE(1, rationals + 4);
  directory.writeUInt32LE(page.yDpi, rationals + 8);
  directory.writeUInt32LE(1, rationals + 12);
  return directory;
}
