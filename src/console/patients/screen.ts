/** A record on the screen: the very words of the page that a doctor gets (pages/record-view.ts), and what only the form says. Pure. */
import { z } from 'zod';
import type { LocalDate } from '../../lib/japan-time.ts';
import { recordView } from '../../pages/record-view.ts';
import type { Row } from '../../pages/rows.ts';
import type { BothWords } from '../../pages/words.ts';
import { registrationLines } from '../../patients/registration-words.ts';
import type { SealedContent } from '../../records/record.ts';

const line = z.object({ label: z.string(), value: z.string() });
export const screenShape = z.object({
  name: z.string(),
  kana: z.string(),
  /** Sex, birth and age. */
  about: z.string(),
  sections: z.array(
    z.object({
      key: z.string(),
      title: z.string(),
      rows: z.array(
        z.discriminatedUnion('kind', [
          z.object({ kind: z.literal('fields'), isAlert: z.boolean(), fields: z.array(line) }),
          z.object({ kind: z.literal('list'), from: z.number().int(), items: z.array(z.string()) }),
          z.object({ kind: z.literal('resuscitation'), label: z.string(), status: z.string(), fields: z.array(line) }),
          z.object({ kind: z.literal('note'), text: z.string() }),
        ]),
      ),
    }),
  ),
  registration: z.array(line.extend({ key: z.string() })),
});
export type Screen = z.infer<typeof screenShape>;
export type ScreenRow = Screen['sections'][number]['rows'][number];

/** @param language of the screen; the pages have Japanese first, so an English screen has them the other way round. */
export function screenOf(content: SealedContent, words: BothWords, language: 'ja' | 'en', at: Date): Screen {
  const spoken = language === 'ja' ? words : { ja: words.en, en: words.ja };
  const { identity, sections } = recordView(content, pageless(at), spoken);
  return {
    name: identity.name ?? identity.kana,
    ...{ kana: identity.kana, about: identity.about },
    sections: [
      { key: 'identity', title: identity.title, rows: identity.rows.flatMap(shown) },
      ...sections.map(({ block, title, rows, continued }) => {
        return { key: block, title, rows: [...rows, ...continued].flatMap(shown) };
      }),
    ],
    registration: registrationLines(content.registration, language),
  };
}

/** There is room on a screen: what continues on a second sheet simply follows. */
function shown(row: Row): ScreenRow[] {
  switch (row.kind) {
    case 'fields':
      return [{ kind: 'fields', isAlert: row.size === 'alert', fields: row.fields }];
    case 'list':
      return [{ kind: 'list', from: row.from, items: row.items }];
    case 'more':
      return [];
    default:
      return [row];
  }
}

/** All that a page says of its own making is left out here. */
const pageless = (at: Date) => ({
  ...({ variant: 'visit', edition: 'fine', cardNumber: null, isDraft: false, retrievalId: '', mac: '', at } as const),
  ...{
    version: 1,
    requestedBy: { doctor: '', facility: '', faxLastFour: '' },
    lastConfirmedOn: null as LocalDate | null,
  },
  ...{ isAlarmed: false, issuer: { name: '', misdirectionPhone: '+81450000000' }, tonight: null },
});
