/**
 * Makes pages: a Typst template of config/pages and its data become one set document, the only source of what is printed (as
 * PDF) and of what is faxed (in pixels). One compiler lives as long as the process (a fresh one costs 60 ms a page, a warm one 5).
 */
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { NodeCompiler, type NodeTypstDocument } from '@myriaddreamin/typst-ts-node-compiler';
import type { BilevelPage } from '../imaging/bilevel.ts';
import { createPageDrawer, type PageDrawer } from './draw.ts';
import { type Coverage, fontFiles, loadCoverage, MissingGlyphError } from './glyphs.ts';
import { type Resolution, rasterise } from './raster.ts';
import { stubFonts } from './stub-fonts.ts';

export interface PageMaker {
  /**
   * @param template a file of the templates' folder without its ending: 'record', 'card' …
   * @param data what the template reads as `/data.json`; strings are printed as they are, never as Typst code. With
   *   `sheets: 1` it is set for one sheet first, and when that was not enough once more with `sheets: null`.
   * @returns PDF/A-2b, A4.
   * @throws MissingGlyphError when a character of the data or of the template's own words has no glyph in our fonts;
   *   PageError when there is no such template or it cannot be set with this data.
   */
  pdf(template: string, data: object): Promise<Uint8Array>;
  /** The same as a fax line carries it, drawn from the outlines where that can be done (draw.ts), or else from the PDF. */
  faxPages(template: string, data: object, resolution: Resolution): Promise<BilevelPage[]>;
  /** What our fonts can show, so that a form can refuse a name before it is kept. */
  readonly coverage: Coverage;
  close(): void;
}

/** A page that could not be made. The message names the template and what Typst said, with all quoted text taken out. */
export class PageError extends Error {
  override name = 'PageError';
}

export const templatesFolder: string = fileURLToPath(new URL('../../config/pages/', import.meta.url));

/** Results that no page of the last ten used are forgotten, or the compiler's memory would grow with every patient. */
const pagesToRemember = 10;

interface FaxMaker {
  compiler: NodeCompiler;
  drawer: PageDrawer;
}

/** Opens the compiler and reads the fonts: about 0.2 s, once; and as long again with the first page that is faxed. */
export function openPageMaker(folder: string = templatesFolder): PageMaker {
  const fontPaths = [
    ...new Set(
      fontFiles()
        .flat()
        .map((file) => path.dirname(file)),
    ),
  ];
  let printer: NodeCompiler | null = NodeCompiler.create({ workspace: folder, fontArgs: [{ fontPaths }] });
  let faxer: FaxMaker | null = null;
  const coverage = loadCoverage();

  function make<T>(
    compiler: NodeCompiler,
    template: string,
    data: object,
    finish: (document: NodeTypstDocument) => T,
  ): T {
    const mainFilePath = path.join(folder, `${template}.typ`);
    if (!/^[a-z][a-z-]*$/.test(template) || !existsSync(mainFilePath)) throw new PageError(`no template ${template}`);
    const missing = coverage.missingIn(textOf(data));
    if (missing.length > 0) throw new MissingGlyphError(missing);
    const dataPath = path.join(folder, 'data.json');
    try {
      compiler.mapShadow(dataPath, Buffer.from(JSON.stringify(data)));
      const document = compile(compiler, mainFilePath, template);
      if (!isForOneSheet(data) || document.numOfPages === 1) return finish(document);
      compiler.mapShadow(dataPath, Buffer.from(JSON.stringify({ ...data, sheets: null })));
      return finish(compile(compiler, mainFilePath, template));
    } finally {
      compiler.unmapShadow(dataPath); // the next template must never see this patient's data
      compiler.evictCache(pagesToRemember);
    }
  }
  async function pdf(template: string, data: object): Promise<Uint8Array> {
    if (!printer) throw new PageError('the page maker is closed');
    const compiler = printer;
    return make(compiler, template, data, (document) => exportPdf(compiler, document, template));
  }
  return {
    coverage,
    pdf,
    faxPages: async (template, data, resolution) => {
      if (!printer) throw new PageError('the page maker is closed');
      faxer ??= openFaxMaker(folder);
      const { compiler, drawer } = faxer;
      const drawn = make(compiler, template, data, (document) => drawer.draw(compiler.plainSvg(document), resolution));
      return drawn ?? rasterise(await pdf(template, data), resolution); // which also names a glyph that is missing
    },
    close: () => {
      printer = null;
      faxer = null;
    },
  };
}

function openFaxMaker(workspace: string): FaxMaker {
  const { files, glyphOf } = stubFonts(fontFiles().flatMap((weights) => weights.map((file) => readFileSync(file))));
  const compiler = NodeCompiler.create({ workspace, fontArgs: [{ fontBlobs: files }] });
  return { compiler, drawer: createPageDrawer(glyphOf) };
}

/** Opens the page maker when the first page is wanted, so that a process that takes calls is there sooner. */
export function openPageMakerLater(open: () => PageMaker = openPageMaker): PageMaker {
  let opened: PageMaker | null = null;
  let isClosed = false;
  const maker = (): PageMaker => {
    if (isClosed) throw new PageError('the page maker is closed');
    opened ??= open();
    return opened;
  };
  return {
    get coverage() {
      return maker().coverage;
    },
    pdf: async (template, data) => maker().pdf(template, data),
    faxPages: async (template, data, resolution) => maker().faxPages(template, data, resolution),
    close: () => {
      isClosed = true;
      opened?.close();
    },
  };
}

const isForOneSheet = (data: object): boolean => 'sheets' in data && data.sheets === 1;

/** All strings that the data holds; keys are never printed. */
function textOf(data: unknown): string {
  if (typeof data === 'string') return data;
  if (typeof data !== 'object' || data === null) return '';
  return Object.values(data).map(textOf).join('\n');
}

function compile(compiler: NodeCompiler, mainFilePath: string, template: string): NodeTypstDocument {
  const outcome = compiler.compile({ mainFilePath });
  const document = outcome.result;
  if (document) return document;
  const said = outcome.takeError();
  const messages = said ? compiler.fetchDiagnostics(said).map((one: { message?: string }) => one.message ?? '') : [];
  throw new PageError(`template ${template} could not be set: ${messages.map(withoutQuotes).join('; ')}`);
}

/**
 * As PDF/A-2b, for two reasons: a page may be kept for years, and that standard forbids .notdef, so that a glyph which
 * is missing in the template's own words is found here even though it was in no data.
 */
function exportPdf(compiler: NodeCompiler, document: NodeTypstDocument, template: string): Uint8Array {
  try {
    return compiler.pdf(document, { pdfStandard: 'a-2b', pdfTags: false });
  } catch (error) {
    const said = error instanceof Error ? error.message : String(error);
    const unshown = [...said.matchAll(/the text `\\?"(.*?)\\?"` could not be displayed/gs)].map(([, text]) => text!);
    if (unshown.length > 0) {
      const points = new Set(unshown.flatMap((text) => Array.from(text, (one) => one.codePointAt(0)!)));
      throw new MissingGlyphError([...points].map((point) => ({ codePoints: [point] })));
    }
    throw new PageError(`template ${template} could not be written as PDF: ${withoutQuotes(said)}`);
  }
}

/** Typst quotes the offending text, which may be a patient's: it stays out of messages and logs. */
const withoutQuotes = (message: string): string => message.replace(/`[^`]*`|"(?:[^"\\]|\\.)*"/gs, '…');
