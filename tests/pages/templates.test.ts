import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { expect } from 'chai';
import { prepareZXingModule, readBarcodes } from 'zxing-wasm/reader';
import { type BilevelPage, isBlack, rowBytes } from '../../src/imaging/bilevel.ts';
import { greyOf } from '../../src/imaging/grey.ts';
import { cardSheetView } from '../../src/pages/card-view.ts';
import { recordFax } from '../../src/pages/fax.ts';
import { coverLetter, destinationTestLetter, disclosureLetter, refusalLetter } from '../../src/pages/letters.ts';
import { openPageMaker, type PageMaker } from '../../src/pages/maker.ts';
import { morningView } from '../../src/pages/morning-view.ts';
import { rasterise } from '../../src/pages/raster.ts';
import { type RecordContext, recordView } from '../../src/pages/record-view.ts';
import { rosterView } from '../../src/pages/roster-view.ts';
import { loadWords } from '../../src/pages/words.ts';
import { PureCase } from '../support/pure-case.ts';
import { strayInk } from '../support/same-ink.ts';
import { sampleContent, sampleContext } from './sample.ts';

const words = loadWords();
const at = new Date('2026-01-04T18:12:00Z');
const hub = { associationName: '架空医師会', hubPhone: '+81450000000', at };
const to = { name: '藤棚クリニック 波多野 恵', faxLastFour: '0202' };
const card = {
  ...{ cardNumber: '512345678953', nameKana: 'カモメノ ナギサ', issuedOn: '2026-01-05', issue: 1 },
  attending: { doctor: '潮見 一郎', facility: '潮見医院', phone: '+81450000201' },
};
const issuer = { associationName: '', gatewayPhone: '+81450000001', gatewayFax: null, lostPhone: '+81450000000' };

describe('every template of ours', () => {
  let maker: PageMaker;
  before(async () => {
    maker = openPageMaker();
    const file = createRequire(import.meta.url).resolve('zxing-wasm/reader/zxing_reader.wasm');
    const wasm = readFileSync(file);
    const wasmBinary = wasm.buffer.slice(wasm.byteOffset, wasm.byteOffset + wasm.length) as ArrayBuffer;
    await prepareZXingModule({ overrides: { wasmBinary }, fireImmediately: true });
  });
  after(() => maker.close());

  /** As faxed; and it is held against what the PDF shows, for both come from one document. */
  const faxed = async (template: string, view: object): Promise<BilevelPage[]> => {
    const pages = await maker.faxPages(template, view, 'fine');
    const printed = await rasterise(await maker.pdf(template, view), 'fine');
    expect(pages).to.have.length(printed.length);
    pages.forEach((page, index) => {
      expect(strayInk(page, printed[index]!), `sheet ${index + 1}`).to.be.below(0.002);
    });
    return pages;
  };
  const record = (changes: Partial<RecordContext> = {}, content = sampleContent()) =>
    faxed('record', recordView(content, sampleContext(changes), words));

  const views: [string, string, () => object, number][] = [
    ['cover strip', 'letter', () => coverLetter({ to, pages: 2, reference: 'fx_1', isResend: true }, hub, words), 1],
    [
      'refusal',
      'letter',
      () => refusalLetter({ reason: 'locked', receivedAt: at, reference: 'fi_1', to, isAlarmed: true }, hub, words),
      1,
    ],
    [
      'destination test',
      'letter',
      () =>
        destinationTestLetter(
          { code: '4071', to, owner: 'hospital', reference: 'fd_1', validUntil: at, isYearly: true },
          { ...hub, gatewayPhone: '+81450000001' },
          words,
        ),
      1,
    ],
    [
      'notice of a disclosure',
      'letter',
      () =>
        disclosureLetter(
          {
            ...{ to, patientCode: 'N-1', disclosureId: 'ds_1', requester: '戸部医院 岬 亮', reason: 'visit' },
            ...{ form: 'full', isBreakGlass: true, disclosedAt: at },
          },
          hub,
          words,
        ),
      1,
    ],
    [
      'roster sheet',
      'roster',
      () =>
        rosterView(
          {
            ...{
              associationName: '架空医師会',
              hubPhone: '+81450000000',
              areaName: '藤棚',
              at,
            },
            bands: ['夜 18:00-33:00', '日祝 09:00-18:00'],
            days: Array.from({ length: 31 }, (_, day) => {
              return { date: `2026-01-${String(day + 1).padStart(2, '0')}`, names: [['潮見 一郎', '波多野 恵'], []] };
            }),
          },
          words,
        ),
      1,
    ],
    [
      'morning page',
      'morning',
      () =>
        morningView(
          new PureCase({ doctors: ['a', 'b'], hospitals: ['h'], standby: ['s'] }).waitUntil(300).log,
          { patientCode: 'N-1', ...hub, names: new Map() },
          words,
        ),
      1,
    ],
    ['five cards', 'card', () => cardSheetView(Array(5).fill(card), issuer, words), 2],
  ];
  for (const [name, template, view, pages] of views) {
    it(`sets the ${name} on ${pages} sheets, its ink within the paper's margins`, async () => {
      const made = await faxed(template, view());
      expect(made).to.have.length(pages);
      for (const page of made) expectMargins(page);
    });
  }

  for (const variant of ['visit', 'hospital', 'ambulance', 'pseudonymous'] as const) {
    for (const edition of ['fine', 'standard'] as const) {
      it(`sets the record for ${variant} in the ${edition} edition within the margins`, async () => {
        for (const page of await record({ variant, edition, isDraft: true, isAlarmed: true })) expectMargins(page);
      });
    }
  }

  it('keeps head and text apart on every sheet when a name is as long as a name may be', async () => {
    const long = { family: 'ア'.repeat(40), given: 'イ'.repeat(40) };
    const content = sampleContent({ registration: { nameKana: long } });
    const [short] = await record();
    const sheets = await record({}, content);
    expect(sheets.length).to.be.above(1);
    // The head grows by whole lines; between it and the first rule there is always a white line.
    for (const page of sheets) {
      expectMargins(page);
      const top = firstRule(page);
      expect(top).to.be.above(firstRule(short!));
      expect(inkInRow(page, top - 4), 'just above the rule').to.equal(0);
    }
  });

  it('takes as many sheets as a record needs', async () => {
    const name = '薬の名前がたいそう長いもの';
    const items = Array.from({ length: 60 }, (_, index) => ({
      ...{ name: `${name}${index}`, dose: '一回二錠', usage: '毎食後三十分', changedOn: '2025-12-01' },
      ...{ isNarcotic: true, isHandEntered: true, code: null },
    }));
    const sheets = await record({}, sampleContent({ record: { meds: { state: 'present', items } } }));
    expect(sheets.length).to.be.within(3, 4);
    for (const page of sheets) expectMargins(page);
  });

  it('prints a code on each record sheet that says retrieval id and MAC', async () => {
    const sheets = await record();
    for (const page of sheets)
      expect(await codesOn(page)).to.deep.equal(['KMR1 rq_5d2k7m9p3q8r1s6t4v0w2x5y7z 7GQ2-K9TD']);
  });

  it('prints a code on each card that says version and number only, read from the faxed sheet at both resolutions', async () => {
    const pdf = await maker.pdf('card', cardSheetView([card, card], issuer, words));
    for (const resolution of ['fine', 'standard'] as const) {
      const [page] = await rasterise(pdf, resolution);
      expect(await codesOn(page!), resolution).to.deep.equal(['K1512345678953', 'K1512345678953']);
    }
  });

  it('sends a record with an unshowable character as 〓 and tells which, rather than nothing', async () => {
    const content = sampleContent({ registration: { name: { family: '\u{2A6A5}', given: '渚' } } });
    const fax = await recordFax(maker, content, sampleContext(), words);
    expect(fax.unshown).to.deep.equal(['U+2A6A5']);
    expect(fax.pages).to.be.above(0);
    expect((await recordFax(maker, sampleContent(), sampleContext(), words)).unshown).to.deep.equal([]);
  });
});

/** No ink in the outer 6 mm: what runs off the paper or into a machine's edge is lost. */
function expectMargins(page: BilevelPage): void {
  const [x, y] = [Math.round((6 * page.xDpi) / 25.4), Math.round((6 * page.yDpi) / 25.4)];
  const rows = [...Array(y).keys()].flatMap((row) => [row, page.height - 1 - row]);
  expect(rows.filter((row) => inkInRow(page, row) > 0)).to.deep.equal([]);
  for (let row = 0; row < page.height; row += 1) {
    for (let column = 0; column < x; column += 1) {
      if (isBlack(page, column, row) || isBlack(page, page.width - 1 - column, row))
        throw new Error(`ink in the side margin of row ${row}`);
    }
  }
}

function inkInRow(page: BilevelPage, row: number): number {
  const perRow = rowBytes(page.width);
  return page.bits.subarray(row * perRow, (row + 1) * perRow).reduce((sum, byte) => sum + (byte === 0 ? 0 : 1), 0);
}

/** The first row that is black across nearly the whole page. */
function firstRule(page: BilevelPage): number {
  for (let row = 0; row < page.height; row += 1) if (inkInRow(page, row) > 180) return row;
  throw new Error('no rule on the page');
}

async function codesOn(page: BilevelPage): Promise<string[]> {
  const grey = greyOf(page);
  const scale = Math.round(page.xDpi / page.yDpi);
  const rgba = new Uint8ClampedArray(page.width * page.height * scale * 4);
  for (let y = 0; y < page.height * scale; y += 1) {
    for (let x = 0; x < page.width; x += 1) {
      const value = grey[Math.floor(y / scale) * page.width + x]!;
      rgba.set([value, value, value, 255], (y * page.width + x) * 4);
    }
  }
  const image = { data: rgba, width: page.width, height: page.height * scale, colorSpace: 'srgb' as const };
  const found = await readBarcodes(image, { formats: ['QRCode'], tryHarder: true, maxNumberOfSymbols: 8 });
  return found.filter(({ isValid }) => isValid).map(({ text }) => text);
}
