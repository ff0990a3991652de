/** Files that came in by fax, made into pages. They are hostile until decoded: see reader/pool.ts for the bounds. */
import type { BilevelPage } from '../imaging/bilevel.ts';
import { readers } from './reader/pool.ts';

export interface DecodeLimits {
  /** Of the file. */
  bytes: number;
  pages: number;
  /** Pixels of one page, and of all together, as the file declares them: checked before anything is decoded. */
  pagePixels: number;
  allPixels: number;
  /** Of the whole file. */
  seconds: number;
}

/** A fax of 50 superfine A4 pages passes; so does a photograph of 48 megapixels. */
export const usualLimits: DecodeLimits = {
  bytes: 30 * 1024 * 1024,
  pages: 50,
  pagePixels: 50_000_000,
  allPixels: 900_000_000,
  seconds: 30,
};

export type DecodeRefusal = 'too_big' | 'too_many_pages' | 'broken' | 'encrypted' | 'wrong_type' | 'too_slow';
export type Decoded = { pages: BilevelPage[] } | { refused: DecodeRefusal };

/**
 * TIFF (G3, G4 and others), PDF, PNG or JPEG, told by their first bytes, as bilevel pages of about 204 × 196 dpi: standard
 * resolution is stretched, superfine halved, widths 1728, 2048 and 2432 kept.
 * @returns a refusal rather than throwing, whatever the bytes are; in bounded time and memory.
 */
export async function decodeFax(bytes: Uint8Array, limits: DecodeLimits = usualLimits): Promise<Decoded> {
  if (bytes.length > limits.bytes) return { refused: 'too_big' };
  const answer = await readers().ask({ task: 'decode', bytes, limits }, limits.seconds);
  if ('failed' in answer) return { refused: refusalOf[answer.failed] };
  return answer.result as Decoded;
}

/** The file's own fault: the same process reads good files all day. */
const refusalOf = { time: 'too_slow', memory: 'too_big', crash: 'broken' } as const;
