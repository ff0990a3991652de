import { expect } from 'chai';
import { bedReportOf } from '../../src/inbox/bed-report.ts';
import { enrolmentDraft, sourceImage, withTyped } from '../../src/inbox/enrolment-draft.ts';
import { tickedRequest } from '../../src/inbox/record-request.ts';
import { type FormKind, formKinds } from '../../src/paper/codes.ts';
import { currentSheet } from '../../src/paper/forms/forms.ts';
import type { Crop, TickReading } from '../../src/paper/reading.ts';

/** A sheet as read: these boxes ticked, those in doubt, these fields written into. */
function read(kind: FormKind, ticked: string[], unclear: string[] = [], written: string[] = []) {
  const cells = currentSheet(kind).cells;
  const boxes = cells.flatMap((cell) => cell.ticks.map(({ field, value }) => `${field}=${value}`));
  for (const box of [...ticked, ...unclear]) if (!boxes.includes(box)) throw new RangeError(`no box ${box}`);
  const ticks = boxes.map((box): TickReading => {
    const [field = '', value = ''] = box.split('=');
    const state = ticked.includes(box) ? 'ticked' : unclear.includes(box) ? 'unclear' : 'empty';
    return { field, value, state, ink: 0 };
  });
  const crops = cells.flatMap(({ field, writing }): Crop[] =>
    writing ? [{ field, box: writing, png: Buffer.from('png'), hasInk: written.includes(field) }] : [],
  );
  return { form: { kind, version: 1, serial: '1', subject: '' }, ticks, crops };
}

describe('what the ticks of an enrolment form fill in', () => {
  const draftOf = (ticked: string[], unclear: string[] = []) => enrolmentDraft(read('enrolment', ticked, unclear));

  it('is nothing at all on an empty sheet: unknown is not none, and no tick is not a refusal', () => {
    const { draft, hints, unclear } = draftOf([]);
    expect({ draft, hints, unclear }).to.deep.equal({
      draft: { registration: {}, record: {} },
      ...{ hints: [], unclear: [] },
    });
  });

  const table: { says: string; ticked: string[]; unclear?: string[]; path: string; is: unknown; hint?: string[] }[] = [
    { says: 'なし is an answer', ticked: ['allergy=none'], path: 'record.allergy', is: { state: 'none' } },
    { says: '未確認 is an answer', ticked: ['infection=unknown'], path: 'record.infection', is: { state: 'unknown' } },
    {
      says: 'あり waits for what it is',
      ...{ ticked: ['allergy=present'], path: 'record.allergy', is: undefined, hint: ['allergy', 'present'] },
    },
    { says: 'two states are none', ticked: ['allergy=present', 'allergy=none'], path: 'record.allergy', is: undefined },
    {
      says: 'a box in doubt fills nothing',
      ticked: [],
      unclear: ['sex=male'],
      path: 'registration.sex',
      is: undefined,
    },
    {
      says: 'DNAR is never made of a tick (rule 7)',
      ...{ ticked: ['acp=dnar_document'], path: 'record.codeStatus', is: undefined, hint: ['acp', 'dnar_document'] },
    },
    {
      says: 'a catheter may be one of two',
      ...{
        ticked: ['procedures=catheter'],
        path: 'record.procedures',
        is: undefined,
        hint: ['procedures', 'catheter'],
      },
    },
    {
      says: 'no procedures',
      ...{ ticked: ['procedures=none'], path: 'record.procedures', is: { state: 'none' } },
    },
    {
      says: 'none and one are a contradiction',
      ...{ ticked: ['procedures=none', 'procedures=stoma'], path: 'record.procedures', is: undefined },
    },
    {
      says: 'none beside a box in doubt is no answer',
      ...{ ticked: ['procedures=none'], unclear: ['procedures=stoma'], path: 'record.procedures', is: undefined },
    },
    { says: 'consent', ticked: ['consent_to=yes'], path: 'registration.consentTo', is: true },
    { says: 'no consent is not said', ticked: ['consent_fax=yes'], path: 'registration.consentTo', is: undefined },
  ];
  for (const { says, ticked, unclear, path, is, hint } of table)
    it(`${says}: ${[...ticked, ...(unclear ?? []).map((box) => `${box}?`)].join(', ')}`, () => {
      const found = draftOf(ticked, unclear);
      const [part, key] = path.split('.') as ['registration' | 'record', string];
      expect(found.draft[part][key]).to.deep.equal(is);
      if (hint) expect(found.hints).to.deep.include(hint);
      if (is === undefined && !hint && path !== 'registration.consentTo')
        expect(found.unclear).to.deep.equal([ticked[0]?.split('=')[0] ?? 'sex']);
    });

  it('has a place in the record or registration for every field that is written by hand', () => {
    const { crops } = draftOf([]);
    expect(crops.length).to.be.above(25);
    expect(crops.filter(({ path }) => path === null).map(({ field }) => field)).to.deep.equal([]);
  });

  it('is another thing than what any other form says', () => {
    for (const kind of formKinds.filter((each) => each !== 'enrolment'))
      expect(() => enrolmentDraft(read(kind, []))).to.throw(RangeError);
  });

  it('gives way to what a person typed, part by part, and a fact is one answer', () => {
    const ticked = {
      registration: { sex: 'female', consentBy: { who: 'patient' } },
      record: { allergy: { state: 'none' }, adl: { bedridden: 'B1' } },
    };
    const typed = {
      registration: { consentBy: { name: '見本' } },
      record: { allergy: { state: 'present', items: [{ kind: 'food' }] }, adl: { dementia: 'I' } },
    };
    expect(withTyped(ticked, typed)).to.deep.equal({
      registration: { sex: 'female', consentBy: { who: 'patient', name: '見本' } },
      record: { allergy: { state: 'present', items: [{ kind: 'food' }] }, adl: { bedridden: 'B1', dementia: 'I' } },
    });
  });

  it('names the box of each field in pixels of the page', () => {
    const box = { x: 25.4, y: 50.8, width: 12.7, height: 25.4 };
    const image = sourceImage({ id: 'pg_1', sha256: 'ab' }, [{ field: 'name', box }]);
    expect(image.boxes).to.deep.equal([{ key: 'name', left: 204, top: 408, width: 102, height: 204 }]);
  });
});

describe('what the ticks of a hospital’s sheet say', () => {
  it('closes what is ×, has ○ and △ asked at once, and leaves a count by hand to a person', () => {
    const ticks = ['general.acceptance=closed', 'icu.acceptance=open', 'respite.acceptance=consult'];
    const sheet = read('beds', [...ticks, 'palliative.acceptance=consult'], [], ['palliative.women']);
    expect(bedReportOf(sheet)).to.deep.equal({
      offers: [
        { bedType: 'general', freeCount: 0, acceptance: 'closed' },
        { bedType: 'palliative', freeCount: null, acceptance: 'consult' },
        { bedType: 'icu', freeCount: null, acceptance: 'open' },
        { bedType: 'respite', freeCount: null, acceptance: 'consult' },
      ],
      toType: ['palliative', 'icu'],
    });
  });

  it('leaves × beside a number, two ticks, a box in doubt and a number alone to a person', () => {
    const sheet = read(
      'beds',
      ['general.acceptance=closed', 'icu.acceptance=closed', 'icu.acceptance=open'],
      ['infection.acceptance=closed'],
      ['general.men', 'palliative.either'],
    );
    expect(bedReportOf(sheet)).to.deep.equal({ offers: [], toType: ['general', 'palliative', 'icu', 'infection'] });
  });
});

describe('what the ticks of a request form ask for', () => {
  it('is the first fax, another reason and no word of consent when nothing is ticked', () => {
    expect(tickedRequest(read('request', []))).to.deep.equal({ position: null, reason: 'other', consent: 'not_asked' });
  });

  it('is what was ticked, in the words of a release', () => {
    const sheet = read('request', ['reply_to=fax2', 'reason=telephone', 'patient_side=impossible']);
    expect(tickedRequest(sheet)).to.deep.equal({ position: 2, reason: 'telephone_advice', consent: 'impossible' });
  });
});
