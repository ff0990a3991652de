import { expect } from 'chai';
import { formKinds } from '../../src/paper/codes.ts';
import { currentSheet, sheetOf } from '../../src/paper/forms/forms.ts';
import { codeBox, digitPlaces, markSize, marks, tickSize } from '../../src/paper/forms/sheet.ts';
import type { Box } from '../../src/paper/reading.ts';

const isWithin = (inner: Box, outer: Box): boolean =>
  inner.x >= outer.x - 0.001 &&
  inner.y >= outer.y - 0.001 &&
  inner.x + inner.width <= outer.x + outer.width + 0.001 &&
  inner.y + inner.height <= outer.y + outer.height + 0.001;
const overlap = (a: Box, b: Box): boolean =>
  a.x < b.x + b.width - 0.001 &&
  b.x < a.x + a.width - 0.001 &&
  a.y < b.y + b.height - 0.001 &&
  b.y < a.y + a.height - 0.001;
const around = (x: number, y: number, size: number): Box => ({
  x: x - size / 2,
  y: y - size / 2,
  width: size,
  height: size,
});

for (const kind of formKinds)
  describe(`the ${kind} form`, () => {
    const { cells } = currentSheet(kind);
    const ticks = cells.flatMap((cell) => cell.ticks.map((tick) => ({ cell, tick })));

    it('has every box inside its cell, and no two boxes over each other', () => {
      const boxes: Box[] = [];
      for (const cell of cells) {
        const squares = cell.ticks.map(({ x, y }): Box => ({ x, y, width: tickSize, height: tickSize }));
        const inside = [...squares, ...cell.digits.flatMap(digitPlaces)];
        for (const box of [...inside, ...(cell.writing ? [cell.writing] : [])])
          expect(isWithin(box, cell.box), cell.field).to.equal(true);
        boxes.push(...inside);
      }
      for (const [index, box] of boxes.entries())
        for (const other of boxes.slice(index + 1)) expect(overlap(box, other)).to.equal(false);
    });

    it('leaves marks and code alone, with white around them', () => {
      const quiet = {
        ...codeBox,
        x: codeBox.x - 3.4,
        y: codeBox.y - 3.4,
        width: codeBox.width + 6.8,
        height: codeBox.height + 6.8,
      };
      const kept = [quiet, ...marks.map(({ x, y }) => around(x, y, markSize.outer + 1))];
      for (const cell of cells) for (const box of kept) expect(overlap(cell.box, box), cell.field).to.equal(false);
      for (const mark of marks) expect(overlap(around(mark.x, mark.y, markSize.outer), quiet)).to.equal(false);
    });

    it('has no field and no choice twice', () => {
      expect(new Set(cells.map((cell) => cell.field)).size).to.equal(cells.length);
      expect(new Set(ticks.map(({ tick }) => `${tick.field}=${tick.value}`)).size).to.equal(ticks.length);
    });

    it('is found by kind and version, and no other version is', () => {
      expect(sheetOf(kind, currentSheet(kind).version)).to.equal(currentSheet(kind));
      expect(sheetOf(kind, 99)).to.equal(null);
    });
  });

describe('the enrolment form', () => {
  it('has a place for everything that a card needs', () => {
    const sheet = currentSheet('enrolment');
    const fields = new Set(sheet.cells.flatMap((cell) => [cell.field, ...cell.ticks.map((tick) => tick.field)]));
    const needed = [
      'name_kana',
      'birth',
      'sex',
      'address',
      'tel',
      'primary',
      'main_dx',
      'allergy',
      'key_person',
      'consent_to',
    ];
    for (const field of needed) expect(fields.has(field), field).to.equal(true);
    const allergy = sheet.cells.find((cell) => cell.field === 'allergy');
    expect(allergy?.ticks.map((tick) => tick.value)).to.deep.equal(['present', 'none', 'unknown']);
  });
});
