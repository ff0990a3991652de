import { createHmac } from 'node:crypto';
import type { BilevelPage } from '../imaging/bilevel.ts';
import { encodeTiff } from '../imaging/tiff.ts';
import { localDate } from '../lib/japan-time.ts';
import { formatNational } from '../lib/phone.ts';
import { faxOf, recordFax } from '../pages/fax.ts';
import {
  disclosureLetter,
  disclosureList,
  isRefusalReason,
  type LetterContext,
  refusalLetter,
} from '../pages/letters.ts';
import type { PageMaker } from '../pages/maker.ts';
import { morningView } from '../pages/morning-view.ts';
import type { RecordContext } from '../pages/record-context.ts';
import { recordView } from '../pages/record-view.ts';
import { rosterView } from '../pages/roster-view.ts';
import { markUnshown } from '../pages/unshown.ts';
import type { BothWords } from '../pages/words.ts';
import { loadFormWords } from '../paper/forms/form-page.ts';
import { rosterReplyPage } from '../paper/forms/roster-reply.ts';
import { sealedHeader } from '../sealed-page/header.ts';
import { makeSealedPage } from '../sealed-page/page.ts';
import { plainTextBytes } from '../sealed-page/plain-text.ts';
import { fitsPage } from '../sealed-page/seal.ts';
import type { Issuer, RecordPage, ReleasePages, RenderedPage, SealedMeasure } from './context.ts';

export interface PageParts {
  maker: PageMaker;
  words: BothWords;
  caseKey: Buffer;
  /** Where the offline page that opens sealed ones is served. */
  unsealUrl: string;
  random(size: number): Uint8Array;
}

/** The page engine as releases use it: every page is finished fax bytes, fine resolution. */
export function releasePages(parts: PageParts): ReleasePages {
  const { maker, words } = parts;
  return {
    record: (page) => (page.form === 'sealed' ? sealedRecord(parts, page) : printedRecord(parts, page)),
    fitsSealed: (measure) => fitsSealed(parts, measure),
    async notice({ disclosure, issuer, patientCode, requester }) {
      const { id: disclosureId, at: disclosedAt, ...about } = disclosure;
      const view = disclosureLetter(
        { to: null, patientCode, requester, disclosureId, disclosedAt, ...about },
        letterContext(issuer, disclosedAt),
        words,
      );
      return rendered(await faxOf(maker, 'letter', view, 'fine'));
    },
    async refusal({ reason, at, isAlarmed, issuer, reference }) {
      const known = isRefusalReason(reason) ? reason : 'other';
      const about = { reason: known, receivedAt: at, reference, to: null, isAlarmed };
      return rendered(await faxOf(maker, 'letter', refusalLetter(about, letterContext(issuer, at), words), 'fine'));
    },
    async morning({ calls, disclosures, issuer, at }) {
      const { name: associationName, misdirectionPhone: hubPhone } = issuer;
      const views: { template: string; view: object }[] = calls.map(({ log, ...call }) => {
        const view = morningView(log, { ...call, associationName, hubPhone, at }, words);
        return { template: 'morning', view: markUnshown(view, maker.coverage).view };
      });
      if (disclosures.length > 0) {
        const flat = disclosures.map(({ disclosure: { id, at: disclosedAt, ...one }, ...about }) => {
          return { ...about, ...one, disclosureId: id, disclosedAt };
        });
        const view = disclosureList(flat, letterContext(issuer, at), words);
        views.push({ template: 'letter', view: markUnshown(view, maker.coverage).view });
      }
      return joinedFax(maker, views);
    },
    roster: (sheet, replies) => {
      const forms = loadFormWords();
      return joinedFax(maker, [
        { template: 'roster', view: rosterView(sheet, words) },
        ...replies.map((reply) => ({ template: 'form', view: rosterReplyPage(reply, forms) })),
      ]);
    },
  };
}

/** Several pages as one fax. */
async function joinedFax(
  maker: PageMaker,
  views: readonly { template: string; view: object }[],
): Promise<RenderedPage> {
  const sheets: BilevelPage[] = [];
  for (const { template, view } of views) sheets.push(...(await maker.faxPages(template, view, 'fine')));
  return { document: await encodeTiff(sheets), pages: sheets.length };
}

const rendered = ({ document, pages }: RenderedPage): RenderedPage => ({ document, pages });

const letterContext = ({ name, misdirectionPhone }: Issuer, at: Date): LetterContext => ({
  ...{ associationName: name, hubPhone: misdirectionPhone, at },
});

async function printedRecord({ maker, words, caseKey }: PageParts, page: RecordPage): Promise<RenderedPage> {
  return rendered(await recordFax(maker, page.content, contextOf(page, caseKey), words));
}

/** The same words as on the printed page, as symbols that the doctor's own telephone opens with what he heard. */
async function sealedRecord(parts: PageParts, page: RecordPage): Promise<RenderedPage> {
  const { maker, unsealUrl, random } = parts;
  if (page.secret === null) throw new Error('a sealed page has no secret: its time was over before it was made');
  const content = sealedText(parts, page);
  const { name: association, misdirectionPhone } = page.issuer;
  const header = sealedHeader(maker, { association, phone: formatNational(misdirectionPhone), unsealUrl });
  const made = await makeSealedPage(content, page.secret, { resolution: 'fine', header }, random);
  if ('refused' in made) throw new Error('the record is too long for a sealed page');
  return { document: await encodeTiff([made.page]), pages: 1 };
}

const sealedText = ({ maker, words, caseKey }: PageParts, page: RecordPage): Uint8Array =>
  plainTextBytes(markUnshown(recordView(page.content, contextOf(page, caseKey), words), maker.coverage).view);

/** Room for what is known only when it is made: number of the card, retrieval id and MAC, who asked and where he works. */
const spareBytes = 300;

function fitsSealed(parts: PageParts, measure: SealedMeasure): Promise<boolean> {
  const unknown = {
    version: 1,
    confirmedAt: measure.at,
    cardNumber: null,
    disclosureId: '',
    secret: null,
    isAlarmed: true,
  } as const;
  const requestedBy = { doctor: '', facility: '', faxLastFour: '' };
  const content = sealedText(parts, { ...measure, ...unknown, requestedBy, form: 'sealed' });
  return fitsPage(content, spareBytes, 'fine');
}

/** A doctor who asks at night stands at the bed or is on the way there: with address and key; a hospital needs neither. */
function contextOf(page: RecordPage, caseKey: Buffer): RecordContext {
  const { form, isHospital, cardNumber, version, disclosureId, requestedBy, confirmedAt, at, issuer, isAlarmed } = page;
  const mac = createHmac('sha256', caseKey).update(`page ${disclosureId} ${version}`).digest('hex').slice(0, 8);
  return {
    variant: form === 'pseudonymous' ? 'pseudonymous' : isHospital ? 'hospital' : 'visit',
    ...{ edition: 'fine', cardNumber, version, isDraft: confirmedAt === null, retrievalId: disclosureId, mac, at },
    ...{ requestedBy, lastConfirmedOn: confirmedAt && localDate(confirmedAt), issuer, tonight: null, isAlarmed },
  };
}
