/**
 * Something that a person of the hub must look at, because the system could not see to it alone.
 *
 * - `recipient_not_told`: a record page did not arrive, and whoever waits for it could not be told by telephone.
 * - `break_glass`: a record was given to a doctor outside the care team, who attested that it had to be.
 * - `fallback_not_published`: the document that callers hear when nothing of ours runs could not be written to the other host.
 * - `drill_due`: nobody has rung through that document for a month.
 * - `first_carrier_left`: the first carrier takes no calls, and the second places them.
 *
 * Raised once for each subject. Left by settling it: a person says that it was seen to, or, where the thing mends itself (the page
 * arrived after all), the gateway does.
 */
export const alarmKinds = [
  'recipient_not_told',
  'break_glass',
  'fallback_not_published',
  'drill_due',
  'first_carrier_left',
] as const;
export type AlarmKind = (typeof alarmKinds)[number];

export interface Alarm {
  id: string;
  associationId: string;
  kind: AlarmKind;
  /** What it is about (a disclosure, a time of failing); opaque. */
  subjectId: string;
  raisedAt: Date;
}
