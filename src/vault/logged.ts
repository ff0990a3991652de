/** Which version a patient's card opens (record_current), folded from his chain: for the audit, which compares the two. Pure. */

interface Entry {
  kind: string;
  data: unknown;
  at: number;
}

/** @returns columns by name; null when nothing is released, or the records were destroyed. */
export const loggedCurrent = (entries: readonly Entry[]): Record<string, unknown> | null =>
  entries.reduce<Current | null>(after, null);

type Current = Record<'version' | 'status' | 'since', unknown>;

function after(current: Current | null, { kind, data, at }: Entry): Current | null {
  const { version, openVersion } = (data ?? {}) as { version?: number; openVersion?: number };
  const since = new Date(at);
  if (kind === 'version_released') return { version, status: 'active', since };
  if (kind === 'patient_shredded') return null;
  // The life of the record writes entries of these two kinds as well; those of the vault have no `openVersion`.
  if (!current || openVersion !== undefined) return current;
  if (kind === 'record_suspended') return { ...current, status: 'suspended', since };
  return kind === 'record_resumed' ? { ...current, status: 'active', since } : current;
}
