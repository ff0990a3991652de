/**
 * Something that a person of the hub must look at, because the system could not see to it alone.
 *
 * - `recipient_not_told`: a record page did not arrive, and whoever waits for it could not be told by telephone.
 * - `break_glass`: a record was given to a doctor outside the care team, who attested that it had to be.
 * - `fallback_not_published`: the document that callers hear when nothing of ours runs could not be written to the other host.
 * - `drill_due`: nobody has rung through that document for a month.
 * - `watch_failed`: two of the watchman's rounds in a row did not come back (watch/round.ts): calls may not get through.
 * - `first_carrier_left`: the first carrier takes no calls, and the second places them.
 * - `looked_often`: somebody of the hub looked at unusually many patients' records within an hour; an administrator settles it.
 *
 * Raised once for each subject. Left by settling it: a person says that it was seen to, or, where the thing mends itself (the page
 * arrived after all), the gateway does.
 */
export const alarmKinds = [
  'recipient_not_told',
  'break_glass',
  'fallback_not_published',
  'drill_due',
  'watch_failed',
  'first_carrier_left',
  'looked_often',
] as const;
export type AlarmKind = (typeof alarmKinds)[number];

/** A person may be waiting for help because of it: the standby person is rung, at any hour. The others wait at the console and by e-mail. */
export const ringing = ['recipient_not_told', 'watch_failed'] as const satisfies AlarmKind[];
export type RingingKind = (typeof ringing)[number];
export const isRinging = (kind: AlarmKind): kind is RingingKind => (ringing as readonly AlarmKind[]).includes(kind);

export interface Alarm {
  id: string;
  associationId: string;
  kind: AlarmKind;
  /** What it is about (a disclosure, a time of failing); opaque. */
  subjectId: string;
  raisedAt: Date;
  /** A standby person has keyed on the telephone that it was heard; the alarm stays until it is seen to. */
  heardAt: Date | null;
}
