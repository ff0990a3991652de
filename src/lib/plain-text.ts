/** Text that may stand in any format of lines: nothing that ends a line, and nothing that XML 1.0 cannot hold. */

/** Controls, halves of a surrogate pair, both Unicode line ends, and the two that are no characters. */
const unprintable = /[\p{Cc}\p{Cs}\u2028\u2029\ufffe\uffff]+/gu;

/**
 * Each run of unprintable characters becomes one space. For where words of people go out: a name from a list may bring a vertical tab
 * from a spreadsheet, and one such character would make the whole script unreadable for the carrier, or add lines to a calendar.
 */
export const printable = (text: string): string => text.replace(unprintable, ' ');
