/** How a patient's record stands (record_life), folded from the patient's chain: for the audit, which compares the two. Pure. */

interface Entry {
  kind: string;
  actor: string;
  data: unknown;
  at: number;
}

/** What every entry of a record's life says; the vault's own entries in the same chain have no `openVersion`. */
interface Said {
  version: number;
  status: string;
  openVersion: number;
  isComplete?: boolean;
  toCheck?: string[];
  reason?: string;
}

interface Columns {
  status: string;
  version: number;
  open_version: number;
  is_complete: boolean;
  confirmed_at: Date | null;
  typed_by: string;
  to_check: string[];
  reason: string | null;
  resumes_as: string | null;
  changed_at: Date;
}

/** @returns columns by name; null when the log knows of no record. The rules are those of life.ts, told again from outside. */
export function loggedLife(entries: readonly Entry[]): Record<string, unknown> | null {
  let life: Columns | null = null;
  for (const entry of entries) if (isOfLife(entry)) life = after(life, entry);
  return life && { ...life };
}

const isOfLife = (entry: Entry): entry is Entry & { data: Said } =>
  entry.kind.startsWith('record_') && typeof (entry.data as Partial<Said> | null)?.openVersion === 'number';

function after(before: Columns | null, { kind, actor, data, at }: Entry & { data: Said }): Columns {
  const { status, version, openVersion } = data;
  const isTyped = kind === 'record_typed';
  const instant = new Date(at);
  const isActive = status === 'active';
  const known = kind === 'record_confirmed' ? null : (before?.confirmed_at ?? null);
  return {
    ...{ status, version, open_version: openVersion, changed_at: instant, reason: data.reason ?? null },
    is_complete: isTyped ? data.isComplete === true : (before?.is_complete ?? false),
    typed_by: isTyped ? actor.replace(/^operator:/, '') : (before?.typed_by ?? ''),
    to_check: isActive ? [] : isTyped ? (data.toCheck ?? []) : (before?.to_check ?? []),
    confirmed_at: isActive ? (known ?? instant) : known,
    resumes_as: status === 'suspended' ? (before?.status ?? null) : null,
  };
}
