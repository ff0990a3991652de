/** What a new passkey is called at first: the kind of machine it was made on. */
export function deviceName(): string {
  const kinds = ['iPad', 'iPhone', 'Android', 'Windows', 'Mac', 'CrOS', 'Linux'];
  return kinds.find((kind) => navigator.userAgent.includes(kind)) ?? 'Passkey';
}
