/** 封印: the head of the log at the end of a day, on paper. Paper is the outside witness: `npm run audit:verify -- --witness …`. Pure. */
import { formatEra } from '../lib/eras.ts';
import { formatLocal, type LocalDate } from '../lib/japan-time.ts';
import { formatNational } from '../lib/phone.ts';
import { type QrSymbol, qrSymbol } from './qr.ts';
import { type Field, field } from './rows.ts';
import { grouped } from './statement-view.ts';
import type { BothWords } from './words.ts';

export interface DailySeal {
  associationName: string;
  associationCode: string;
  hubPhone: string;
  /** The day whose last seal it is. */
  date: LocalDate;
  treeSize: number;
  /** Hexadecimal, as is the key's name. */
  root: string;
  keyId: string;
  sealedAt: Date;
  printedAt: Date;
}

export interface SealView {
  title: string;
  english: string;
  fields: Field[];
  root: { label: string; lines: string[] };
  qr: QrSymbol;
  paragraphs: { ja: string; en: string }[];
  signatures: string[];
  footer: string[];
}

export function sealView(seal: DailySeal, { ja, en }: BothWords): SealView {
  const said = (key: string, values = {}) => ja.say(`seal.${key}`, values);
  const { associationCode, treeSize, root } = seal;
  const witness = `${associationCode}:${treeSize}:${root}`;
  const parts = grouped(root).split(' ');
  return {
    title: said('title'),
    english: en.say('seal.title'),
    fields: [
      field(said('association'), `${seal.associationName}（${associationCode}）`),
      field(said('day'), `${formatEra(seal.date)}（${seal.date}）`),
      field(said('size'), said('entries', { count: treeSize })),
      field(said('sealed_at'), formatLocal(seal.sealedAt)),
      field(said('key'), grouped(seal.keyId)),
      field(said('printed_at'), formatLocal(seal.printedAt)),
    ],
    root: { label: said('root'), lines: [parts.slice(0, 4).join('  '), parts.slice(4).join('  ')] },
    qr: qrSymbol(`KMS1 ${witness}`, 'M'),
    paragraphs: [
      { ja: said('keep'), en: en.say('seal.keep') },
      { ja: said('check'), en: en.say('seal.check') },
    ],
    signatures: [said('printed_by'), said('filed_by')],
    footer: [ja.say('letter.hub', { name: seal.associationName, phone: formatNational(seal.hubPhone) })],
  };
}
