/** The words at the head of a sealed page: what it is, how it is opened, whom to ring. Nothing of the patient. */
import { fileURLToPath } from 'node:url';
import type { PageMaker } from '../pages/maker.ts';
import { qrSymbol } from '../pages/qr.ts';
import { type BothWords, loadWords } from '../pages/words.ts';
import type { SealedPageOptions } from './page.ts';

/** The same catalogue as the offline page's. */
export const wordsFolder: string = fileURLToPath(new URL('../../config/unseal/', import.meta.url));

export interface Sender {
  association: string;
  /** As printed: where a doctor gets help, and where a page that went astray is reported. */
  phone: string;
  /** Where the offline page is, without the patient's or the page's anything. */
  unsealUrl: string;
}

/** Renders the head of a page by the template `sealed`. @returns what `SealedPageOptions.header` wants. */
export function sealedHeader(
  maker: PageMaker,
  sender: Sender,
  words: BothWords = loadWords(wordsFolder),
): SealedPageOptions['header'] {
  return async ({ pageNumber, symbols }, resolution) => {
    const places = { ...sender, number: pageNumber, symbols, url: sender.unsealUrl };
    const said = (key: string) => ({
      ja: words.ja.say(`paper.${key}`, places),
      en: words.en.say(`paper.${key}`, places),
    });
    const data = {
      title: said('title'),
      number: said('number'),
      steps: ['step_open', 'step_photograph', 'step_type'].map(said),
      help: said('help'),
      qr: qrSymbol(sender.unsealUrl, 'M'),
    };
    const [page, ...more] = await maker.faxPages('sealed', data, resolution);
    if (!page || more.length > 0) throw new Error('the head of a sealed page does not fit on one page');
    return page;
  };
}
