/** Text that people type, key, import or post: numbers, dates, names, lists, drafts, and every shape of the console. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import ICAL from 'ical.js';
import { routes } from '../../../src/console/routes.ts';
import { splitAddress } from '../../../src/lib/address.ts';
import * as digits from '../../../src/lib/check-digits.ts';
import { formatEra, readDate } from '../../../src/lib/eras.ts';
import * as identifiers from '../../../src/lib/identifiers.ts';
import { kanaKey, looseKanaKey, toKatakana } from '../../../src/lib/kana.ts';
import { formatNational, parsePhone } from '../../../src/lib/phone.ts';
import { fileNames } from '../../../src/lists/columns.ts';
import { faxDestinationOf } from '../../../src/lists/fax-destinations.ts';
import * as lists from '../../../src/lists/lists.ts';
import { type Findings, newFindings, type Row, readTable } from '../../../src/lists/table.ts';
import { parseCardCode, parseFormCode } from '../../../src/paper/codes.ts';
import { examine } from '../../../src/patients/findings.ts';
import { calendarText } from '../../../src/roster/ics.ts';
import * as notation from '../../../src/roster/notation.ts';
import { minimumDraft } from '../../support/drafts.ts';
import type { Target } from '../engine.ts';
import { law } from '../law.ts';

const texts =
  (...given: string[]) =>
  async (): Promise<Buffer[]> =>
    given.map((text) => Buffer.from(text));
const example = path.resolve(import.meta.dirname, '../../../config/examples/nishi');
const at = new Date('2026-11-22T03:00:00Z');

function readNumbers(input: Buffer): void {
  const text = input.toString('utf8');
  law(
    !digits.isCardNumber(text) || (/^[5-8]\d{11}$/.test(text) && !digits.isMyNumber(text)),
    'a card number that is none',
  );
  law(!digits.isMemberCode(text) || /^\d{6}$/.test(text), 'a member code that is none');
  law(!digits.holdsMyNumber(identifiers.maskMyNumber(text)), 'a My Number is left after masking');
  digits.passesMod97(text);
  for (const read of [identifiers.readInstitutionCode, identifiers.readInsurerNumber, identifiers.readPublicPayer])
    read(text);
  const card = parseCardCode(text);
  law(card === null || digits.isCardNumber(card), 'a code of no card');
  parseFormCode(text);
  const phone = parsePhone(text);
  if ('e164' in phone) {
    law(/^\+81\d{9,10}$/.test(phone.e164), 'a foreign telephone');
    const again = parsePhone(formatNational(phone.e164));
    law('e164' in again && again.e164 === phone.e164, 'a telephone that is not read back');
  }
}

function readWords(input: Buffer): void {
  const text = input.toString('utf8');
  const date = readDate(text);
  if (date.status === 'read') {
    law(/^\d{4}-\d\d-\d\d$/.test(date.date), 'a date of another shape');
    const again = readDate(formatEra(date.date));
    law(again.status === 'read' && again.date === date.date, `an era that is not read back: ${date.date}`);
  }
  const kana = toKatakana(text);
  law(kana === null || toKatakana(kana) === kana, 'kana that change when read twice');
  law(kanaKey(kanaKey(text)) === kanaKey(text), 'a key of kana that changes');
  looseKanaKey(text);
  splitAddress(text);
  const time = notation.parseTime(text);
  law(time === null || notation.parseTime(notation.formatTime(time)) === time, 'a time that is not read back');
  for (const read of [notation.parseBand, notation.parseDays, notation.parseDate]) read(text);
}

const rowReaders: readonly ((row: Row, findings: Findings) => unknown)[] = [
  ...[
    lists.associationOf,
    lists.areaOf,
    lists.facilityOf,
    lists.doctorOf,
    lists.hospitalOf,
    lists.bedTypeOf,
    lists.standbyOf,
  ],
  ...[lists.patientOf, (row: Row, findings: Findings) => lists.ruleOf(row, 'doctor', findings), faxDestinationOf],
];

/** The first byte says which list it is. */
function readList(input: Buffer): void {
  const file = fileNames[(input[0] ?? 0) % fileNames.length]!;
  const findings = newFindings();
  for (const row of (readTable(file, input.subarray(1), findings) ?? []).slice(0, 50))
    for (const read of rowReaders) read(row, findings);
}

const json = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
};

function readDraft(input: Buffer): void {
  const given = json(input.toString('utf8')) as { registration?: never; record?: never };
  if (typeof given !== 'object' || given === null) return;
  examine({ registration: given.registration ?? {}, record: given.record ?? {} } as never, at);
}

function readBody(input: Buffer): void {
  const given = json(input.toString('utf8'));
  for (const route of Object.values(routes))
    for (const shape of [route.params, route.query, route.body]) shape?.safeParse(given);
}

/** No name breaks a calendar: its lines are short, and what was written is read again. */
function writeCalendar(input: Buffer): void {
  const name = input.toString('utf8').replaceAll('\0', '');
  const duty = { areaId: 'ar_x', area: name, date: '2026-12-20', from: 1080, to: 1980, position: 1, doctor: name };
  const text = calendarText(name, [duty], at);
  // RFC 5545 advises 75 bytes; ical.js does not count the space that it begins a folded line with.
  law(
    text.split('\r\n').every((line) => Buffer.byteLength(line) <= 76),
    'a line that is too long',
  );
  const events = new ICAL.Component(ICAL.parse(text)).getAllSubcomponents('vevent');
  law(events.length === 1, `${events.length} events, not one`);
}

export const wordTargets: readonly Target[] = [
  {
    name: 'numbers',
    seeds: texts(
      '543274497068',
      '5432-7449-7068',
      '100552',
      '123456789018',
      '090-0000-0101',
      '+81450000101',
      'K1543274497068',
      'F1E1:1:100552',
      '1410112345',
    ),
    most: 300,
    run: readNumbers,
  },
  {
    name: 'words',
    seeds: texts(
      '昭和15年3月1日',
      'S15.3.1',
      '令和元年5月1日',
      '1940-03-01',
      'ﾀｶｻｷ ｶｵﾙ',
      '神奈川県横浜市西区藤棚町1-2',
      '18:00-33:00',
      '月火水 祝',
      '22:30',
    ),
    words: ['昭和', '明治', '元年', '年', '月', '日', 'ﾞ', 'ー', '翌', '〜', '-', ':', '祝'],
    most: 300,
    run: readWords,
  },
  {
    name: 'lists',
    seeds: async () =>
      fileNames.flatMap((file, index) => {
        try {
          return [Buffer.concat([Buffer.from([index]), readFileSync(path.join(example, file)).subarray(0, 1500)])];
        } catch {
          return []; // an optional list that the example has not
        }
      }),
    words: ['"', ',', '\n', '；', '○', '患者登録番号', '\ufeff', '18:00', '携帯'],
    run: readList,
  },
  {
    name: 'drafts',
    seeds: texts(JSON.stringify(minimumDraft())),
    words: ['null', '[]', '{}', '"state":"none"', '"items":[', 'true', '1e400', '"__proto__":{}'],
    most: 8000,
    run: readDraft,
  },
  {
    name: 'bodies',
    seeds: texts(
      JSON.stringify({
        kind: 'doctor',
        text: 'x',
        areaId: null,
        date: 'R8.12.1',
        from: 1080,
        to: 1980,
        patterns: [],
        draft: minimumDraft(),
      }),
    ),
    words: ['null', '[]', '{}', '"date":"', '"from":-1', '1e400', '"target":{"number":"'],
    most: 4000,
    run: readBody,
  },
  { name: 'calendars', seeds: texts('藤棚', '🕊️'.repeat(40), 'a;b,c\\n:"'), most: 400, run: writeCalendar },
];
