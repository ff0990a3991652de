import { expect } from 'chai';
import { rebuild } from '../../src/escalations/evolve.ts';
import { PureCase, type PureOptions } from '../support/pure-case.ts';

/** Doctor `a` was rung and presses 1 ten seconds after the opening. */
function takenBy(who: string, options: PureOptions = {}) {
  const night = new PureCase({ doctors: ['a'], ...options }).waitUntil(1);
  night.places(who, 2);
  night.picksUp(who, 5);
  const answer = night.accepts(who, 10);
  return { night, answer, legId: night.leg(who).id };
}

describe('the record page of a case', () => {
  it('is an effect of a doctor’s acceptance, after everything that joins people', () => {
    const { answer, legId } = takenBy('a');
    expect(answer.effects.at(-1)).to.deep.equal({ kind: 'send-record', legId });
  });

  it('is no effect of a standby person’s', () => {
    const { answer } = takenBy('s', { doctors: [], standby: ['s'], kind: 'person' });
    expect(answer.facts.map((fact) => fact.type)).to.deep.equal(['accepted']);
    expect(answer.effects.map((effect) => effect.kind)).not.to.include('send-record');
  });

  it('is none where there is no card: the log says so at once, and the worker is not asked', () => {
    const { answer } = takenBy('a', { kind: 'area' });
    expect(answer.facts.at(-1)).to.deep.equal({ type: 'record_withheld', subjectId: 'a', because: 'no_card' });
    expect(answer.effects.map((effect) => effect.kind)).not.to.include('send-record');
  });

  it('is released once; a repeat, or a reason that comes after it, changes nothing', () => {
    const { night, legId } = takenBy('a');
    const first = night.tell({ type: 'record_page', legId, page: { disclosureId: 'ds1' } }, 11);
    expect(first.facts).to.deep.equal([{ type: 'record_released', subjectId: 'a', disclosureId: 'ds1' }]);
    const known = night.call;
    for (const page of [{ disclosureId: 'ds1' }, { because: 'no_fax' }] as const)
      expect(night.tell({ type: 'record_page', legId, page }, 12).refused).to.be.a('string');
    expect(night.call).to.equal(known);
  });

  it('may be released after it was withheld, and a reason is kept once', () => {
    const { night, legId } = takenBy('a');
    const withheld = { type: 'record_page', legId, page: { because: 'no_fax' } } as const;
    expect(night.tell(withheld, 11).refused).to.equal(null);
    expect(night.tell(withheld, 12).refused).to.equal('already_known');
    night.tell({ type: 'record_page', legId, page: { disclosureId: 'ds1' } }, 13);
    expect(night.call.recordPages).to.deep.equal({ a: 'released' });
  });

  it('that comes when the case is closed already is still kept, and the log still tells the same case', () => {
    const { night, legId } = takenBy('a');
    night.tell({ type: 'outcome_keyed', legId, outcome: 'advice', visitMinutes: null }, 20);
    expect(night.call.status).to.equal('closed');
    night.tell({ type: 'record_page', legId, page: { because: 'case_closed' } }, 21);
    expect(night.call.recordPages).to.deep.equal({ a: 'case_closed' });
    expect(rebuild(night.log)).to.deep.equal(night.call);
  });
});
