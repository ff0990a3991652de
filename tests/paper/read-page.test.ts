import { expect } from 'chai';
import sharp from 'sharp';
import { a4Width, type BilevelPage, blankPage, fine, rowBytes } from '../../src/imaging/bilevel.ts';
import { formKinds } from '../../src/paper/codes.ts';
import { loadFormWords } from '../../src/paper/forms/form-page.ts';
import { deskew, skewOf } from '../../src/paper/page/deskew.ts';
import { readOnePage } from '../../src/paper/page/read-one-page.ts';
import { readers } from '../../src/paper/reader/pool.ts';
import type { FormReading } from '../../src/paper/reading.ts';
import { measurePaper } from '../bench/paper.ts';
import { anyCardNumber, cardCopy, drawCard, fill } from '../support/card-copy.ts';
import { mulberry } from '../support/chance.ts';
import { a4Height, degrade, type Level, typical } from '../support/degrade.ts';
import { blankForms, type FilledForm, fillForm } from '../support/filled-form.ts';

const clean: Level = { degrees: 0, scale: 0, specks: 0, lostLines: 0 };

/** Draws one page onto another, from a whole byte of it. */
function lay(page: BilevelPage, onto: BilevelPage, x: number, y: number): BilevelPage {
  const bits = onto.bits.slice();
  for (let row = 0; row < page.height; row++)
    for (let at = 0; at < rowBytes(page.width); at++)
      bits[(y + row) * rowBytes(onto.width) + (x >> 3) + at]! |= page.bits[row * rowBytes(page.width) + at]!;
  return { ...onto, bits };
}

describe('a page that came in', () => {
  let blanks: Awaited<ReturnType<typeof blankForms>>;
  before(async () => {
    blanks = await blankForms();
  });
  after(() => readers().close());

  const wrong = (form: FilledForm, reading: FormReading): string[] =>
    reading.ticks
      .filter(({ field, value, state }) => state !== (form.ticked.has(`${field}=${value}`) ? 'ticked' : 'empty'))
      .map(({ field, value, state }) => `${field}=${value} ${state}`);

  for (const kind of formKinds)
    for (const turnedDegrees of [0, 90, 180, 270])
      it(`is the ${kind} form that was filled in, turned by ${turnedDegrees}°`, async () => {
        const form = fillForm(blanks, kind, 11);
        // On its side an A4 sheet needs the width of A3.
        const width = turnedDegrees % 180 ? 2432 : a4Width;
        const options = { seed: 3, level: typical, resolution: 'fine', turnedDegrees, width } as const;
        const reading = await readOnePage(degrade(form.page, options));
        if (reading.kind !== 'form') throw new Error(`read as ${reading.kind}`);
        expect(reading.form).to.deep.equal(form.code);
        expect(wrong(form, reading)).to.deep.equal([]);
        expect(reading.misfitMm).to.be.below(0.5);
        expect(reading.ticks.length + reading.crops.length).to.be.above(20);
      });

  it('gives the image of every field beside it, as a picture of its size', async () => {
    const form = fillForm(blanks, 'enrolment', 12);
    const reading = (await readOnePage(form.page)) as FormReading;
    for (const crop of reading.crops) {
      const { width, height, format } = await sharp(crop.png).metadata();
      expect(format).to.equal('png');
      expect([width, height]).to.deep.equal([Math.round(crop.box.width * 8), Math.round(crop.box.height * 8)]);
      expect(crop.hasInk, crop.field).to.equal(form.written.has(crop.field));
    }
  });

  it('may be a request form with the card laid on it', async () => {
    const number = anyCardNumber(mulberry(4));
    const form = fillForm(blanks, 'request', 13);
    const bare = { ...blanks.request };
    const reading = (await readOnePage(lay(drawCard(number, mulberry(5)), bare, 480, 520))) as FormReading;
    expect([reading.kind, reading.form.serial, reading.cards]).to.deep.equal(['form', form.code.serial, [number]]);
  });

  it('with two cards is for a person: which one is meant is not guessed', async () => {
    const random = mulberry(6);
    const page = lay(drawCard(anyCardNumber(random), random), blankPage(a4Width, a4Height, fine), 160, 300);
    const two = lay(drawCard(anyCardNumber(random), random), page, 640, 1400);
    expect(await readOnePage(two)).to.include({ kind: 'other', why: 'several_cards' });
  });

  it('with a form whose marks were cut away is for a person, and says which form', async () => {
    const { page, code } = fillForm(blanks, 'beds', 14);
    const bits = page.bits.slice();
    bits.fill(0, 500 * rowBytes(page.width));
    expect(await readOnePage({ ...page, bits })).to.deep.include({ kind: 'other', why: 'not_located', form: code });
  });

  it('is a card at either resolution, at any angle', async () => {
    for (const resolution of ['fine', 'standard'] as const)
      for (let seed = 1; seed <= 6; seed++) {
        const { number, page } = cardCopy({ seed, level: typical, resolution });
        expect(await readOnePage(page)).to.include({ kind: 'card', number });
      }
  });

  it('of writing alone is straightened to a twentieth of a degree or so', async () => {
    const lines = blankPage(a4Width, a4Height, fine);
    const random = mulberry(7);
    for (let y = 200; y < 2000; y += 45)
      for (let x = 200; x < 1500; x += 20) if (random() < 0.8) fill(lines, x, y + random() * 6, 14, 18);
    for (const turnedDegrees of [-3.2, -1, 0, 0.4, 2.5]) {
      const page = degrade(lines, { seed: 8, level: { ...clean, specks: 0.003 }, resolution: 'fine', turnedDegrees });
      expect(skewOf(page), `${turnedDegrees}`).to.be.closeTo(turnedDegrees, 0.1);
      expect(Math.abs(skewOf(deskew(page).page))).to.be.below(0.15);
    }
    expect(skewOf(blankPage(a4Width, a4Height, fine))).to.be.closeTo(0, 0.15);
  });

  it('of any size, also none worth reading, is answered', async () => {
    for (const [width, height] of [
      [1, 1],
      [7, 3],
      [1728, 1],
      [3, 900],
    ] as const) {
      const page = blankPage(width, height, fine);
      fill(page, 0, 0, width, height);
      expect(await readOnePage(page)).to.include({ kind: 'other', why: 'no_code' });
    }
  });

  it('is read as the figures want it, on a sample: cards, forms, ticks', async () => {
    const result = await measurePaper({ cards: 15, forms: 12, level: typical, seed: 77 });
    expect(result.wrongReads).to.equal(0);
    expect(result.cardReadRate).to.deep.equal({ fine: 1, standard: 1 });
    expect(result.formLocatedRate).to.equal(1);
    expect(result.tickAccuracy).to.be.at.least(0.999);
    expect(result.ticks).to.be.above(400);
  }).timeout(240_000);
});

describe('the words of the forms', () => {
  it('are the same in both languages', () => {
    const { ja, en } = loadFormWords();
    expect(ja.keys.toSorted()).to.deep.equal(en.keys.toSorted());
  });
});
