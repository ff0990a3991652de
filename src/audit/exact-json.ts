/**
 * `jsonb` keeps decimals that a JavaScript number does not: 1 edited into 1.0 or 1.00000000000000000001 would be read back as
 * the same number and hash to the same value. Entries are written from JavaScript, so any such number is an edit.
 */

/** Whether every number in the text of a `jsonb` value is one that JavaScript could have written. */
export function isExactJson(text: string): boolean {
  // Almost every entry has short whole numbers only, and ends here.
  if (!/\d\.\d|\d{16}/.test(text)) return true;
  const bare = text.replace(/"(?:[^"\\]|\\.)*"/g, '""');
  return (bare.match(/-?\d[\d.]*/g) ?? []).every((number) => plainDecimal(Number(number)) === number);
}

/** All digits of a number as PostgreSQL prints a `numeric`, without an exponent. */
function plainDecimal(value: number): string {
  const [mantissa = '', exponent] = String(value).split('e');
  if (exponent === undefined) return mantissa;
  const sign = mantissa.startsWith('-') ? '-' : '';
  const [whole = '', fraction = ''] = mantissa.replace('-', '').split('.');
  const point = whole.length + Number(exponent);
  const digits = whole + fraction;
  if (point <= 0) return `${sign}0.${'0'.repeat(-point)}${digits}`;
  return sign + digits.padEnd(point, '0'); // from 1e21 on a double has no fraction
}
