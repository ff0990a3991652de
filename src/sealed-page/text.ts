/**
 * What a sealed page holds: UTF-8 JSON `{"title":"…","lines":["n…","a…","t…"]}`, the first letter of a line its kind. Letters, because
 * every byte counts on paper. Runs in the browser too.
 */

export interface PlainLine {
  kind: 'name' | 'heading' | 'alert' | 'text';
  text: string;
}

export interface PlainText {
  title: string;
  lines: PlainLine[];
}

const letters: Record<PlainLine['kind'], string> = { name: 'n', heading: 'h', alert: 'a', text: 't' };
const kinds = new Map(Object.entries(letters).map(([kind, letter]) => [letter, kind as PlainLine['kind']]));

export function encodeText({ title, lines }: PlainText): Uint8Array {
  return new TextEncoder().encode(
    JSON.stringify({ title, lines: lines.map(({ kind, text }) => letters[kind] + text) }),
  );
}

/** @returns null for bytes that are no such text. A kind of a later version is shown as plain text: nothing is left out. */
export function decodeText(bytes: Uint8Array): PlainText | null {
  let json: unknown;
  try {
    json = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    return null;
  }
  if (typeof json !== 'object' || json === null || !('title' in json) || !('lines' in json)) return null;
  const { title, lines } = json;
  if (typeof title !== 'string' || !Array.isArray(lines) || lines.some((line) => typeof line !== 'string')) return null;
  const parts = (lines as string[]).map((line) => ({
    kind: kinds.get(line.slice(0, 1)) ?? 'text',
    text: line.slice(1),
  }));
  return { title, lines: parts };
}
