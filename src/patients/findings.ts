/**
 * What a draft of a registration lacks or has wrong: everything at once, each with field, problem and cure in both languages.
 * A finding never repeats what was written: it may be printed, sent back by fax and logged (rules 8 and 10).
 */
import type { z } from 'zod';
import { ageOn, formatBothCalendars, readDate } from '../lib/eras.ts';
import { hasDoubtfulCheckDigit } from '../lib/identifiers.ts';
import { addDays, type LocalDate, localDate } from '../lib/japan-time.ts';
import { hiddenAlerts } from '../records/drug-alerts.ts';
import { fieldAt, minimumKeys, recordFields, registrationFields } from '../records/fields.ts';
import { type ProblemCode, problemWords } from '../records/problems.ts';
import { type SealedContent, sealedContentShape } from '../records/record.ts';

/**
 * `refused`: it cannot be kept like this · `minimum`: without it no card is issued · `complete`: the record is 未完成 without
 * it · `warning`: a person should look, nothing is held up.
 */
export type Level = 'refused' | 'minimum' | 'complete' | 'warning';

export interface Finding {
  level: Level;
  /** Key of the association's field list. */
  key: string;
  label: readonly [ja: string, en: string];
  /** Path in the draft, for a form that wants to point at the box. */
  path: string;
  code: ProblemCode;
  problem: readonly [ja: string, en: string];
  cure: readonly [ja: string, en: string];
}

export interface Examination {
  /** What can be sealed; null while something is refused or the minimum is missing. */
  content: SealedContent | null;
  /** Nothing that the field lists require is missing. */
  isComplete: boolean;
  /** Most serious first. */
  findings: Finding[];
}

/** A draft as typed or read from a form: fields may be missing, dates in either calendar, phones as people write them. */
export interface Draft {
  registration?: unknown;
  record?: unknown;
}

/** Examines a draft at an instant. Never throws for what the draft says. */
export function examine(draft: Draft, at: Date): Examination {
  const { registration = {}, record = {} } = draft;
  const given = { schema: 1, registration, record };
  const parsed = sealedContentShape.safeParse(given);
  const today = localDate(at);
  const findings = [
    ...(parsed.success ? [] : parsed.error.issues.map((issue) => fromIssue(issue, given))),
    ...minimumOf(given),
    ...beyondEras(given),
    ...(parsed.success
      ? [...datesOf(parsed.data, today), ...gapsOf(parsed.data), ...doubtsOf(parsed.data, today)]
      : []),
  ];
  const order: Level[] = ['refused', 'minimum', 'complete', 'warning'];
  findings.sort((a, b) => order.indexOf(a.level) - order.indexOf(b.level));
  const isHeldUp = findings.some(({ level }) => level === 'refused' || level === 'minimum');
  return {
    content: parsed.success && !isHeldUp ? parsed.data : null,
    isComplete: !findings.some(({ level }) => level !== 'warning'),
    findings,
  };
}

/** One finding in words. `detail` is never what was written. */
export function finding(level: Level, path: string, code: ProblemCode, detail = ''): Finding {
  const field = fieldAt(path) ?? { key: path, label: [path, path] as const };
  const { ja, en } = problemWords[code];
  const fill = (sentence: string): string => sentence.replaceAll('{}', detail);
  return {
    ...{ level, key: field.key, label: field.label, path, code },
    problem: [fill(ja[0]), fill(en[0])],
    cure: [fill(ja[1]), fill(en[1])],
  };
}

/** One line for a list or a return fax. */
export const formatFinding = ({ label, problem, cure }: Finding): string =>
  `${label[0]}: ${problem[0]}。${cure[0]} / ${label[1]}: ${problem[1]}; ${cure[1]}`;

// ---------------------------------------------------------------------------------------------------- from the shape

type Issue = z.core.$ZodIssue;

function fromIssue(issue: Issue, given: Given): Finding {
  const path = issue.path.join('.');
  const written = at(given, path);
  const isMissing = issue.code !== 'custom' && (written === undefined || written === null);
  const { code, detail } = isMissing ? { code: 'missing' as const, detail: '' } : problemOf(issue);
  // A field that is not there at all is the business of the minimum; below one that is there, it is a fault.
  const level = code === 'missing' && minimumKeys.has(fieldAt(path)?.key ?? '') ? 'minimum' : 'refused';
  return finding(level, path, code, detail);
}

function problemOf(issue: Issue): { code: ProblemCode; detail?: string } {
  switch (issue.code) {
    case 'custom': {
      const { problem, detail } = (issue.params ?? {}) as { problem?: ProblemCode; detail?: string };
      return problem ? { code: problem, detail: detail ?? '' } : { code: 'wrong_form' };
    }
    case 'invalid_value':
      return { code: 'not_a_choice', detail: issue.values.join('・') };
    case 'too_big':
      if (issue.origin === 'array') return { code: 'too_many', detail: String(issue.maximum) };
      return issue.origin === 'string'
        ? { code: 'too_long', detail: String(issue.maximum) }
        : { code: 'out_of_bounds', detail: `≤ ${issue.maximum}` };
    case 'too_small':
      return issue.origin === 'array' ? { code: 'missing' } : { code: 'out_of_bounds', detail: `≥ ${issue.minimum}` };
    case 'unrecognized_keys':
      return { code: 'unknown_field', detail: String(issue.keys.length) };
    default:
      return { code: 'wrong_form' };
  }
}

// ---------------------------------------------------------------------------------------------------- beyond the shape

interface Given {
  registration: unknown;
  record: unknown;
}

/** What lies at a path of something whose shape is not known. */
const at = (whole: unknown, path: string): unknown =>
  path
    .split('.')
    .reduce<unknown>(
      (part, key) => (typeof part === 'object' && part !== null ? (part as Record<string, unknown>)[key] : undefined),
      whole,
    );

/** Rules of the minimum that hold between fields; asked of the draft, so that they come together with all other faults. */
function minimumOf(given: Given): Finding[] {
  const findings: Finding[] = [];
  const contacts = at(given, 'record.contacts');
  const roles = Array.isArray(contacts) ? contacts.map((contact) => at(contact, 'role')) : [];
  if (!roles.includes('key_person'))
    findings.push({
      ...finding('minimum', 'record.contacts', 'no_key_person'),
      key: 'key_person',
      label: registrationFields.key_person.label,
    });
  if (at(given, 'registration.consentTo') === false)
    findings.push(finding('minimum', 'registration.consentTo', 'consent_needed'));
  return findings;
}

/** 昭和65, 平成32: counted on, and shown to whoever wrote it. */
function beyondEras(given: Given): Finding[] {
  const findings: Finding[] = [];
  const visit = (part: unknown, path: string): void => {
    if (typeof part === 'object' && part !== null) {
      for (const [key, value] of Object.entries(part)) visit(value, path === '' ? key : `${path}.${key}`);
    } else if (typeof part === 'string' && /(birth|Date|On|on|valid\w+)$/.test(path)) {
      const read = readDate(part);
      if (read.status === 'read' && read.isBeyondEra)
        findings.push(finding('warning', path, 'beyond_era', formatBothCalendars(read.date)));
    }
  };
  visit(given, '');
  return findings;
}

function datesOf({ registration, record }: SealedContent, today: LocalDate): Finding[] {
  const findings: Finding[] = [];
  const past: [path: string, date: LocalDate | null | undefined][] = [
    ['registration.birth', registration.birth],
    ['registration.regDate', registration.regDate],
    ['registration.consentBy.on', registration.consentBy.on],
    ['record.codeStatus.document.signedOn', record.codeStatus.document?.signedOn],
    ['record.codeStatus.document.reviewedOn', record.codeStatus.document?.reviewedOn],
    ['record.baselineVitals.measuredOn', record.baselineVitals?.measuredOn],
    ['record.body.weight.on', record.body.weight?.on],
    ...record.labs.map(({ on }, index): [string, LocalDate] => [`record.labs.${index}.on`, on]),
  ];
  for (const [path, date] of past) if (date && date > today) findings.push(finding('refused', path, 'in_future'));
  if (ageOn(registration.birth, today) > 120) findings.push(finding('refused', 'registration.birth', 'too_old'));
  const { validFrom, validUntil } = record.careLevel;
  if (validFrom && validUntil && validUntil < validFrom)
    findings.push(finding('refused', 'record.careLevel.validUntil', 'period_backwards'));
  return findings;
}

/** What the field lists require beyond the minimum. A fact that is still 未確認 counts as a gap, except where it may well stay so. */
function gapsOf({ registration, record }: SealedContent): Finding[] {
  const required = [
    ...(['regDate', 'authorDoctor', 'authorClinic', 'name', 'postal', 'area', 'residence', 'consentFax'] as const),
    ...(['consentEmergency', 'withdraw'] as const),
  ];
  const gaps = required.filter((key) => registration[key] === null).map((key) => `registration.${key}`);
  for (const [key, value] of Object.entries(registration.consentHosp))
    if (value === null) gaps.push(`registration.consentHosp.${key}`);
  if (record.course === null) gaps.push('record.course');
  if (record.baselineVitals === null) gaps.push('record.baselineVitals');
  if (record.anticipated.length === 0) gaps.push('record.anticipated');
  if (record.hospitals.length === 0) gaps.push('record.hospitals');
  const facts = [
    'anticoagulant',
    'insulinSteroid',
    'deviceAlert',
    'infection',
    'safety',
    'surrogate',
    'meds',
    'procedures',
  ] as const;
  const unknown = facts.filter((key) => record[key].state === 'unknown').map((key) => `record.${key}`);
  if (record.adl.bedridden === 'unknown' || record.adl.dementia === 'unknown') unknown.push('record.adl');
  if (record.careLevel.level === 'unknown') unknown.push('record.careLevel');
  return [
    ...gaps.map((path) => finding('complete', path, 'missing')),
    ...unknown.map((path) => finding('complete', path, 'still_unknown')),
  ];
}

const reviewDays = 365;

function doubtsOf({ registration, record }: SealedContent, today: LocalDate): Finding[] {
  const findings: Finding[] = [];
  const doubtful: [string, string | null][] = [
    ['registration.ltcInsurer', registration.ltcInsurer],
    ...registration.publicPayer.flatMap(({ payer, recipient }): [string, string][] => [
      ['registration.publicPayer', payer],
      ['registration.publicPayer', recipient],
    ]),
  ];
  for (const [path, digits] of doubtful)
    if (digits !== null && hasDoubtfulCheckDigit(digits))
      findings.push(finding('warning', path, 'doubtful_check_digit'));
  const { document } = record.codeStatus;
  if (document && isReviewDue(document, today))
    findings.push(finding('warning', 'record.codeStatus.document', 'review_due'));
  const { validUntil } = record.careLevel;
  if (validUntil && validUntil < today)
    findings.push(finding('warning', 'record.careLevel.validUntil', 'period_over', formatBothCalendars(validUntil)));
  for (const { key, drug } of hiddenAlerts(record))
    findings.push(finding('warning', recordFields[key].at, 'hidden_alert', drug));
  if (registration.medsImage?.status === 'untranscribed')
    findings.push(finding('warning', 'record.meds', 'untranscribed'));
  if (registration.sourceImage === null) findings.push(finding('warning', 'registration.sourceImage', 'missing'));
  return findings;
}

/** ★見直し: neither signed nor reviewed within 365 days. */
export const isReviewDue = (
  document: { signedOn: LocalDate; reviewedOn: LocalDate | null },
  today: LocalDate,
): boolean => (document.reviewedOn ?? document.signedOn) < addDays(today, -reviewDays);
