/**
 * Which characters our fonts can show. Layout engines drop or replace what a font lacks without a word; on a patient's
 * record a lost kanji is a danger, so every text is held against the fonts' own tables before it is set.
 */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';

/** A character that no font of ours can show: one code point, or a base and the variation selector that picks its form. */
export interface MissingGlyph {
  codePoints: readonly number[];
}

/** Thrown instead of a page with a hole in it. Names code points only, never the text around them. */
export class MissingGlyphError extends Error {
  override name = 'MissingGlyphError';
  readonly missing: readonly MissingGlyph[];
  constructor(missing: readonly MissingGlyph[]) {
    super(`no font of ours can show ${missing.map(glyphName).join(', ')}: the page was not made`);
    this.missing = missing;
  }
}

/** 'U+20BB7', or 'U+845B U+E0100' for a chosen form. */
export const glyphName = ({ codePoints }: MissingGlyph): string =>
  codePoints.map((point) => `U+${point.toString(16).toUpperCase().padStart(4, '0')}`).join(' ');

export interface Coverage {
  /** Every character of the text that cannot be shown, each once, in order of appearance; line ends and tabs are fine. */
  missingIn(text: string): MissingGlyph[];
}

/** The fonts of every page, in the order in which a character is looked for: regular and bold of each. */
export function fontFiles(): string[][] {
  const fromPackages = createRequire(import.meta.url);
  const file = (font: string, name: string): string =>
    path.join(path.dirname(fromPackages.resolve(`@expo-google-fonts/${font}/package.json`)), name);
  return [
    [
      file('biz-udgothic', '400Regular/BIZUDGothic_400Regular.ttf'),
      file('biz-udgothic', '700Bold/BIZUDGothic_700Bold.ttf'),
    ],
    [
      file('noto-sans-jp', '400Regular/NotoSansJP_400Regular.ttf'),
      file('noto-sans-jp', '700Bold/NotoSansJP_700Bold.ttf'),
    ],
  ];
}

/** What `fontFiles` can show together. Reads some 20 MB of fonts once; keep the answer. */
export const loadCoverage = (): Coverage =>
  coverageOf(fontFiles().map((weights) => weights.map((file) => readCharacterMap(readFileSync(file)))));

/** What one font file maps: code points, and `base:selector` pairs that have a form of their own (or are the default). */
export interface CharacterMap {
  has(point: number): boolean;
  hasVariant(base: number, selector: number): boolean;
}

/** @param families in order of preference; a family counts only with what all its weights have. */
export function coverageOf(families: readonly (readonly CharacterMap[])[]): Coverage {
  const familyOf = (point: number) => families.find((weights) => weights.every((map) => map.has(point)));
  function isShown(point: number, selector: number | undefined): boolean {
    const family = familyOf(point);
    if (!family) return false;
    // The engine asks the first family that has the base; another one's variant would never be reached.
    return selector === undefined || family.every((map) => map.hasVariant(point, selector));
  }
  const ordinary = Uint8Array.from({ length: 0x10000 }, (_, unit) =>
    Number(isOrdinary(unit) && isShown(unit, undefined)),
  );
  return {
    missingIn(text) {
      if (isAllOf(text, ordinary)) return []; // as good as always; all text of each page comes by here
      const missing = new Map<string, MissingGlyph>();
      const points = Array.from(text, (character) => character.codePointAt(0)!);
      for (let index = 0; index < points.length; index += 1) {
        const point = points[index]!;
        if (point === 0x0a || point === 0x0d || point === 0x09) continue;
        const next = points[index + 1];
        const selector = next !== undefined && isVariationSelector(next) ? next : undefined;
        if (selector !== undefined) index += 1;
        if (isShown(point, selector)) continue;
        const glyph = { codePoints: selector === undefined ? [point] : [point, selector] };
        missing.set(glyphName(glyph), glyph);
      }
      return [...missing.values()];
    },
  };
}

/** Neither half of a character beyond the first plane nor a selector: it can be looked up by itself. */
const isOrdinary = (unit: number): boolean => (unit < 0xd800 || unit > 0xdfff) && !isVariationSelector(unit);

function isAllOf(text: string, known: Uint8Array): boolean {
  for (let at = 0; at < text.length; at += 1) {
    const unit = text.charCodeAt(at);
    if (known[unit] === 0 && unit !== 0x0a && unit !== 0x0d && unit !== 0x09) return false;
  }
  return true;
}

const isVariationSelector = (point: number): boolean =>
  (point >= 0xfe00 && point <= 0xfe0f) || (point >= 0xe0100 && point <= 0xe01ef);

// ---------------------------------------------------------------------------------------------------- the cmap table

/**
 * The character map of a TrueType font (OpenType 1.9, "cmap"): subtable format 12 for code points, 14 for variation
 * sequences. Both fonts carry both; a font without format 12 is refused rather than half read.
 */
export function readCharacterMap(font: Buffer): CharacterMap {
  const table = tableOf(font, 'cmap');
  const shown = new Uint8Array(0x110000 / 8);
  const variants = new Set<string>();
  let isComplete = false;
  for (const subtable of subtablesOf(font, table)) {
    const format = font.readUInt16BE(subtable);
    if (format === 12) {
      readGroups(font, subtable, shown);
      isComplete = true;
    } else if (format === 14) readVariants(font, subtable, variants);
  }
  if (!isComplete) throw new Error('the font has no character map of format 12');
  return {
    has: (point) => ((shown[point >> 3] ?? 0) & (1 << (point & 7))) !== 0,
    hasVariant: (base, selector) => variants.has(`${base}:${selector}`),
  };
}

function tableOf(font: Buffer, tag: string): number {
  const count = font.readUInt16BE(4);
  for (let index = 0; index < count; index += 1) {
    const entry = 12 + 16 * index;
    if (font.toString('latin1', entry, entry + 4) === tag) return font.readUInt32BE(entry + 8);
  }
  throw new Error(`the font has no table ${tag}`);
}

function subtablesOf(font: Buffer, table: number): Set<number> {
  const count = font.readUInt16BE(table + 2);
  return new Set(Array.from({ length: count }, (_, index) => table + font.readUInt32BE(table + 8 + 8 * index)));
}

function readGroups(font: Buffer, subtable: number, shown: Uint8Array): void {
  const count = font.readUInt32BE(subtable + 12);
  for (let index = 0; index < count; index += 1) {
    const group = subtable + 16 + 12 * index;
    const first = font.readUInt32BE(group);
    const last = font.readUInt32BE(group + 4);
    const glyph = font.readUInt32BE(group + 8);
    for (let point = first; point <= last; point += 1) {
      if (glyph + point - first !== 0) shown[point >> 3]! |= 1 << (point & 7); // glyph 0 is .notdef
    }
  }
}

function readVariants(font: Buffer, subtable: number, variants: Set<string>): void {
  const uint24 = (at: number): number => (font.readUInt8(at) << 16) | font.readUInt16BE(at + 1);
  const count = font.readUInt32BE(subtable + 6);
  for (let index = 0; index < count; index += 1) {
    const record = subtable + 10 + 11 * index;
    const selector = uint24(record);
    const ranges = font.readUInt32BE(record + 3); // the base's ordinary glyph is the wanted form
    const mapped = font.readUInt32BE(record + 7); // a glyph of its own
    if (ranges !== 0) {
      for (let entry = 0; entry < font.readUInt32BE(subtable + ranges); entry += 1) {
        const at = subtable + ranges + 4 + 4 * entry;
        for (let more = 0; more <= font.readUInt8(at + 3); more += 1) variants.add(`${uint24(at) + more}:${selector}`);
      }
    }
    if (mapped !== 0) {
      for (let entry = 0; entry < font.readUInt32BE(subtable + mapped); entry += 1) {
        variants.add(`${uint24(subtable + mapped + 4 + 5 * entry)}:${selector}`);
      }
    }
  }
}
