import { expect } from 'chai';
import { useDesk } from './inbox-support.ts';

const allOf = ['name', 'birth', 'allergy', 'dnar', 'phone'] as const;

describe('a record read a second time', () => {
  const desk = useDesk();
  const right = {
    ...{ nameKana: 'タカサキ　カオル', birth: '1940-03-01', phones: ['09000000001', '045-000-0001'] },
    agrees: ['allergy' as const, 'dnar' as const],
  };

  it('by another person, who is not told what was typed, and sees it written down', async () => {
    const { patientId } = await desk.enrolled();
    const params = { patientId };
    const typist = desk.person('nurse', { id: desk.clerk.staff.id });
    expect(await typist.refused('open_second_reading', { params })).to.include({ code: 'not_for_typist' });
    const opened = await desk.nurse.call('open_second_reading', { params });
    expect(opened).to.deep.include({ toCheck: [...allOf], hasName: false, phones: 2, picture: null });
    expect(JSON.stringify(opened)).not.to.match(/タカサキ|1940|0000-?0001/);
    const [entry] = await desk.rows(`select data from audit_entry where chain_id = $1 and kind = 'record_viewed'`, [
      patientId,
    ]);
    expect(entry.data).to.deep.equal({ screen: 'second_reading', version: 1 });
  });

  const wrong: [string, Partial<typeof right>, string[]][] = [
    ['another birth date', { birth: 'S15.3.2' }, ['birth']],
    ['a kana too few', { nameKana: 'タカサ カオル' }, ['name']],
    ['a phone left out', { phones: ['090-0000-0001'] }, ['phone']],
    ['a choice that nobody compared', { agrees: ['dnar'] }, ['allergy']],
    ['nothing at all', { nameKana: '', birth: '', phones: [], agrees: [] }, [...allOf]],
  ];
  for (const [says, change, differs] of wrong)
    it(`that does not pass with ${says}`, async () => {
      const { patientId } = await desk.enrolled();
      const typed = { ...right, ...change };
      const answer = await desk.nurse.call('compare_second_reading', {
        params: { patientId },
        body: { version: 1, typed },
      });
      expect(answer).to.deep.equal({ status: 'differs', differs });
      expect((await desk.rows('select status from record_life where patient_id = $1', [patientId]))[0].status).to.equal(
        'awaiting_second_reading',
      );
    });

  it('sent back, corrected and read again, and then it is in force', async () => {
    const { patientId } = await desk.enrolled();
    const params = { patientId };
    await desk.nurse.call('send_back_record', { params, body: { version: 1, keys: ['birth'] } });
    const queue = await desk.clerk.call('inbox_queue', {});
    expect(queue.records.find((record) => record.patientId === patientId)).to.include({ status: 'draft' });
    const { version, draft } = await desk.clerk.call('open_record_form', { params });
    const registration = { ...draft.registration, birth: 'S15.3.2' };
    const body = { version, draft: { ...draft, registration }, isFinished: true };
    const changed = await desk.clerk.call('change_record', { params, body });
    expect(changed).to.include({ version: 2, life: 'awaiting_second_reading' });
    expect(await desk.clerk.refused('change_record', { params, body })).to.include({ code: 'overtaken' });
    const typed = { ...right, birth: '昭和15年3月2日' };
    expect(await desk.nurse.refused('compare_second_reading', { params, body: { version: 1, typed } })).to.include({
      code: 'overtaken',
    });
    await desk.nurse.call('compare_second_reading', { params, body: { version: 2, typed } });
    expect((await desk.rows('select status from record_life where patient_id = $1', [patientId]))[0].status).to.equal(
      'active',
    );
  });
});
