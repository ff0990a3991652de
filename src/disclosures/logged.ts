/** What a disclosure's row must hold, from the first entry of its chain: for the audit, which compares the two. Pure. */

/** @returns columns by name; null when the log knows of no disclosure. */
export function loggedDisclosure(
  entries: readonly { kind: string; data: unknown; at: number }[],
): Record<string, unknown> | null {
  const entry = entries.find(({ kind }) => kind === 'disclosed');
  if (!entry) return null;
  const said = entry.data as Record<string, unknown>;
  const columns = Object.entries(columnOf).map(([key, column]) => [column, said[key] ?? null]);
  return { ...Object.fromEntries(columns), disclosed_at: new Date(entry.at) };
}

const columnOf = {
  ...{ requestId: 'request_id', caseId: 'case_id', patientId: 'patient_id', cardId: 'card_id', version: 'version' },
  ...{ doctorId: 'doctor_id', hospitalId: 'hospital_id', relation: 'relation', isBreakGlass: 'is_break_glass' },
  ...{ reason: 'reason', consent: 'consent', form: 'form', destinationId: 'destination_id', phoneId: 'phone_id' },
} as const;
