/**
 * The record as /unseal shows it: lines for a telephone's screen, made from the same finished text as the printed page, so that the
 * two cannot say different things. Who, then alerts, then all else; nothing is cut and nothing left out but what only paper needs.
 */
import type { RecordView } from '../pages/record-view.ts';
import type { Field, Row, Section } from '../pages/rows.ts';
import { encodeText, type PlainLine, type PlainText } from './text.ts';

/** The bytes to be sealed: text.ts says which. */
export const plainTextBytes = (view: RecordView): Uint8Array => encodeText(plainText(view));

/** @param view of `recordView`; its variant decides whether name and address are there */
export function plainText({ band, identity, sections, notes, footer }: RecordView): PlainText {
  const alerts = sections.filter(({ block }) => block === 'alerts');
  const others = sections.filter(({ block }) => block !== 'alerts');
  const confirmed = labelled({
    ...band.lastConfirmed,
    value: [band.lastConfirmed.value, band.lastConfirmed.mark ?? ''].join(' '),
  });
  return {
    title: band.title,
    lines: [
      ...(band.draft ? [line('alert', band.draft)] : []),
      line('name', identity.name ? `${identity.kana} / ${identity.name}` : identity.kana),
      line('text', identity.about),
      line(band.lastConfirmed.mark ? 'alert' : 'text', confirmed),
      ...alerts.flatMap(sectionLines),
      line('heading', `${identity.title} ${identity.english}`),
      ...identity.rows.flatMap(rowLines),
      ...others.flatMap(sectionLines),
      ...notes.map((note) => line('text', note)),
      line('heading', band.variant),
      ...[band.cardNumber, band.retrievalId, band.generatedAt, band.requestedBy].map((one) =>
        line('text', labelled(one)),
      ),
      ...footer.lines.map((text) => line('text', text)),
    ],
  };
}

const line = (kind: PlainLine['kind'], text: string): PlainLine => ({ kind, text: text.trim() });
const labelled = ({ label, value }: Field): string => (value === '' ? label : `${label}：${value}`);

const sectionLines = ({ title, english, rows, continued }: Section): PlainLine[] => [
  line('heading', `${title} ${english}`),
  ...[...rows, ...continued].flatMap(rowLines),
];

function rowLines(row: Row): PlainLine[] {
  switch (row.kind) {
    case 'fields':
      return row.fields.map((one) => line(row.size === 'alert' ? 'alert' : 'text', labelled(one)));
    case 'list':
      return row.items.map((item, index) => line('text', row.from > 0 ? `${row.from + index}. ${item}` : `・${item}`));
    case 'resuscitation':
      return [
        line('alert', labelled({ label: row.label, value: row.status })),
        ...row.fields.map((one) => line('text', labelled(one))),
      ];
    case 'note':
      return [line('text', row.text)];
    case 'more':
      return []; // 他n件→: what it points to follows here at once
    default:
      return row satisfies never;
  }
}
