/**
 * What becomes of a page at night when a name holds a character that no font of ours can show. The maker refuses it, which
 * is right while there is time to ask; a record that a doctor waits for goes out with 〓 in its place and says so aloud.
 */
import { type Coverage, glyphName, type MissingGlyph } from './glyphs.ts';
import { mapText } from './rows.ts';

const geta = '〓';

/**
 * @returns the view with every unshowable character as 〓 (a chosen form that is missing becomes its ordinary form with 〓
 *   behind it), and the code points to be printed, in order of appearance; none: the view itself.
 */
export function markUnshown<T>(view: T, coverage: Coverage): { view: T; unshown: string[] } {
  const found = new Map<string, MissingGlyph>();
  mapText(view, (text) => {
    for (const glyph of coverage.missingIn(text)) found.set(glyphName(glyph), glyph);
    return text;
  });
  if (found.size === 0) return { view, unshown: [] };
  // Longest first: the form with its selector before its base alone.
  const glyphs = [...found.values()].sort((a, b) => b.codePoints.length - a.codePoints.length);
  const marked = mapText(view, (text) =>
    glyphs.reduce((rest, glyph) => rest.replaceAll(...replacement(glyph, coverage)), text),
  );
  return { view: marked, unshown: [...found.keys()] };
}

function replacement({ codePoints }: MissingGlyph, coverage: Coverage): [string, string] {
  const base = String.fromCodePoint(codePoints[0]!);
  const ordinary = codePoints.length > 1 && coverage.missingIn(base).length === 0 ? base : '';
  return [String.fromCodePoint(...codePoints), ordinary + geta];
}
