/**
 * The second story: a clinic enrols a patient by fax, the hub types it and prints a card; at night another doctor gets the record by
 * telephone, and a third with nothing but a copy of the card. Every page is saved as a picture.
 */
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type pg from 'pg';
import { encodePng } from '../../imaging/png.ts';
import { encodeTiff } from '../../imaging/tiff.ts';
import { readExampleNight } from '../town/example.ts';
import type { FaxTown, Tray } from './fax-machine.ts';
import { fillInForm, type Handwriting } from './handwriting.ts';
import { type Enrolled, HubDesk, type Typed } from './hub-desk.ts';
import { lineFrom, type Wires } from './line.ts';
import { doctorWithFax, type FaxDoctor, ourFaxNumber } from './records.ts';
import type { Finding } from './verdict.ts';

export interface RecordStage extends Wires {
  db: pg.Pool;
  faxes: FaxTown;
  /** Of the system: where its data folder and with it the hub's keys are. */
  env: NodeJS.ProcessEnv;
  say(line: string): void;
  /** Where pictures go; what was there is replaced. */
  folder: string;
}

interface Patient extends Handwriting {
  typed: Typed;
}

const root = path.resolve(import.meta.dirname, '../../..');
const exampleFolder = path.join(root, 'config/examples/nishi');
/** Member codes of the example: who enrols, who rings at night, who only has a fax machine and the card. */
const codes = { attending: '100552', ringing: '237041', copying: '815602' } as const;
const birthKeyed = '19400301';
const formSeconds = 60;
/** A card is handed out of a stock that a worker makes; the first is ready about a minute after the very first start. */
const cardSeconds = 150;
const pageSeconds = 90;

/** @throws when something that has to happen does not, naming it. */
export async function playRecords(stage: RecordStage): Promise<Finding[]> {
  const { db, faxes, folder, say, signal } = stage;
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  const patient = JSON.parse(await readFile(path.join(root, 'config/demo/patient.json'), 'utf8')) as Patient;
  const [attending, ringing, copying, ours] = await Promise.all([
    doctorWithFax(db, codes.attending),
    doctorWithFax(db, codes.ringing),
    doctorWithFax(db, codes.copying),
    ourFaxNumber(db),
  ]);
  for (const { fax } of [attending, ringing, copying]) await faxes.hurry(fax);

  const desk = await HubDesk.open(stage.env, db);
  const enrolled = await enrol(stage, desk, patient, attending, ours);
  const card = await desk.printCard(enrolled.patientId);
  await writeFile(path.join(folder, '2-card.pdf'), card.pdf);
  await save(stage, '2-card.png', await encodePng(card.sheet), 'カード（裏表）', 'the card, front and back');

  const before = await noticesBefore(faxes, attending);
  const byPhone = await askByPhone(stage, ringing, enrolled);
  await savePages(stage, '3-record-by-phone', byPhone, '電話で取り出した記録', 'the record asked for by telephone');
  say(`${copying.name}の診療所がカードのコピーをファックスする — another clinic faxes a copy of the card`);
  const trayBefore = (await faxes.tray(copying.fax)).length;
  await faxes.send(copying.fax, ours, await encodeTiff([card.sheet]));
  const byCopy = await faxes.next(copying.fax, trayBefore, pageSeconds, signal);
  await savePages(
    stage,
    '4-record-by-card-copy',
    byCopy,
    'カードのコピーで届いた仮名票',
    'the pseudonymous page for the copy',
  );
  const notice = await faxes.next(attending.fax, before, pageSeconds, signal);
  await savePages(stage, '5-notice', notice, '主治医への開示のお知らせ', 'the attending doctor is told');
  return findings(stage, enrolled);
}

async function enrol(
  stage: RecordStage,
  desk: HubDesk,
  patient: Patient,
  attending: FaxDoctor,
  ours: string,
): Promise<Enrolled> {
  const { faxes, say, signal } = stage;
  const code = { kind: 'enrolment', version: 1, serial: '1', subject: codes.attending } as const;
  const form = await fillInForm(code, patient);
  await save(stage, '1-enrolment-form.png', await encodePng(form), '連携登録票', 'the enrolment form');
  say(`${attending.name}の診療所が連携登録票をファックスする — a clinic faxes the enrolment form`);
  await faxes.send(attending.fax, ours, await encodeTiff([form]));
  const enrolled = await desk.enrol(patient.typed, formSeconds + cardSeconds, signal);
  say(
    `拠点の事務が登録した（印の${enrolled.fromTicks}項目は機械が読み、残りを打った）。カードを発行 — the hub's clerk has typed it: ` +
      `${enrolled.fromTicks} fields came from the ticks; a card is issued`,
  );
  await desk.readSecond(enrolled.patientId);
  say(
    '別の職員が氏名・生年月日・アレルギーなどを読み合わせた — somebody else has read the critical fields a second time',
  );
  return enrolled;
}

async function askByPhone(stage: RecordStage, doctor: FaxDoctor, { cardNumber }: Enrolled): Promise<Tray> {
  const { pins } = await readExampleNight(exampleFolder);
  const before = (await stage.faxes.tray(doctor.fax)).length;
  stage.say(`夜、${doctor.name}が電話で記録を求める — at night another doctor rings for the record`);
  const line = await lineFrom(stage, doctor.phone);
  await line.keys(/119番/, '2', 3);
  await line.keys(/登録医コード/, codes.ringing);
  await line.keys(/暗証番号/, `${pins[codes.ringing] ?? ''}#`);
  await line.keys(/12けたの番号/, cardNumber);
  await line.keys(/生年月日/, birthKeyed);
  await line.keys(/理由/, '1');
  await line.keys(/送り先/, '1');
  await line.hears(/記録をお送りします/);
  const heard = Date.now();
  await line.hangUp();
  const tray = await stage.faxes.next(doctor.fax, before, pageSeconds, stage.signal);
  const seconds = Math.round((Date.now() - heard) / 1000);
  stage.say(
    `${seconds}秒後、登録のファックスに届いた — ${seconds} s later it lies in the tray of the registered machine`,
  );
  return tray;
}

const noticesBefore = async (faxes: FaxTown, { fax }: FaxDoctor): Promise<number> => (await faxes.tray(fax)).length;

async function savePages(stage: RecordStage, name: string, { pages }: Tray, ja: string, en: string): Promise<void> {
  for (const [index, page] of pages.entries())
    await save(stage, `${name}${pages.length > 1 ? `-${index + 1}` : ''}.png`, page, ja, en);
}

async function save(
  { folder, say }: RecordStage,
  name: string,
  picture: Uint8Array,
  ja: string,
  en: string,
): Promise<void> {
  const file = path.join(folder, name);
  await writeFile(file, picture);
  say(`  ${file}: ${ja} — ${en}`);
}

/** Judged by the database: what was written down, and when. */
async function findings({ db }: RecordStage, { patientId }: Enrolled): Promise<Finding[]> {
  const found = await db.query<{ form: string; relation: string; before: boolean }>(
    `select disclosure.form, relation, coalesce(bool_and(disclosed_at < fax.attempted_at), false) as before
    from disclosure
    left join release_page on release_page.disclosure_id = disclosure.id and release_page.kind = 'record'
    left join fax on fax.id = release_page.fax_id
    where patient_id = $1
    group by disclosure.id
    order by disclosed_at`,
    [patientId],
  );
  const forms = found.rows.map(({ form }) => form);
  const notices = await db.query(
    'select from attending_notice join disclosure on id = disclosure_id where patient_id = $1',
    [patientId],
  );
  return [
    {
      isGood: forms.join() === 'full,pseudonymous',
      ...{ ja: '電話では全文、カードのコピーでは仮名票', en: 'full page by telephone, pseudonymous page for the copy' },
    },
    {
      isGood: found.rows.length > 0 && found.rows.every(({ before }) => before),
      ...{
        ja: 'どの開示も、ファックスより先に記録された',
        en: 'each disclosure was written down before its page left',
      },
    },
    {
      isGood: notices.rowCount === found.rows.length,
      ...{ ja: '主治医への知らせも同じ数', en: 'the attending doctor is told of each' },
    },
  ];
}
