/** UTF-8 with or without its mark, or the Shift_JIS (CP932) that Excel writes in Japan; null: neither, or no text. */
export function decodeText(bytes: Uint8Array): string | null {
  // A fatal decoder tells the encodings apart: Japanese text in Shift_JIS is practically never sound UTF-8.
  for (const encoding of ['utf-8', 'shift_jis']) {
    try {
      const text = new TextDecoder(encoding, { fatal: true }).decode(bytes);
      if (!text.includes('\0')) return text;
    } catch {
      // not this one
    }
  }
  return null;
}
