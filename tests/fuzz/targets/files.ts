/** Files that somebody brings or a machine leaves: duties, postal codes, the spool of a fax line, documents handed to the fax house. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { failureClasses } from '../../../src/fax/fax-line.ts';
import { readTowns } from '../../../src/postal-codes/postal-codes.ts';
import { parseJob, stateOf } from '../../../src/providers/hylafax/jobs.ts';
import { hylafaxLine } from '../../../src/providers/hylafax/line.ts';
import { japanCalendar } from '../../../src/roster/calendar.ts';
import { importLimits, readRosterFile } from '../../../src/roster/import-file.ts';
import { previewImport } from '../../../src/roster/import-preview.ts';
import { tiffDirectories } from '../../../src/simulators/faxhouse/tiff-directories.ts';
import type { Target } from '../engine.ts';
import { law } from '../law.ts';

const window = { from: '2026-12-01', until: '2027-11-30' };
const areas = [
  { id: 'ar_1', code: 'A1', name: '藤棚' },
  { id: 'ar_2', code: 'A2', name: '浅間台' },
];
const doctors = [
  { id: 'dr_1', code: '815602', name: '磯村 渚' },
  { id: 'dr_2', code: '815603', name: '磯村 渚子' },
];
const facts = {
  ...{ areas, doctors, window },
  rulesOf: new Map(),
  absences: [{ doctorId: 'dr_2', from: '2026-12-10', until: '2026-12-12' }],
};

/** Every line is a place within reach or is told why not; the same file says the same twice. */
function readDuties(input: Buffer): void {
  const read = readRosterFile(input, window);
  if ('fault' in read) return;
  law(read.lines.length > 0 && read.lines.length <= importLimits.lines, 'too many lines, or none');
  for (const line of read.lines)
    if (!('fault' in line)) {
      const { from, to } = line.band;
      law(/^\d{4}-\d\d-\d\d$/.test(line.date), 'a date of another shape');
      law(
        from >= 0 && to > from && to - from <= 1440 && line.position >= 1 && line.position <= 9,
        'a place that is none',
      );
    }
  const defaults = { areaId: 'ar_1', doctorId: null };
  const preview = previewImport(read.lines, facts, defaults, japanCalendar);
  law(preview.length === read.lines.length, 'a line that nobody judged');
  for (const { outcome, doctorId, place } of preview)
    law(
      outcome !== 'taken' || (doctorId !== null && place !== null && place.date >= window.from),
      'taken without a place',
    );
}

function readPostalCodes(input: Buffer): void {
  let towns: ReturnType<typeof readTowns>;
  try {
    towns = readTowns(input.toString('utf8'));
  } catch (error) {
    // Whoever brought the file is told which line; anything else is a fault of ours.
    if (!/^line \d+ is no line/.test((error as Error).message)) throw error;
    return;
  }
  for (const { postalCode, prefecture, city } of towns)
    law(/^\d{7}$/.test(postalCode) && prefecture !== '' && city !== '', 'a town of no place');
}

function readJob(input: Buffer): void {
  const [why, ...rest] = input.toString('latin1').split('\n');
  for (const reason of [null, why ?? '']) {
    const told = stateOf(parseJob(rest.join('\n')), reason);
    if (told.state === 'failed') law(failureClasses.includes(told.failure.class), 'a failure of no class');
    if ('pages' in told) law(told.pages === null || (told.pages >= 0 && told.pages <= 9999), 'pages that cannot be');
  }
}

let spool: { folder: string; line: ReturnType<typeof hylafaxLine> } | undefined;
const outside = Buffer.from('a file outside of the spool');

function openSpool(): NonNullable<typeof spool> {
  const folder = mkdtempSync(path.join(tmpdir(), 'kamome-fuzz-spool-'));
  for (const queue of ['sendq', 'doneq', 'recvq', 'kamome'])
    mkdirSync(path.join(folder, 'spool', queue), { recursive: true });
  for (const name of ['fax1.tif', 'spool/fax1.tif', 'spool/kamome/fax1.tif'])
    writeFileSync(path.join(folder, name), outside);
  const commands = { sendfax: 'kamome-has-none', faxrm: 'kamome-has-none' };
  return { folder, line: hylafaxLine({ spool: path.join(folder, 'spool'), host: 'localhost', commands }) };
}

/** An event of the hooks, and behind a zero the job it speaks of: whatever stands there, no other folder is read. */
async function readSpool(input: Buffer): Promise<void> {
  spool ??= openSpool();
  const [event = '', job = ''] = input.toString('latin1').split('\0');
  writeFileSync(path.join(spool.folder, 'spool/kamome/1-1.event'), event, 'latin1');
  writeFileSync(path.join(spool.folder, 'spool/doneq/q7'), job, 'latin1');
  const { poll } = spool.line;
  if (!poll) throw new Error('HylaFAX is asked, it does not ring');
  const { notices, done } = await poll();
  law(notices.length <= 1, 'news of one file that is told twice');
  for (const notice of notices) {
    if (notice.event.type === 'received') {
      const fetched = await spool.line.fetchMedia(notice.event.fax.media, { maxBytes: 1000, at: new Date(0) } as never);
      law(fetched.outcome !== 'fetched' || !Buffer.from(fetched.bytes).equals(outside), 'a file of another folder');
    }
    await done?.(notice);
  }
  law((await poll()).notices.length === 0, 'news that stays when it was taken');
}

const job = (more: string): string =>
  `tottries:1\nstate:7\nnpages:2\ntotpages:2\nstatuscode:0\njobtag:fx_1\nnumber:0450000101\n${more}`;

export const fileTargets: readonly Target[] = [
  {
    name: 'duties',
    seeds: async () =>
      [
        '日付,地区,開始,終了,順位,医師\n2026-12-20,藤棚,18:00,9:00,1,磯村 渚\nR8.12.21,浅間台,18:00,33:00,2番,815603\n',
        'date,hours,doctor\r\n2027/1/2,9:00-17:00,815602\r\n',
        'BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VEVENT\r\nUID:1\r\nDTSTART;TZID=Asia/Tokyo:20261220T180000\r\nDTEND;TZID=Asia/Tokyo:20261221T090000\r\nRRULE:FREQ=WEEKLY;BYDAY=SU,TU;INTERVAL=2;COUNT=9\r\nEXDATE;TZID=Asia/Tokyo:20261227T180000\r\nSUMMARY:藤棚 磯村 渚 2番\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n',
        'BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:1\nDTSTART:20261220T090000Z\nDURATION:PT8H\nRRULE:FREQ=DAILY;UNTIL=20270110\nSUMMARY:浅間台\nEND:VEVENT\nBEGIN:VEVENT\nUID:1\nRECURRENCE-ID:20261222T090000Z\nDTSTART:20261222T100000Z\nDTEND:20261222T120000Z\nSTATUS:CANCELLED\nEND:VEVENT\nEND:VCALENDAR\n',
      ].map((text) => Buffer.from(text)),
    words: [
      ...[
        'RRULE:FREQ=SECONDLY\r\n',
        'FREQ=YEARLY',
        'INTERVAL=0',
        'INTERVAL=-1',
        'COUNT=99999999',
        'BYDAY=-1SU',
        'UNTIL=99991231',
      ],
      ...[
        'DURATION:-P9999W\r\n',
        'DTSTART:',
        'TZID=',
        '00010101T000000Z',
        '99991231T235959Z',
        'RDATE:20261220T180000\r\n',
      ],
      ...[
        '日付',
        '18:00-33:00',
        '"',
        ',',
        '\n',
        '\r\n ',
        'BEGIN:VEVENT\r\n',
        'END:VEVENT\r\n',
        '\ufeff',
        '10番',
        '昭和99年1月1日',
      ],
    ],
    most: 3000,
    run: readDuties,
  },
  {
    name: 'postal-codes',
    seeds: async () =>
      [
        '14103,"220  ","2200001","カナガワケン","ヨコハマシニシク","キタカルイザワ","神奈川県","横浜市西区","北軽井沢",0,0,0,0,0,0\n',
        '03366,"029  ","0295503","イワテケン","ワガグンニシワガマチ","アナアケ２２チワリ","岩手県","和賀郡西和賀町","穴明２２地割、穴明２３地割",0,0,0,0,0,0\n',
        '14103,"220  ","2200000","カナガワケン","ヨコハマシニシク","イカニケイサイガナイバアイ","神奈川県","横浜市西区","以下に掲載がない場合",0,0,0,0,0,0\n',
      ].map((text) => Buffer.from(text)),
    words: ['"', '""', ',', '\n', '（', '地割', '一円', '東京都', '0000000'],
    most: 2000,
    run: readPostalCodes,
  },
  {
    name: 'hylafax-job',
    seeds: async () =>
      [
        job('status:\n'),
        job('status:Busy signal detected; too many attempts to dial\n').replace('state:7', 'state:8'),
        job('errorcode:E011\nstatus:No answer {E011}\n'),
      ].map((text) => Buffer.from(`done\n${text}`)),
    words: [
      'state:8\n',
      'statuscode:333\n',
      'npages:99999\n',
      'errorcode:E999\n',
      'status:',
      'requeued',
      'poll_',
      'killed',
      'REJECT',
    ],
    most: 2000,
    run: readJob,
  },
  {
    name: 'hylafax-spool',
    seeds: async () =>
      [
        `kind=notify\njob=doneq/q7\nwhy=done\n\0${job('status:\n')}`,
        'kind=received\nfile=recvq/fax1.tif\nat=1766000000\ncommunication=000000012\nfrom=0450000101\nto=05000000110\nstation=CLINIC\nerror=\n\0',
        'kind=received\nfile=../fax1.tif\n\0',
      ].map((text) => Buffer.from(text, 'latin1')),
    words: [
      'file=',
      'recvq/',
      '../',
      '/etc/passwd',
      'kind=received\n',
      'kind=notify\n',
      'why=',
      'doneq/q',
      'sendq/q',
      '\0',
      '%2e%2e/',
    ],
    most: 3000,
    run: readSpool,
    close: async () => {
      if (spool) rmSync(spool.folder, { recursive: true, force: true });
      spool = undefined;
    },
  },
  {
    name: 'faxhouse-tiff',
    seeds: async () => [
      Buffer.from(
        '49492a00080000000500000103000100000040060000010103000100000060000000020103000100000001000000030103000100000004000000110104000100000008000000000000000000',
        'hex',
      ),
      Buffer.from('4d4d002a0000000800010100000300000001000400000000', 'hex'),
    ],
    most: 4000,
    run: (input) => {
      for (const { width, height, xDpi } of tiffDirectories(input) ?? [])
        law(width >= 0 && height >= 0 && !Number.isNaN(xDpi), 'a page of no size');
    },
  },
];
