import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { parse } from 'csv-parse/sync';
import type pg from 'pg';
import { dialledAssociations } from '../../directory/actions.ts';
import { readDate } from '../../lib/eras.ts';
import { formatNational } from '../../lib/phone.ts';
import { readExampleRecords } from '../../patients/example.ts';
import { readExampleNight } from './example.ts';

export interface NoticeLine {
  ja: string;
  en: string;
}

interface Cast {
  card: string;
  birthDate: string;
  hospital: Record<string, string>;
  doctor: { name: string; code: string; pin: string };
  inboundFax: string;
}

/** Whom the notices speak of, read from the example's own files, so that they are always true; null beside another association. */
async function castOf(db: pg.Pool, folder: string): Promise<Cast | null> {
  const rows = async (file: string): Promise<Record<string, string>[]> =>
    parse(await readFile(path.join(folder, file), 'utf8'), { columns: true, bom: true });
  const [association] = await rows('association.csv');
  const codes = await dialledAssociations(db);
  // Another association's cards are no business of a page.
  if (!association || !codes.includes(association.コード ?? '')) return null;
  const patient = (await rows('patients.csv'))[0];
  const hospital = (await rows('hospitals.csv'))[0];
  const doctor = (await rows('doctors.csv')).find((row) => row.登録医コード === patient?.主治医);
  if (!patient || !hospital || !doctor) return null;
  const night = await readExampleNight(folder);
  const record = (await readExampleRecords(folder)).find(({ code }) => code === patient.患者コード);
  const code = doctor.登録医コード ?? '';
  return {
    ...{ card: patient.患者登録番号 ?? '', birthDate: birthOf(record?.registration), hospital },
    doctor: { name: doctor.氏名?.replaceAll('\u3000', '') ?? '', code, pin: night.pins[code] ?? '' },
    inboundFax: formatNational(night.inboundFax),
  };
}

const birthOf = (registration: unknown): string => {
  const { birth } = (registration ?? {}) as { birth?: unknown };
  const read = typeof birth === 'string' ? readDate(birth) : null;
  return read?.status === 'read' ? read.date.replaceAll('-', '') : '';
};

/** What a visitor of the exchange's page may try with the example ward. Empty when the database holds another association. */
export async function exampleNotice(db: pg.Pool, folder: string): Promise<NoticeLine[]> {
  const cast = await castOf(db, folder);
  if (!cast) return [];
  const { card, hospital, doctor, birthDate } = cast;
  return [
    {
      ja: `急変の電話: 「訪問看護師 中村」からかけて 1、カード ${card}。主治医の${doctor.name}医師の電話が鳴るので、出て 1 を押す。`,
      en: `An urgent call: dial as the nurse 中村, press 1, then card ${card}. Dr ${doctor.name}'s phones ring: answer one and press 1.`,
    },
    {
      ja: '医師の会話中の操作: ＊ のあと 1 で病床さがし（登録病院の電話が鳴る。出て 1）、2 で通話に戻る、3 で終わる。',
      en: 'The doctor in the conversation: * then 1 looks for a bed (the hospital rings: answer, 1), 2 goes back, 3 finishes.',
    },
    {
      ja: `記録の取り寄せ: ${doctor.name}医師の電話から 2、${doctor.code}、${doctor.pin}#、カード、${birthDate}、1、1、1。ファクスの受信箱に届く。`,
      en: `A record: from Dr ${doctor.name}'s phone 2, ${doctor.code}, ${doctor.pin}#, the card, ${birthDate}, 1, 1: see the clinic's tray.`,
    },
    {
      ja: 'カードがないとき: 1、0#、地区の番号（1 藤棚 …）。担当者と話すとき: 0。折り返しがよいとき: 待ちながら ＊、1。',
      en: 'Without a card: 1, 0#, the key of the area. A person: 0. Rather be called back: * while waiting, then 1.',
    },
    {
      ja: `病院の病床連絡: 3、病院コード ${hospital.病院コード}#、暗証番号 ${hospital.暗証番号}#、種類、数#、1〜3、読み上げを聞いて 1。`,
      en: `A hospital tells its beds: 3, code ${hospital.病院コード}#, PIN ${hospital.暗証番号}#, kind, count #, 1-3, and 1 after the read-back.`,
    },
  ];
}

/** The same for the page of the fax house. */
export async function faxNotice(db: pg.Pool, folder: string): Promise<NoticeLine[]> {
  const cast = await castOf(db, folder);
  if (!cast) return [];
  const { card, doctor, birthDate, inboundFax } = cast;
  return [
    {
      ja: `記録を受け取る: 電話で 2、${doctor.code}、${doctor.pin}#、カード ${card}、${birthDate}、1、1。${doctor.name}医師の診療所に届く。`,
      en: `Get a record: by telephone 2, ${doctor.code}, ${doctor.pin}#, card ${card}, ${birthDate}, 1, 1: it comes out at Dr ${doctor.name}'s clinic.`,
    },
    {
      ja: `医師会に送る: 機械を選び、${inboundFax} にページを落とす。`,
      en: `Send to the association: choose a machine and drop a page for ${inboundFax}.`,
    },
  ];
}
