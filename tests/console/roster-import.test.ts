import { expect } from 'chai';
import { night, useRosterDesk } from './roster-support.ts';

describe('a roster out of a file', () => {
  const desk = useRosterDesk();

  const fileOf = (text: string | Buffer) => Buffer.from(text as string).toString('base64');
  const given = (text: string | Buffer, doctorId: string | null = null) => ({
    ...{ file: fileOf(text), areaId: desk.areaId, doctorId },
  });
  const preview = (text: string | Buffer, doctorId: string | null = null) =>
    desk.clerk.call('preview_roster_file', { body: given(text, doctorId) });
  const refused = (text: string | Buffer) => desk.clerk.refused('preview_roster_file', { body: given(text) });
  const said = ({ lines }: Awaited<ReturnType<typeof preview>>) =>
    lines.map(({ line, outcome, reason }) => [line, outcome, reason].filter((part) => part !== null).join(' '));
  const rulesCount = async () => (await desk.world.ctx.db.query('select count(*)::int as n from duty_rule')).rows[0].n;
  const event = (lines: readonly string[]) =>
    ['BEGIN:VCALENDAR', 'VERSION:2.0', ...lines, 'END:VCALENDAR', ''].join('\r\n');
  const vevent = (start: string, end: string, summary: string, ...more: string[]) => [
    ...['BEGIN:VEVENT', 'UID:x@y', `DTSTART${start}`, `DTEND${end}`, `SUMMARY:${summary}`, ...more, 'END:VEVENT'],
  ];

  it('is shown line by line before anything is written, and taken over as it was shown', async () => {
    const { doctors } = await desk.month('2027-01');
    const [first, second] = await desk.nightOf('2027-01-12');
    const other = doctors.find((one) => one.id !== first!.doctorId && one.id !== second!.doctorId)!;
    const away = doctors.find((one) => one.isOfArea && one.id !== other.id)!;
    await desk.clerk.call('note_absence', { body: { doctorId: away.id, from: '2027-01-20', until: '2027-01-20' } });
    const csv = [
      '日付,地区,時間帯,順位,医師,備考',
      `2027/1/12,藤棚,18:00-翌9:00,1,${other.name},`,
      `R9.1.12,藤棚地区,18:00-33:00,2,${second!.name},`,
      `2027/1/13,,18:00-33:00,1,どこにも　いない,`,
      `2027/1/20,,18:00-33:00,1,${away.name},`,
      `2026/11/1,,18:00-33:00,1,${other.name},`,
      `2027/1/14,月世界,18:00-33:00,1,${other.name},`,
      `2027/1/32,,18:00-33:00,1,${other.name},`,
      `2027/1/15,,18時から,1,${other.name},`,
      `2027/1/16,,18:00-33:00,1,${other.name},`,
      `2027/1/16,,18:00-33:00,1,${second!.name},`,
      `2027/1/18,,18:00-33:00,5,${(await desk.nightOf('2027-01-18'))[0]!.name},`,
      '',
    ].join('\r\n');
    const before = await rulesCount();
    const shown = await preview(csv);
    expect(said(shown)).to.deep.equal([
      ...['2 taken', '3 same', '4 unknown_doctor', '5 clash away', '6 outside past', '7 outside area'],
      ...['8 unread date', '9 unread hours', '10 clash in_file', '11 clash in_file', '12 clash leaves_gap'],
    ]);
    expect(shown.counts).to.deep.equal({ taken: 1, same: 1, clash: 4, unknown_doctor: 1, outside: 2, unread: 2 });
    expect(shown.lines[0]).to.deep.include({ doctor: other.name, before: first!.name });
    expect(await rulesCount()).to.equal(before);
    const body = { ...given(csv), fingerprint: shown.fingerprint };
    expect(await desk.clerk.call('import_roster_file', { body })).to.deep.equal({ changed: 1 });
    const after = await desk.nightOf('2027-01-12');
    expect(after.map(({ doctorId }) => doctorId).slice(0, 2)).to.deep.equal([other.id, second!.doctorId]);
    expect((await desk.logged(desk.areaId)).at(-1)).to.deep.equal({
      kind: 'roster_imported',
      actor: desk.clerk.staff.id,
    });
    // What was shown then is not what the file would do now.
    expect(await desk.clerk.refused('import_roster_file', { body })).to.include({ code: 'overtaken', status: 409 });
    expect(said(await preview(csv))[0]).to.equal('2 same');
  });

  it('may be in the letters of an Excel in Japan, with two columns of hours and codes for names', async () => {
    const { rows } = await desk.world.ctx.db.query('select code from doctor where id = $1', [
      (await desk.nightOf('2027-01-18'))[0]!.doctorId,
    ]);
    // 日付,開始,終了,医師 in Shift_JIS.
    const headings = Buffer.from('93fa95742c8a4a8e6e2c8f4997b92c88e38e740a', 'hex');
    const csv = Buffer.concat([headings, Buffer.from(`2027-01-18,18:00,9:00,${rows[0].code}\n`)]);
    expect(said(await preview(csv))).to.deep.equal(['2 same']);
  });

  it('is a calendar of ours read back, line for line the same', async () => {
    const { path } = await desk.clerk.call('make_feed', { body: { areaId: desk.areaId, doctorId: null } });
    const calendar = await (await fetch(`${desk.world.url}${path}`)).text();
    const { lines, counts } = await preview(calendar);
    expect(lines.length).to.be.above(300);
    expect(counts.same + counts.outside).to.equal(lines.length);
    expect(counts.same).to.be.above(200);
  });

  it('takes a repeated event apart within bounds, with its exceptions, and refuses what would never end', async () => {
    const [first] = await desk.nightOf('2027-01-05');
    const { doctors } = await desk.month('2027-01');
    const doctor = doctors.at(-1)!;
    const weekly = vevent(
      ':20270105T090000Z',
      ':20270106T000000Z',
      `当番 4番 ${doctor.name}`,
      'RRULE:FREQ=WEEKLY;BYDAY=TU,TH;UNTIL=20270121T090000Z',
      'EXDATE:20270114T090000Z',
    );
    const { lines } = await preview(event(weekly));
    expect(lines.map(({ place }) => [place!.date, place!.from, place!.to, place!.position])).to.deep.equal(
      ['2027-01-05', '2027-01-07', '2027-01-12', '2027-01-19', '2027-01-21'].map((date) => [date, 1080, 1980, 4]),
    );
    expect(new Set(lines.map(({ doctor: name }) => name))).to.deep.equal(new Set([doctor.name]));
    const start = ';TZID=Asia/Tokyo:20270105T180000';
    const end = ';TZID=Asia/Tokyo:20270106T090000';
    const bad = (rule: string) => preview(event(vevent(start, end, first!.name, rule)));
    for (const rule of [
      'RRULE:FREQ=SECONDLY',
      'RRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30',
      'RRULE:FREQ=DAILY;BYHOUR=1,2,3',
      'RDATE:20270110T090000Z',
    ])
      expect(said(await bad(rule)), rule).to.deep.equal(['3 unread recurrence']);
    const endless = vevent(start, end, first!.name, 'RRULE:FREQ=DAILY');
    expect(await refused(event([...endless, ...endless, ...endless]))).to.deep.include({
      ...{ code: 'file_too_many', detail: { line: 17, what: '1000' } },
    });
    const days = vevent(';VALUE=DATE:20270105', ';VALUE=DATE:20270106', first!.name);
    const abroad = vevent(';TZID=Europe/Berlin:20270105T180000', ';TZID=Europe/Berlin:20270106T090000', first!.name);
    expect(said(await preview(event([...days, ...abroad])))).to.deep.equal(['3 unread whole_day', '9 unread zone']);
  });

  it('gives a calendar that names nobody to the doctor whose it is', async () => {
    const [first] = await desk.nightOf('2027-01-05');
    const calendar = event(vevent(':20270105T090000Z', ':20270106T000000Z', '当番'));
    expect(said(await preview(calendar))).to.deep.equal(['3 unknown_doctor']);
    expect(said(await preview(calendar, first!.doctorId))).to.deep.equal(['3 same']);
  });

  it('says of a bad file which line is wrong and why, and of a foreign area nothing', async () => {
    const code = async (text: string | Buffer) => {
      const { code, detail } = await refused(text);
      return [code, detail.line, detail.what];
    };
    expect(await code('日付,医師\n')).to.deep.equal(['file_columns', 1, '時間帯']);
    expect(await code('日付,時間帯,医師\n')).to.deep.equal(['file_empty', null, '']);
    expect(await code('日付,時間帯,医師\n2027/1/1,"18:00')).to.include.members(['file_csv']);
    expect(await code(Buffer.from([0xff, 0xfe, 0, 0x41]))).to.deep.equal(['file_encoding', null, '']);
    expect(await code('BEGIN:VCALENDAR\nX')).to.deep.equal(['file_calendar', null, '']);
    expect((await code('x'.repeat(500_001)))[0]).to.equal('file_too_big');
    expect((await code(`日付,時間帯,医師\n${'2027/1/1,18:00-33:00,x\n'.repeat(1001)}`))[0]).to.equal('file_too_many');
    const foreign = desk.world.person('clerk', { associationId: desk.world.ctx.ids.next('as') });
    const body = given(`日付,時間帯,医師\n2027/1/1,${night.from}-,x\n`);
    expect(await foreign.refused('preview_roster_file', { body })).to.include({ code: 'not_found' });
    const auditor = desk.world.person('auditor');
    expect(await auditor.refused('preview_roster_file', { body })).to.include({ code: 'not_permitted' });
  });
});
