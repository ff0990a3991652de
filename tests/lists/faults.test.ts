import { expect } from 'chai';
import type { FileName } from '../../src/lists/columns.ts';
import { type Fault, formatFault } from '../../src/lists/faults.ts';
import { readLists } from '../../src/lists/read.ts';
import { exampleCopy, type Folder } from './support.ts';

const show = (fault: Fault): string =>
  [[fault.file, fault.line, fault.column?.number].filter((part) => part != null).join(':'), fault.code].join(' ');

describe('a wrong list is refused with place and cure', () => {
  let folder: Folder;
  beforeEach(async () => {
    folder = await exampleCopy();
  });
  afterEach(() => folder.discard());

  const faults = async (): Promise<Fault[]> => {
    const read = await readLists(folder.path);
    return 'faults' in read ? read.faults : [];
  };

  /** One slip of the hand → exactly one fault, at exactly this place. */
  const slips: [file: FileName, from: string | RegExp, to: string, expected: string][] = [
    ['association.csv', ',050-0000-0100,050', ',,050', 'association.csv:2:4 blank'],
    ['association.csv', '9:00,17:00', '9時半,17:00', 'association.csv:2:7 time'],
    ['association.csv', '9:00,17:00', '18:00,17:00', 'association.csv:2:8 window'],
    ['association.csv', /$/, 'two,二,に,050-0000-0109,050-0000-0109,,,\n', 'association.csv:3 one_row'],
    ['areas.csv', 'SENG,2', 'SENG,1', 'areas.csv:3:2 duplicate'],
    ['areas.csv', 'SENG,2', 'SENG,10', 'areas.csv:3:2 number'],
    ['areas.csv', 'SENG,2,浅間台', 'SENG,2,', 'areas.csv:3:3 blank'],
    ['facilities.csv', 'C01,診療所', 'C01,八百屋', 'facilities.csv:3:2 choice'],
    ['facilities.csv', 'C01,', '0110113718,', 'facilities.csv:3:1 institution_code'],
    ['doctors.csv', '100552,', '100553,', 'doctors.csv:2:1 member_code'],
    ['doctors.csv', '815602,', '100552,', 'doctors.csv:3:1 duplicate'],
    ['doctors.csv', '藤棚,C01', '藤だな,C01', 'doctors.csv:2:4 unknown_reference'],
    ['doctors.csv', '藤棚,C01', '藤棚,C99', 'doctors.csv:2:5 unknown_reference'],
    ['doctors.csv', '090-0000-0101,携帯', '090-0000-010,携帯', 'doctors.csv:2:6 phone_not_a_number'],
    ['doctors.csv', '090-0000-0101,携帯', '9000000101,携帯', 'doctors.csv:2:6 phone_lost_zero'],
    ['doctors.csv', '090-0000-0101,携帯', '0570-000-101,携帯', 'doctors.csv:2:6 phone_special_rate'],
    ['doctors.csv', '090-0000-0101,携帯', '119,携帯', 'doctors.csv:2:6 phone_emergency'],
    ['doctors.csv', '090-0000-0101,携帯', '090-0000-0101,伝書鳩', 'doctors.csv:2:6 phone_kind'],
    ['doctors.csv', '045-000-0101,診療所', '０９０（００００）０１０１,', 'doctors.csv:2:8 phone_twice'],
    ['doctors.csv', '090-0000-0101,携帯,045-000-0101,診療所', ',,,', 'doctors.csv:2:6 phone_none'],
    ['hospitals.csv', ',894782,', ',123456,', 'hospitals.csv:2:4 pin_weak'],
    ['hospitals.csv', ',894782,', ',8947,', 'hospitals.csv:2:4 pin_form'],
    ['hospitals.csv', 'いいえ,17:00,33:00', 'たぶん,17:00,33:00', 'hospitals.csv:2:9 yes_no'],
    ['hospitals.csv', 'いいえ,17:00,33:00', 'いいえ,17:00,9:00', 'hospitals.csv:2:11 window'],
    ['hospitals.csv', '人工呼吸、酸素', '人工呼吸、空気', 'hospitals.csv:2:12 choice'],
    ['hospitals.csv', '101,汐風', '12,汐風', 'hospitals.csv:2:1 code'],
    ['bed_types.csv', '101,一般,220', '101,一般,多数', 'bed_types.csv:2:3 number'],
    ['bed_types.csv', '101,一般,220', '199,一般,220', 'bed_types.csv:2:1 unknown_reference'],
    ['bed_types.csv', '101,集中,12', '101,一般,12', 'bed_types.csv:3:2 duplicate'],
    ['standby.csv', 'S2,2', 'S1,2', 'standby.csv:3:1 duplicate'],
    ['roster.csv', '100552,1,月', '100552,1,げつ', 'roster.csv:2:4 days'],
    ['roster.csv', '100552,1,月,', '100552,1,月,2026-01-05', 'roster.csv:2:4 date_or_days'],
    ['roster.csv', '100552,1,月,', '100552,1,,', 'roster.csv:2:4 date_or_days'],
    ['roster.csv', '100552,1,月,', '100552,1,,2026-02-30', 'roster.csv:2:5 date'],
    ['roster.csv', '100552,1,月,,,', '100552,1,月,,2026-05-01,2026-04-01', 'roster.csv:2:7 span'],
    ['roster.csv', '100552,1,月,,,', '100552,1,,2026-01-05,2026-01-01,', 'roster.csv:2:5 date_with_span'],
    ['roster.csv', '18:00-33:00', '18:00-9:00', 'roster.csv:2:8 hours'],
    ['roster.csv', '100552,1,月', '005724,1,月', 'roster.csv:2:2 unknown_reference'],
    ['roster.csv', /$/, '藤棚,100552,1,月,,,,18:00〜33:00\n', 'roster.csv:209:3 duplicate'],
    ['rotation.csv', '101,1,月', '999,1,月', 'rotation.csv:2:1 unknown_reference'],
    ['patients.csv', '5432-7449-7068', '5432-7449-7086', 'patients.csv:2:2 card_number'],
    ['patients.csv', '7438-9972-5302', '5432-7449-7068', 'patients.csv:3:2 duplicate'],
    ['patients.csv', '5432-7449-7068', '１２３４５６７８９０１８', 'patients.csv:2:2 my_number'],
    ['patients.csv', ',100552,815602；', ',100552,100552；', 'patients.csv:2:5 deputy_is_attending'],
    ['patients.csv', ',100552,815602；', ',100552,005724；', 'patients.csv:2:5 unknown_reference'],
    ['patients.csv', ',101,,一般', ',101,,二段', 'patients.csv:2:8 choice'],
    ['patients.csv', 'P002,', 'P001,', 'patients.csv:3:1 duplicate'],
    ['patients.csv', '一般\n', '一般,余分\n', 'patients.csv:2 row_too_long'],
  ];
  for (const [file, from, to, expected] of slips) {
    it(`${expected} (${to.slice(0, 40).trim() || 'blank'})`, async () => {
      await folder.edit(file, from, to);
      expect((await faults()).map(show)).to.deep.equal([expected]);
    });
  }

  const headings: [file: FileName, from: string, to: string, expected: string][] = [
    ['doctors.csv', '氏名', '苗字', 'column_unknown,column_missing'],
    ['doctors.csv', '電話2種類', '電話1種類', 'column_twice'],
    ['patients.csv', '必要な処置', '氏名', 'column_personal'],
    ['patients.csv', '必要な処置', '生年月日', 'column_personal'],
    ['patients.csv', '必要な処置', '住所', 'column_personal'],
    ['patients.csv', '必要な処置', 'Patient name', 'column_personal'],
    ['patients.csv', '必要な処置', 'Date of birth', 'column_personal'],
    ['patients.csv', '必要な処置', '備考', 'column_personal'],
  ];
  for (const [file, from, to, expected] of headings) {
    it(`the heading ${to} in ${file}: ${expected}`, async () => {
      await folder.edit(file, from, to);
      const found = (await faults()).filter((fault) => fault.line === 1);
      expect(found.map((fault) => fault.code).sort()).to.deep.equal(expected.split(',').sort());
    });
  }

  it('all faults of all files come at once, in the order of files, rows and columns', async () => {
    await folder.edit('areas.csv', 'MIYA,4', 'MIYA,1');
    await folder.edit('doctors.csv', '090-0000-0101,携帯', '0120-000-101,携帯');
    await folder.edit('doctors.csv', '渚　陽子', '');
    await folder.edit('roster.csv', '18:00-33:00', '夜');
    await folder.remove('standby.csv');
    expect((await faults()).map(show)).to.deep.equal([
      'areas.csv:5:2 duplicate',
      'doctors.csv:2:6 phone_toll_free',
      'doctors.csv:7:2 blank',
      'standby.csv file_missing',
      'roster.csv:2:8 hours',
    ]);
  });

  it('a doctor out of use cannot be the attending, a deputy or on the roster', async () => {
    const doctors = (await folder.read('doctors.csv')).split('\n');
    const marked = doctors.map(
      (line, index) => line && `${line},${index === 0 ? '有効' : index === 1 ? 'いいえ' : ''}`,
    );
    await folder.write('doctors.csv', marked.join('\n'));
    const found = await faults();
    expect(new Set(found.map((fault) => fault.code))).to.deep.equal(new Set(['inactive_reference']));
    expect(found.map(show)).to.include.members([
      'roster.csv:2:2 inactive_reference',
      'patients.csv:2:4 inactive_reference',
    ]);
  });

  it('a quotation mark that is never closed is one fault, and a cell with a comma in quotation marks is none', async () => {
    await folder.edit('hospitals.csv', '人工呼吸、酸素、気管切開', '"人工呼吸,酸素,気管切開"');
    await folder.edit(
      'hospitals.csv',
      '"人工呼吸,酸素,気管切開"、透析、隔離、中心静脈、経管栄養、認知症、看取り',
      '"人工呼吸,酸素"',
    );
    expect(await faults()).to.deep.equal([]);
    await folder.edit('hospitals.csv', '"人工呼吸,酸素"', '"人工呼吸,酸素');
    const codes = (await faults()).filter((fault) => fault.file === 'hospitals.csv').map(show);
    expect(codes.length).to.equal(1);
    expect(codes[0]).to.match(/^hospitals\.csv:\d+ csv$/);
  });

  it('rows are counted as the spreadsheet shows them, blank ones and lines inside a cell included', async () => {
    await folder.edit('areas.csv', 'SENG,2,浅間台', '\n,,,\nSENG,2,"浅\n間台"');
    expect((await faults()).filter((fault) => fault.file === 'areas.csv').map(show)).to.deep.equal([
      'areas.csv:5:3 not_printable',
    ]);
  });

  it('a fault says file, row, column, heading, what is wrong and what to do, in Japanese and English', async () => {
    await folder.edit('doctors.csv', '090-0000-0101,携帯', '9000000101,携帯');
    expect(formatFault((await faults())[0]!)).to.equal(
      'doctors.csv:2:6「電話1」  先頭の 0 がありません — Excel で列を「文字列」にして、0 から書き直してください\n' +
        '    the leading 0 is missing — format the column as text and write it again with the 0',
    );
  });

  it('no message repeats a card number, a My Number, a PIN or a phone', async () => {
    await folder.edit('patients.csv', '5432-7449-7068', '5432-7449-7086');
    await folder.edit('patients.csv', '7438-9972-5302', '123456789018');
    await folder.edit('hospitals.csv', ',894782,', ',123456,');
    await folder.edit('doctors.csv', '090-0000-0101,携帯', '090-0000-01011,携帯');
    const messages = (await faults()).map(formatFault).join('\n');
    expect(messages.split('\n').length).to.equal(8);
    for (const secret of ['7449', '123456', '894782', '01011']) expect(messages).not.to.include(secret);
  });

  it('reads UTF-8 with its mark and Shift_JIS as well, and says so when it is neither', async () => {
    const areas = await folder.read('areas.csv');
    await folder.write('areas.csv', `\uFEFF${areas.replaceAll('\n', '\r\n')}`);
    expect(await faults()).to.deep.equal([]);
    // 「コード,キー,名称,読み」 and one area per line, as Excel saves them on a Japanese desk (CP932).
    const heading = [0x83, 0x52, 0x81, 0x5b, 0x83, 0x68, 0x2c, 0x83, 0x4c, 0x81, 0x5b, 0x2c];
    const rest = [0x96, 0xbc, 0x8f, 0xcc, 0x2c, 0x93, 0xc7, 0x82, 0xdd, 0x0d, 0x0a];
    const miyazaki = [0x8b, 0x7b, 0x8d, 0xe8];
    const row = [...Buffer.from('MIYA,4,'), ...miyazaki, 0x2c, ...miyazaki, 0x0d, 0x0a];
    await folder.write('areas.csv', Uint8Array.from([...heading, ...rest, ...row]));
    const found = await faults();
    expect(found.filter((fault) => fault.file === 'areas.csv')).to.deep.equal([]);
    expect(found.filter((fault) => fault.file === 'doctors.csv').length, 'only 宮崎 is known now').to.equal(27);
    await folder.write('areas.csv', Uint8Array.from([0xff, 0xfe, 0x41, 0x00, 0x2c, 0x00]));
    expect((await faults()).map(show)).to.include('areas.csv encoding');
  });

  it('English headings and words, and all phones in one cell, mean the same', async () => {
    const japanese = await readLists(folder.path);
    await folder.edit('doctors.csv', /^.*$/m, 'code,name,spoken_name,area,facility,phones,,,,,');
    const lines = (await folder.read('doctors.csv')).split('\n').map((line, index) => {
      if (index === 0 || line === '') return line;
      const [code, name, spoken, area, facility, ...phones] = line.split(',');
      const kinds: Record<string, string> = { 携帯: 'mobile', 診療所: 'clinic', 自宅: 'landline' };
      const list = [0, 2, 4].filter((n) => phones[n]).map((n) => `${kinds[phones[n + 1]!]}:${phones[n]}`);
      return [code, name, spoken, area, facility, list.join(';')].join(',');
    });
    await folder.write('doctors.csv', lines.join('\n'));
    const english = await readLists(folder.path);
    if ('faults' in japanese || 'faults' in english) throw new Error('both should be sound');
    const phones = (lists: typeof english) =>
      lists.lists.doctors.map((doctor) => doctor.phones.map(({ e164, kind }) => ({ e164, kind })));
    expect(phones(english)).to.deep.equal(phones(japanese));
  });
});
