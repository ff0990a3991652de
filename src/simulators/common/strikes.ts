/** Which fault strikes a request: the same rule at the telephone exchange and at the fax house. */
interface ApiFault<Mode> {
  operation: string;
  mode: Mode;
  probability: number;
  times?: number | undefined;
}

/** The fault that strikes this request, if any; one with `times` is used up by striking. */
export function strikes<Mode, Fault extends ApiFault<Mode>>(
  faults: { api: Fault[] },
  operation: string,
  chance: { fraction(): number },
): Fault['mode'] | null {
  for (const fault of faults.api) {
    if (fault.operation !== '*' && fault.operation !== operation) continue;
    if (fault.probability < 1 && chance.fraction() >= fault.probability) continue;
    if (fault.times !== undefined) {
      fault.times -= 1;
      if (fault.times === 0) faults.api = faults.api.filter((other) => other !== fault);
    }
    return fault.mode;
  }
  return null;
}
