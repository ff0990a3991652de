/** The figures of reading paper (issue: the sealed record): cards, forms, ticks, and how long an inbound page takes. */

import type { BilevelPage } from '../../src/imaging/bilevel.ts';
import { encodeTiff } from '../../src/imaging/tiff.ts';
import { formKinds } from '../../src/paper/codes.ts';
import { decodeFax } from '../../src/paper/decode.ts';
import { readPage } from '../../src/paper/read-page.ts';
import { readers } from '../../src/paper/reader/pool.ts';
import type { FormReading, PageReading } from '../../src/paper/reading.ts';
import { cardCopy } from '../support/card-copy.ts';
import { degrade, type Level, typical } from '../support/degrade.ts';
import { blankForms, type FilledForm, fillForm } from '../support/filled-form.ts';

export interface PaperOptions {
  /** Card copies at each resolution; the figures want 1,000. */
  cards: number;
  /** Filled forms, the four kinds in turn, every third at standard resolution. */
  forms: number;
  level: Level;
  seed: number;
}

export interface PaperResult {
  /** From the bytes of a TIFF to what the page is, decoding included: the first pages of each kind, one at a time. */
  inboundMs: { p50: number; p95: number };
  cardReadRate: { fine: number; standard: number };
  /** Cards read as another number, forms taken for another form. */
  wrongReads: number;
  formLocatedRate: number;
  /** Of all boxes of located forms; an unclear one counts as not right. */
  tickAccuracy: number;
  /** Boxes decided the wrong way: the part of the errors that no person is asked about. */
  wrongTicks: number;
  unclearTicks: number;
  ticks: number;
}

export const fullRun: PaperOptions = { cards: 1000, forms: 1000, level: typical, seed: 1 };

/** @param tell progress, a line at a time. */
export async function measurePaper(
  options: PaperOptions = fullRun,
  tell: (line: string) => void = () => {},
): Promise<PaperResult> {
  await readers().warmUp();
  const times: number[] = [];
  const cards = {
    fine: await readCards('fine', options, times),
    standard: await readCards('standard', options, times),
  };
  tell(`cards: fine ${cards.fine.right}, standard ${cards.standard.right} of ${options.cards}`);
  const forms = await readForms(options, times, tell);
  times.sort((a, b) => a - b);
  const at = (part: number): number => Math.round(times[Math.min(times.length - 1, Math.floor(times.length * part))]!);
  return {
    inboundMs: { p50: at(0.5), p95: at(0.95) },
    cardReadRate: { fine: cards.fine.right / options.cards, standard: cards.standard.right / options.cards },
    wrongReads: cards.fine.wrong + cards.standard.wrong + forms.wrong,
    formLocatedRate: forms.located / options.forms,
    tickAccuracy: forms.rightTicks / forms.ticks,
    ...{ wrongTicks: forms.wrongTicks, unclearTicks: forms.unclearTicks, ticks: forms.ticks },
  };
}

/** Pages of each kind that are timed; nothing else of ours runs meanwhile. The others are read two at a time. */
const timedPages = 80;
const lanes = 2;

/** @param read one page, with where its time goes: null when it is not one of the timed. */
async function overPages(
  count: number,
  times: number[],
  read: (index: number, times: number[] | null) => Promise<void>,
): Promise<void> {
  let next = 0;
  while (next < Math.min(timedPages, count)) await read(next++, times);
  const lane = async (): Promise<void> => {
    while (next < count) await read(next++, null);
  };
  await Promise.all(Array.from({ length: lanes }, lane));
}

/** As it would come from a provider: G4 in a TIFF. Only what the gateway does is timed. */
async function inbound(page: BilevelPage, times: number[] | null): Promise<PageReading> {
  const file = await encodeTiff([page]);
  const start = performance.now();
  const decoded = await decodeFax(file);
  if (!('pages' in decoded)) throw new Error(`a page of the bench was refused: ${decoded.refused}`);
  const reading = await readPage(decoded.pages[0]!);
  times?.push(performance.now() - start);
  return reading;
}

async function readCards(resolution: 'fine' | 'standard', { cards, level, seed }: PaperOptions, times: number[]) {
  let right = 0;
  let wrong = 0;
  await overPages(cards, times, async (index, timed) => {
    const { number, page } = cardCopy({ seed: seed * 100_000 + index, level, resolution });
    const reading = await inbound(page, timed);
    if (reading.kind === 'card' && reading.number === number) right++;
    else if (reading.kind !== 'other') wrong++;
  });
  return { right, wrong };
}

async function readForms({ forms, level, seed }: PaperOptions, times: number[], tell: (line: string) => void) {
  const blanks = await blankForms();
  const sum = { located: 0, wrong: 0, ticks: 0, rightTicks: 0, wrongTicks: 0, unclearTicks: 0 };
  await overPages(forms, times, async (index, timed) => {
    const form = fillForm(blanks, formKinds[index % formKinds.length]!, seed * 1000 + index);
    const resolution = index % 3 === 2 ? 'standard' : 'fine';
    const turnedDegrees = index % 5 === 4 ? 180 : 0;
    const page = degrade(form.page, { seed: seed * 200_000 + index, level, resolution, turnedDegrees });
    const reading = await inbound(page, timed);
    if (reading.kind !== 'form') {
      tell(
        `form ${index} (${form.code.kind}, ${resolution}) was read as ${reading.kind}${reading.kind === 'other' ? `: ${reading.why}` : ''}`,
      );
      if (reading.kind === 'card') sum.wrong++;
      return;
    }
    sum.located++;
    if (!isSameForm(form, reading)) sum.wrong++;
    for (const tick of reading.ticks) {
      const isTicked = form.ticked.has(`${tick.field}=${tick.value}`);
      sum.ticks++;
      if (tick.state === 'unclear') sum.unclearTicks++;
      else if ((tick.state === 'ticked') === isTicked) sum.rightTicks++;
      else sum.wrongTicks++;
    }
  });
  tell(`forms: ${sum.located} of ${forms} located, ${sum.rightTicks} of ${sum.ticks} ticks right`);
  return sum;
}

const isSameForm = ({ code }: FilledForm, { form }: FormReading): boolean =>
  code.kind === form.kind && code.serial === form.serial && code.subject === form.subject;
