/** Nothing of a configuration changes after the start. */
export function deepFreeze<T>(value: T): T {
  // Bytes cannot be frozen in JavaScript: pepper and case key.
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return value;
  for (const part of Object.values(value)) deepFreeze(part);
  return Object.freeze(value);
}
