import { readdirSync } from 'node:fs';
import { expect } from 'chai';
import { emptyDraft, sent, valueAt, withValue } from '../../src/console/web/pages/record-form/draft.ts';
import { withDates } from '../../src/patients/example.ts';
import { examine } from '../../src/patients/findings.ts';
import { draftOf, understoodIn } from '../../src/patients/form-draft.ts';
import type { FormField } from '../../src/records/form.ts';
import { formSections } from '../../src/records/form-sections.ts';
import { exampleFolder } from '../patients/support.ts';
import { exampleDraft, minimumDraft } from '../support/drafts.ts';

const at = new Date('2026-06-01T03:00:00Z');
const today = '2026-06-01';

describe('the form in which a record is typed', () => {
  for (const file of readdirSync(`${exampleFolder}/records`)) {
    it(`shows ${file} and sends it as it was`, () => {
      const { registration, record } = exampleDraft(file.replace('.json', ''));
      const draft = withDates({ registration, record }, today) as object;
      const { content, findings } = examine(draft, at);
      if (!content) throw new Error(JSON.stringify(findings));
      const typed = sent(formSections, draftOf(content) as never);
      expect(examine(typed, at).content).to.deep.equal(content);
    });
  }

  it('has every field of the shape but those that no person types', () => {
    const asked = new Set<string>();
    for (const { fields } of formSections) for (const { name } of fields) asked.add(name);
    const { content } = examine(minimumDraft(), at);
    const whole = [
      ...Object.keys(content!.registration).map((key) => `registration.${key}`),
      ...Object.keys(content!.record).map((key) => `record.${key}`),
    ];
    const left = whole.filter((path) => !asked.has(path));
    expect(left).to.deep.equal(['registration.medsImage', 'registration.sourceImage']);
  });

  it('leaves out what nobody has written, and keeps the place of a row that stands before another', () => {
    let draft = withValue(emptyDraft, 'record.contacts.0.name', '');
    draft = withValue(draft, 'record.contacts.1.name', '磯 花子');
    draft = withValue(draft, 'record.contacts.2.role', 'family');
    draft = withValue(draft, 'record.baselineVitals.systolic', '');
    draft = withValue(draft, 'registration.tel.0.isFax', false);
    const { registration, record } = sent(formSections, draft);
    expect(record.contacts).to.deep.equal([{ role: 'key_person' }, { role: 'key_person', name: '磯 花子' }]);
    expect(record).not.to.have.property('baselineVitals');
    expect(registration.tel).to.deep.equal([]);
  });

  it('sends numbers as numbers, and what is none as it was written', () => {
    let draft = withValue(emptyDraft, 'record.baselineVitals.systolic', '１２０');
    draft = withValue(draft, 'record.baselineVitals.pulse', '七十');
    expect(sent(formSections, draft).record.baselineVitals).to.deep.equal({ systolic: 120, pulse: '七十' });
  });

  it('takes the condition of a DNAR away when it is no DNAR any more', () => {
    let draft = withValue(emptyDraft, 'record.codeStatus', { status: 'dnar', expectedCondition: '末期' });
    draft = withValue(draft, 'record.codeStatus.status', 'attempt');
    expect(sent(formSections, draft).record.codeStatus).to.deep.equal({ status: 'attempt' });
    expect(valueAt(draft, 'record.codeStatus.expectedCondition')).to.equal('末期');
  });

  it('tells how dates, kana and phones were understood', () => {
    const draft = minimumDraft();
    const said = Object.fromEntries(understoodIn(draft, today).map(({ path, text }) => [path, text]));
    expect(said).to.deep.include({
      'registration.birth': '昭和15年3月1日（1940-03-01）　86歳',
      'registration.nameKana': 'タカサキ カオル',
      'registration.consentBy.on': '令和8年1月5日（2026-01-05）',
    });
  });

  it('has a label in both languages for every field', () => {
    const visit = ({ label, ...field }: FormField): void => {
      for (const text of label) expect(text).to.match(/\S/);
      if ('fields' in field) field.fields.forEach(visit);
    };
    for (const { fields } of formSections) fields.forEach(visit);
  });
});
