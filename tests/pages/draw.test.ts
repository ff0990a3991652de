import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect } from 'chai';
import { type BilevelPage, isBlack } from '../../src/imaging/bilevel.ts';
import { contoursOf, identity, maskOf, strokeOf } from '../../src/imaging/outline.ts';
import { MissingGlyphError } from '../../src/pages/glyphs.ts';
import { openPageMaker, type PageMaker } from '../../src/pages/maker.ts';
import { rasterise } from '../../src/pages/raster.ts';
import { strayInk } from '../support/same-ink.ts';

const template = `
#set page(paper: "a4", margin: 12mm)
#set text(font: ("BIZ UDGothic", "Noto Sans JP"), fallback: false, size: 10.5pt)
#let data = json("/data.json")
#text(size: 24pt)[#data.text] #strong(data.text) #text(fill: luma(90), data.text)
#block(fill: black, inset: 2mm, text(fill: white, data.text))
#block(stroke: 0.6mm, inset: 2mm, rotate(30deg, data.text))
#line(length: 100%, stroke: 0.3mm) #circle(radius: 5mm) #rect(fill: luma(220), width: 20mm)
#if "words" in data [☐]
#if "other" in data { rect(width: 30mm, height: 20mm, fill: gradient.linear(white, black)) }
#pagebreak()
#data.text □
`;

describe('a page drawn for the fax line', () => {
  let folder: string;
  let maker: PageMaker;
  before(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'kamome-drawn-'));
    writeFileSync(path.join(folder, 'sample.typ'), template);
    maker = openPageMaker(folder);
  });
  after(() => {
    maker.close();
    rmSync(folder, { recursive: true });
  });

  const bothWays = async (data: object, resolution: 'fine' | 'standard'): Promise<[BilevelPage[], BilevelPage[]]> => [
    await maker.faxPages('sample', data, resolution),
    await rasterise(await maker.pdf('sample', data), resolution),
  ];
  const text = '緊急時患者記録 𠮟る 髙橋 葛\u{E0100}城 Aged 85';

  for (const resolution of ['fine', 'standard'] as const) {
    it(`is the page that the PDF shows, at ${resolution}: text of any size and shade, white on black, turned; frames, rules, circles`, async () => {
      const [drawn, printed] = await bothWays({ text }, resolution);
      expect(drawn).to.have.length(2);
      drawn.forEach((page, index) => {
        expect(strayInk(page, printed[index]!), `sheet ${index + 1}`).to.be.below(0.002);
        // Rounded in its own way: the PDF's own pixels would mean that nothing was drawn here.
        expect(Buffer.compare(page.bits, printed[index]!.bits)).not.to.equal(0);
      });
    });
  }

  it('shows the same character in the same pixels wherever it stands on the line', async () => {
    const [, sheet] = await maker.faxPages('sample', { text: '渚渚' }, 'fine');
    const rows = [...Array(120).keys()].map((row) => row + 80);
    const inkOf = (from: number) => rows.flatMap((y) => [...Array(30).keys()].map((x) => isBlack(sheet!, from + x, y)));
    const first = [...Array(1728).keys()].find((x) => rows.some((y) => isBlack(sheet!, x, y)))!;
    const same = [29, 30].some((step) => JSON.stringify(inkOf(first)) === JSON.stringify(inkOf(first + step)));
    expect(same).to.equal(true);
  });

  it('is taken from the PDF, all of it, when there is something on it that is not drawn here', async () => {
    const [taken, printed] = await bothWays({ text, other: true }, 'fine');
    expect(taken.map((page) => Buffer.from(page.bits))).to.deep.equal(printed.map((page) => Buffer.from(page.bits)));
  });

  it('is not made when a glyph is missing in the template itself, however large or bold it stands there', async () => {
    const outcome = await maker.faxPages('sample', { text, words: true }, 'fine').catch((error: unknown) => error);
    expect(outcome).to.be.instanceOf(MissingGlyphError);
    expect((outcome as Error).message).to.contain('U+2610');
  });
});

describe('the ink of an outline', () => {
  const black = (path: string, least = 0.39): string[] => {
    const mask = maskOf(contoursOf(path, identity)!, least)!;
    return Array.from({ length: mask.height }, (_, y) =>
      (mask.words[y * mask.perRow]! >>> 24).toString(2).padStart(8, '0').replaceAll('0', '·').replaceAll('1', '#'),
    );
  };
  it('is every pixel that it covers by more than the threshold', () => {
    expect(black('M 1 1 h 3 v 2 h -3 Z')).to.deep.equal(['###·····', '###·····']);
    expect(black('M 0 0 h 2.5 v 1 h -2.5 Z')).to.deep.equal(['###·····']);
    expect(black('M 0 0 h 2.3 v 1 h -2.3 Z')).to.deep.equal(['##······']);
    expect(black('M 0 0 l 4 4 h -4 Z', 0.49)).to.deep.equal(['#·······', '##······', '###·····', '####····']);
  });

  it('leaves out what is inside of a contour that runs the other way, as the counter of 口', () => {
    expect(black('M 0 0 h 4 v 4 h -4 Z M 1 1 v 2 h 2 v -2 Z')).to.deep.equal([
      '####····',
      '#··#····',
      '#··#····',
      '####····',
    ]);
  });

  it('of a pen is as wide as the pen, its corners square', () => {
    const frame = strokeOf(contoursOf('M 0.5 0.5 h 4 v 3 h -4 Z', identity)!, 1);
    const mask = maskOf(frame, 0.39)!;
    expect(mask).to.include({ left: 0, top: 0, height: 4 });
    const rows = Array.from({ length: 4 }, (_, y) => mask.words[y]! >>> 27);
    expect(rows).to.deep.equal([0b11111, 0b10001, 0b10001, 0b11111]);
  });

  it('is not guessed for a step that is not known', () => {
    expect(contoursOf('M 0 0 A 5 5 0 0 1 10 10', identity)).to.equal(null);
  });
});
