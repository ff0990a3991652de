import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { parse } from 'csv-parse/sync';
import type pg from 'pg';
import { dialledAssociations } from '../../directory/actions.ts';

export interface NoticeLine {
  ja: string;
  en: string;
}

/**
 * What a visitor of the exchange's page may try with the example ward: read from the example's own lists, so that it is
 * always true. Empty when the database holds another association: its cards are no business of a page.
 */
export async function exampleNotice(db: pg.Pool, folder: string): Promise<NoticeLine[]> {
  const rows = async (file: string): Promise<Record<string, string>[]> =>
    parse(await readFile(path.join(folder, file), 'utf8'), { columns: true, bom: true });
  const [association] = await rows('association.csv');
  const codes = await dialledAssociations(db);
  if (!association || !codes.includes(association.コード ?? '')) return [];
  const patient = (await rows('patients.csv'))[0];
  const hospital = (await rows('hospitals.csv'))[0];
  const doctor = (await rows('doctors.csv')).find((row) => row.登録医コード === patient?.主治医);
  if (!patient || !hospital || !doctor) return [];
  const card = patient.患者登録番号 ?? '';
  const name = doctor.氏名?.replaceAll('\u3000', '') ?? '';
  return [
    {
      ja: `急変の電話: 「訪問看護師 中村」からかけて 1、カード ${card}。主治医の${name}医師の電話が鳴るので、出て 1 を押す。`,
      en: `An urgent call: dial as the nurse 中村, press 1, then card ${card}. Dr ${name}'s phones ring: answer one and press 1.`,
    },
    {
      ja: '医師の会話中の操作: ＊ のあと 1 で病床さがし（登録病院の電話が鳴る。出て 1）、2 で通話に戻る、3 で終わる。',
      en: 'The doctor in the conversation: * then 1 looks for a bed (the hospital rings: answer, 1), 2 goes back, 3 finishes.',
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
