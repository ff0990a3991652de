/**
 * The directories of a TIFF, read by ourselves before any decoder sees it: how many pages, how large, how dense. A white
 * page of 900 megapixels is 11 kB of G4 (reference: TIFF 6.0, section 2; RFC 2306 for fax).
 */

export interface TiffPage {
  width: number;
  height: number;
  /** Pixels per inch; null when the file does not say. */
  xDpi: number | null;
  yDpi: number | null;
  bitsPerSample: number;
  samplesPerPixel: number;
  compression: number;
}

const tags = { width: 256, height: 257, bits: 258, compression: 259, samples: 277, x: 282, y: 283, unit: 296 } as const;
const sizeOfType: Record<number, number> = { 1: 1, 2: 1, 3: 2, 4: 4, 5: 8 };

/**
 * @param most stop after so many pages plus one; the caller refuses then.
 * @returns null when it is not a well-formed classic TIFF with at least one page that has a size.
 */
export function readTiffTags(bytes: Uint8Array, most: number): TiffPage[] | null {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < 8) return null;
  const order = view.getUint16(0);
  if (order !== 0x4949 && order !== 0x4d4d) return null;
  const isLittle = order === 0x4949;
  if (view.getUint16(2, isLittle) !== 42) return null;
  const pages: TiffPage[] = [];
  const seen = new Set<number>();
  try {
    for (let at = view.getUint32(4, isLittle); at !== 0 && pages.length <= most; ) {
      if (seen.has(at)) return null; // a directory that leads back to itself
      seen.add(at);
      const page = readDirectory(view, at, isLittle);
      if (!page) return null;
      pages.push(page);
      at = view.getUint32(at + 2 + 12 * view.getUint16(at, isLittle), isLittle);
    }
  } catch (error) {
    if (error instanceof RangeError) return null; // it points outside of itself
    throw error;
  }
  return pages.length > 0 ? pages : null;
}

function readDirectory(view: DataView, at: number, isLittle: boolean): TiffPage | null {
  const values = new Map<number, number>();
  const count = view.getUint16(at, isLittle);
  for (let index = 0; index < count; index++) {
    const entry = at + 2 + 12 * index;
    const value = firstValue(view, entry, isLittle);
    if (value !== null) values.set(view.getUint16(entry, isLittle), value);
  }
  const width = values.get(tags.width) ?? 0;
  const height = values.get(tags.height) ?? 0;
  if (width < 1 || height < 1) return null;
  const perInch = { 2: 1, 3: 2.54 }[values.get(tags.unit) ?? 2];
  const dpi = (tag: number): number | null => {
    const value = values.get(tag);
    return value && perInch && Number.isFinite(value) ? value * perInch : null;
  };
  return {
    ...{ width, height, xDpi: dpi(tags.x), yDpi: dpi(tags.y) },
    bitsPerSample: values.get(tags.bits) ?? 1,
    samplesPerPixel: values.get(tags.samples) ?? 1,
    compression: values.get(tags.compression) ?? 1,
  };
}

/** The first value of an entry, or null for a type that none of our tags has. */
function firstValue(view: DataView, entry: number, isLittle: boolean): number | null {
  const type = view.getUint16(entry + 2, isLittle);
  const size = sizeOfType[type];
  const count = view.getUint32(entry + 4, isLittle);
  if (!size || count === 0) return null;
  const at = size * count <= 4 ? entry + 8 : view.getUint32(entry + 8, isLittle);
  if (type === 3) return view.getUint16(at, isLittle);
  if (type === 4) return view.getUint32(at, isLittle);
  if (type === 5) return view.getUint32(at, isLittle) / view.getUint32(at + 4, isLittle);
  return view.getUint8(at);
}
