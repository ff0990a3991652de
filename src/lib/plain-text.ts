/** Text that may stand in any format of lines: nothing that ends a line, and nothing that XML 1.0 cannot hold. */

/** Controls, halves of a surrogate pair, both Unicode line ends, and the two that are no characters. */
const unprintable = /[\p{Cc}\p{Cs}\u2028\u2029\ufffe\uffff]+/gu;

/**
 * Each run of unprintable characters becomes one space. For where words of people go out: a name from a list may bring a vertical tab
 * from a spreadsheet, and one such character would make the whole script unreadable for the carrier, or add lines to a calendar.
 */
export const printable = (text: string): string => text.replace(unprintable, ' ');

/** A zero and halves of a surrogate pair: PostgreSQL takes neither, as text or as JSON. */
const unstorable = /[\0\p{Cs}]/u;

/** Whether every text and every name in a parsed JSON value can be stored. Not recursive: its depth is a stranger's choice. */
export function isStorable(value: unknown): boolean {
  const left: unknown[] = [value];
  while (left.length > 0) {
    const one = left.pop();
    if (typeof one === 'string' && unstorable.test(one)) return false;
    if (typeof one === 'object' && one !== null && !ArrayBuffer.isView(one))
      for (const [name, inner] of Object.entries(one)) left.push(name, inner);
  }
  return true;
}
