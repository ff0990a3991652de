/** The directories of a TIFF (6.0, section 2): what each page is, read before a pixel is decoded. */
export interface Directory {
  width: number;
  height: number;
  bitsPerSample: number;
  /** 2, 3, 4: as a fax machine writes it. */
  compression: number;
  /** Pixels per inch; 0 when the file does not say. */
  xDpi: number;
  yDpi: number;
  /** Every strip lies inside the file. */
  isWhole: boolean;
}

const mostDirectories = 1000;
const widths: Readonly<Record<number, number>> = { 1: 1, 3: 2, 4: 4, 5: 8 };

/** Every page's directory, or null when the bytes are no (readable) TIFF. */
export function tiffDirectories(bytes: Uint8Array): Directory[] | null {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const little = file.subarray(0, 4).equals(Buffer.from('49492a00', 'hex'));
  if (!little && !file.subarray(0, 4).equals(Buffer.from('4d4d002a', 'hex'))) return null;
  const read = reader(file, little);
  const pages: Directory[] = [];
  const seen = new Set<number>();
  try {
    for (let at = read.long(4); at !== 0; ) {
      if (seen.has(at) || seen.size >= mostDirectories) return null; // a ring of directories never ends
      seen.add(at);
      const count = read.short(at);
      pages.push(directoryAt(read, at, count, file.length));
      at = read.long(at + 2 + 12 * count);
    }
  } catch (error) {
    if (error instanceof RangeError) return null; // an offset outside of the file
    throw error;
  }
  return pages.length > 0 ? pages : null;
}

interface Reader {
  short(at: number): number;
  long(at: number): number;
}

const reader = (file: Buffer, little: boolean): Reader => ({
  short: (at) => (little ? file.readUInt16LE(at) : file.readUInt16BE(at)),
  long: (at) => (little ? file.readUInt32LE(at) : file.readUInt32BE(at)),
});

function directoryAt(read: Reader, at: number, count: number, size: number): Directory {
  const tags = new Map<number, number[]>();
  for (let entry = at + 2; entry < at + 2 + 12 * count; entry += 12) tags.set(read.short(entry), valuesOf(read, entry));
  const one = (tag: number, otherwise: number) => tags.get(tag)?.[0] ?? otherwise;
  const perInch = one(296, 2) === 3 ? 2.54 : 1;
  const offsets = tags.get(273) ?? [];
  const lengths = tags.get(279) ?? [];
  return {
    width: one(256, 0),
    height: one(257, 0),
    bitsPerSample: one(258, 1),
    compression: one(259, 1),
    xDpi: one(282, 0) * perInch,
    yDpi: one(283, 0) * perInch,
    isWhole: offsets.length > 0 && offsets.every((offset, strip) => offset + (lengths[strip] ?? size) <= size),
  };
}

/** The values of an entry whose type is a number; nothing for text. */
function valuesOf(read: Reader, entry: number): number[] {
  const type = read.short(entry + 2);
  const count = Math.min(read.long(entry + 4), 65_536);
  const width = widths[type];
  if (width === undefined || width === 1) return [];
  const start = width * count <= 4 ? entry + 8 : read.long(entry + 8);
  return Array.from({ length: count }, (_, index) => {
    const at = start + index * width;
    if (type === 3) return read.short(at);
    if (type === 4) return read.long(at);
    return read.long(at) / (read.long(at + 4) || 1);
  });
}
