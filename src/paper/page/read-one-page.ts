/** Reads one page, inside the child process: codes first, then what they ask for. */
import type { BilevelPage } from '../../imaging/bilevel.ts';
import { parseCardCode, parseFormCode } from '../codes.ts';
import { stepFor, wholeSteps } from '../formats/normalise.ts';
import { sheetOf } from '../forms/forms.ts';
import type { FormReading, OtherCause, OtherReading, PageReading } from '../reading.ts';
import { deskew } from './deskew.ts';
import { cutFields, cutSheet, readTicks } from './fields.ts';
import { type FoundCode, findCodes } from './find-codes.ts';
import { locate } from './locate.ts';

const isOurs = (text: string): boolean => parseCardCode(text) !== null || parseFormCode(text) !== null;

/** Only a request form is meant to carry a card as well. */
const standsAlone = (text: string): boolean => {
  const form = parseFormCode(text);
  return form !== null && form.kind !== 'request';
};

/** @param given of any fax resolution; decoded pages are as they should be already. */
export async function readOnePage(given: BilevelPage): Promise<PageReading> {
  const step = stepFor(given.width, given.height, given.xDpi, given.yDpi);
  const page = step.how === 'whole' ? wholeSteps(given, step) : given;
  const codes = await findCodes(page, isOurs, standsAlone);
  const cards = codes.flatMap(({ text }) => parseCardCode(text) ?? []);
  const forms = codes.filter(({ text }) => parseFormCode(text) !== null);
  const [form] = forms;
  const [number] = cards;
  if (form && forms.length === 1) return readForm(page, form, cards);
  if (form) return other(page, 'several_forms');
  if (number !== undefined && cards.length === 1) return { kind: 'card', number, page };
  return other(page, number === undefined ? 'no_code' : 'several_cards');
}

function readForm(page: BilevelPage, code: FoundCode, cards: string[]): FormReading | OtherReading {
  const form = parseFormCode(code.text)!;
  const sheet = sheetOf(form.kind, form.version);
  if (!sheet) return { ...other(page, 'unknown_version'), form };
  const located = locate(page, code);
  if (!located) return { ...other(page, 'not_located'), form };
  const { map, misfitMm } = located;
  return {
    ...{ kind: 'form', form, cards },
    ticks: readTicks(page, map, sheet),
    crops: cutFields(page, map, sheet),
    page: cutSheet(page, map),
    misfitMm: Math.round(misfitMm * 100) / 100,
  };
}

function other(page: BilevelPage, why: OtherCause): OtherReading {
  const straight = deskew(page);
  return { kind: 'other', why, page: straight.page, skewDegrees: straight.degrees, isKnownUpright: false };
}
