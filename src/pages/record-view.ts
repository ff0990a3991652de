/**
 * 緊急時患者記録 as it is printed: the record and its circumstances become text, section by section, before any template
 * sees them. Pure: what is on the page can be tested without making one.
 */
import { formatCardNumber } from '../lib/check-digits.ts';
import { formatEra } from '../lib/eras.ts';
import { formatLocal, type LocalDate, localDate } from '../lib/japan-time.ts';
import { formatNational } from '../lib/phone.ts';
import { dueDays, staleDays } from '../records/freshness.ts';
import type { SealedContent } from '../records/record.ts';
import { type QrSymbol, quickQrSymbol } from './qr.ts';
import { alertsOf, type Identity, identityOf, wishesOf } from './record-alerts.ts';
import { baselineOf, labsOf, medsOf, planOf, problemsOf, proceduresOf } from './record-care.ts';
import { contactsOf, hospitalsOf } from './record-contacts.ts';
import type { RecordContext, RecordVariant } from './record-context.ts';
import { mapText, type Row, type Section } from './rows.ts';
import type { BothWords, Words } from './words.ts';

export type { BedNews, RecordContext, RecordVariant } from './record-context.ts';

export interface RecordView {
  edition: 'fine' | 'standard';
  /** Set for one sheet; null: for as many as it takes, which costs three times as much (the maker turns to it by itself). */
  sheets: 1 | null;
  band: {
    title: string;
    variant: string;
    draft: string | null;
    cardNumber: { label: string; value: string };
    retrievalId: { label: string; value: string };
    generatedAt: { label: string; value: string };
    requestedBy: { label: string; value: string };
    lastConfirmed: { label: string; value: string; mark: string | null };
    /** The words around page n of N; only the template knows the numbers. */
    sheet: { before: string; between: string; after: string };
    /** Behind the number of a sheet: 枚目. */
    next: string;
    continued: string;
  };
  identity: Identity & { title: string; english: string };
  sections: Section[];
  /** Framed above everything else: for a reader who did not ask. */
  alarm: { ja: string; en: string } | null;
  /** Lines above the footer: what could not be printed as written. */
  notes: string[];
  footer: { lines: string[]; qr: QrSymbol };
}

type Block =
  | ('alerts' | 'wishes' | 'problems' | 'baseline' | 'plan' | 'meds')
  | ('procedures' | 'labs' | 'contacts' | 'hospitals');

const all: readonly Block[] = [
  ...(['alerts', 'wishes', 'problems', 'baseline', 'plan', 'meds'] as const),
  ...(['procedures', 'labs', 'contacts', 'hospitals'] as const),
];
/** An ambulance crew reads blocks 1-3, 10 and 11 (domain.md 5.1). */
const blocksOf: Readonly<Record<RecordVariant, readonly Block[]>> = {
  visit: all,
  hospital: all,
  pseudonymous: all,
  ambulance: ['alerts', 'wishes', 'contacts', 'hospitals'],
};

/** @returns what the template `record` sets. Every variant says 未確認 where nothing is known. */
export function recordView(content: SealedContent, context: RecordContext, words: BothWords): RecordView {
  const { ja, en } = words;
  const { record } = content;
  const builders: Readonly<Record<Block, () => Row[] | { rows: Row[]; continued: Row[] }>> = {
    alerts: () => alertsOf(record, ja),
    wishes: () => wishesOf(record, context, ja),
    problems: () => problemsOf(record, ja),
    baseline: () => baselineOf(record, ja),
    plan: () => planOf(record, ja),
    meds: () => medsOf(record, ja),
    procedures: () => proceduresOf(record, ja),
    labs: () => labsOf(record, ja),
    contacts: () => contactsOf(record, context, ja),
    hospitals: () => hospitalsOf(record, context, ja),
  };
  const sections = blocksOf[context.variant].map((block): Section => {
    const built = builders[block]();
    const { rows, continued } = Array.isArray(built) ? { rows: built, continued: [] } : built;
    return { block, title: ja.say(`record.block.${block}`), english: en.say(`record.block.${block}`), rows, continued };
  });
  const view: RecordView = {
    edition: context.edition,
    sheets: 1,
    band: bandOf(context, ja),
    identity: {
      ...identityOf(content, context, ja),
      title: ja.say('record.block.identity'),
      english: en.say('record.block.identity'),
    },
    sections,
    alarm: context.isAlarmed ? alarmOf(context, words) : null,
    notes: [],
    footer: footerOf(context, words),
  };
  return context.variant === 'pseudonymous' ? withoutName(view, content) : view;
}

function bandOf(context: RecordContext, words: Words): RecordView['band'] {
  const said = (key: string, values = {}) => words.say(`record.${key}`, values);
  const today = localDate(context.at);
  const [before, between, after] = said('sheet', { page: '\u0000', pages: '\u0000' }).split('\u0000');
  return {
    title: `${said('title')} ${said('version', { version: context.version })}`,
    variant: said(`variant.${context.variant}`),
    draft: context.isDraft ? said('draft') : null,
    cardNumber: {
      label: said('card_number'),
      value: context.cardNumber === null ? said('card_unknown') : formatCardNumber(context.cardNumber),
    },
    retrievalId: { label: said('retrieval_id'), value: context.retrievalId },
    generatedAt: { label: said('generated_at'), value: `${formatLocal(context.at)}（${formatEra(today)}）` },
    requestedBy: {
      label: said('requested_by'),
      value: said('requested', {
        doctor: context.requestedBy.doctor,
        facility: context.requestedBy.facility,
        fax: context.requestedBy.faxLastFour,
      }),
    },
    lastConfirmed: { label: said('last_confirmed'), ...confirmation(context.lastConfirmedOn, today, words) },
    sheet: { before: before!, between: between!, after: after! },
    next: said('next'),
    continued: said('continued'),
  };
}

function alarmOf({ issuer }: RecordContext, { ja, en }: BothWords): { ja: string; en: string } {
  const phone = formatNational(issuer.misdirectionPhone);
  return { ja: ja.say('record.alarm', { phone }), en: en.say('record.alarm', { phone }) };
}

const dayMs = 24 * 60 * 60 * 1000;

function confirmation(on: LocalDate | null, today: LocalDate, words: Words): { value: string; mark: string | null } {
  const said = (key: string, values = {}) => words.say(`record.${key}`, values);
  if (on === null) return { value: said('never_confirmed'), mark: said('mark_stale') };
  const days = Math.round((Date.parse(today) - Date.parse(on)) / dayMs);
  const mark = days > staleDays ? said('mark_stale') : days > dueDays ? said('mark_due') : null;
  return { value: said('days_ago', { date: on, days }), mark };
}

function footerOf({ issuer, retrievalId, mac }: RecordContext, { ja, en }: BothWords): RecordView['footer'] {
  const phone = formatNational(issuer.misdirectionPhone);
  const lines = [ja, en].map(
    (words) => words.say('record.footer.misdirected', { phone }) + words.say('record.footer.keep'),
  );
  return {
    lines: [`${ja.say('record.footer.issuer', { name: issuer.name })}　${lines[0]}`, lines[1]!],
    // Retrieval id and MAC, nothing of the patient (domain.md 5.1, block 12).
    qr: quickQrSymbol(`KMR1 ${retrievalId} ${mac}`),
  };
}

/**
 * The name may stand in a free text ("鴎野さんは…" cannot be known, but the whole name can): on a pseudonymous page it is
 * struck out wherever it appears whole, in kanji or kana, with or without its space.
 */
function withoutName(view: RecordView, { registration: { name, nameKana, formerName } }: SealedContent): RecordView {
  const whole = [name, nameKana].flatMap((parts) => (parts ? [parts] : []));
  const found = whole.flatMap(({ family, given }) => [
    `${family}${given}`,
    `${family} ${given}`,
    `${family}　${given}`,
  ]);
  const names = [...found, ...(formerName ? [formerName] : [])];
  const struck = (text: string): string => names.reduce((rest, one) => rest.replaceAll(one, '○○'), text);
  return mapText(view, struck);
}
