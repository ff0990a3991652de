import { expect } from 'chai';
import fc from 'fast-check';
import {
  decide,
  type Fax,
  type FaxFact,
  isOver,
  mostAttempts,
  paceOf,
  parseReference,
  referenceOf,
  retryTable,
  searchSeconds,
  sendingSeconds,
  unknownSeconds,
} from '../../src/fax/fax.ts';
import { type FailureClass, type FaxFailure, failureClasses } from '../../src/fax/fax-line.ts';
import { plusSeconds } from '../../src/lib/clock.ts';

const begin = new Date('2026-11-02T13:00:00Z');
const id = `fx_${'a'.repeat(26)}`;
const queued: Fax = {
  ...{ id, status: 'queued', attempt: 0, providerFaxId: null, attemptedAt: null, dueAt: begin, retries: {} },
  ...{ searches: 0, pages: 3, pagesDone: 0, isResend: false, isUnwanted: false, failure: null },
};
const failure = (kind: FailureClass, retryable = true): FaxFailure => ({ class: kind, retryable, code: 'x' });
const having = (fax: Fax, at: Date, ...facts: FaxFact[]): Fax =>
  facts.reduce((so, fact) => decide(so, fact, at).fax, fax);
const dialing = having(queued, begin, { type: 'claimed' });
const sending = having(dialing, begin, { type: 'accepted', attempt: 1, providerFaxId: 'p1' });
const failedAs = (kind: FailureClass, pages: number | null = null, retryable = true): FaxFact => ({
  ...{ type: 'reported', attempt: 1, providerFaxId: 'p1' },
  report: { state: 'failed', pages, failure: failure(kind, retryable) },
});
const secondsUntilDue = (fax: Fax, at: Date = begin): number => ((fax.dueAt?.getTime() ?? 0) - at.getTime()) / 1000;

describe('the life of a page that is sent', () => {
  it('is written down as an attempt before the provider is asked, and claimed once', () => {
    expect(dialing).to.include({ status: 'dialing', attempt: 1 });
    expect(decide(dialing, { type: 'claimed' }, begin)).to.include({ event: null, news: 'nothing' });
  });

  it('ends delivered, tells so once, and hears nothing more', () => {
    const report = {
      type: 'reported',
      attempt: 1,
      providerFaxId: 'p1',
      report: { state: 'delivered', pages: 3 },
    } as const;
    const done = decide(sending, report, begin);
    expect(done.fax).to.include({ status: 'delivered', dueAt: null });
    expect(done.news).to.equal('settled');
    expect(decide(done.fax, report, begin).news).to.equal('nothing');
    expect(decide(done.fax, failedAs('busy'), begin).fax.status).to.equal('delivered');
  });

  const table: [FailureClass, retries: number, firstSeconds: number][] = [
    ['busy', 10, 60],
    ['no_answer', 5, 300],
    ['no_fax_tone', 1, 300],
    ['training', 3, 60],
    ['protocol', 3, 60],
    ['dropped', 3, 60],
    ['invalid_number', 0, 0],
    ['document', 0, 0],
    ['unknown', 0, 0],
  ];
  for (const [kind, retries, firstSeconds] of table)
    it(`is sent again ${retries} times after ${kind}${retries ? `, first after ${firstSeconds} s` : ''}`, () => {
      let fax = queued;
      let made = 0;
      while (fax.status === 'queued') {
        fax = having(fax, begin, { type: 'claimed' });
        const { attempt } = fax;
        fax = having(fax, begin, { type: 'accepted', attempt, providerFaxId: `p${attempt}` });
        const report = { state: 'failed', pages: 0, failure: failure(kind) } as const;
        fax = having(fax, begin, { type: 'reported', attempt, providerFaxId: `p${attempt}`, report });
        made++;
        if (made === 1 && retries > 0) expect(secondsUntilDue(fax)).to.equal(firstSeconds);
      }
      expect(made).to.equal(retries + 1);
      expect(fax.status).to.equal('failed');
    });

  it('is not sent again when the provider says that it is of no use, whatever the class', () => {
    expect(having(sending, begin, failedAs('busy', 0, false)).status).to.equal('failed');
  });

  it('goes on with the page that did not arrive, marked as sent again', () => {
    const again = having(sending, begin, failedAs('dropped', 2));
    expect(again).to.include({ status: 'queued', pagesDone: 2, isResend: true });
    const wrong = having(sending, begin, failedAs('dropped', 3));
    expect(wrong.pagesDone, 'all pages confirmed and yet failed: the last goes again').to.equal(2);
  });

  it('is not marked as sent again when nothing can have come out', () => {
    expect(having(sending, begin, failedAs('busy')).isResend).to.equal(false);
    expect(having(sending, begin, failedAs('protocol')).isResend).to.equal(true);
  });

  it('goes slower after training failed', () => {
    expect(paceOf(queued)).to.equal('usual');
    expect(paceOf(having(sending, begin, failedAs('training')))).to.equal('careful');
  });

  describe('with an unclear answer', () => {
    const unknown = having(dialing, begin, { type: 'outcome_unknown', attempt: 1, code: 'timeout' });

    it('is looked for and not sent again', () => {
      expect(unknown.status).to.equal('unknown');
      expect(decide(unknown, { type: 'claimed' }, begin).fax).to.equal(unknown);
      const found = having(unknown, begin, { type: 'accepted', attempt: 1, providerFaxId: 'p9' });
      expect(found).to.include({ status: 'sending', attempt: 1, providerFaxId: 'p9' });
    });

    it('counts as never taken only after the provider has said so several times over minutes', () => {
      let fax = unknown;
      let at = begin;
      let asked = 0;
      while (fax.status === 'unknown') {
        at = fax.dueAt as Date;
        fax = having(fax, at, { type: 'not_found', attempt: 1 });
        asked++;
      }
      expect(asked).to.equal(searchSeconds.length);
      expect((at.getTime() - begin.getTime()) / 1000).to.equal(155);
      expect(fax.status).to.equal('queued');
    });

    it('ends as unknown, and is not sent again, when the provider cannot be asked for an hour', () => {
      const late = plusSeconds(begin, unknownSeconds);
      const still = having(unknown, plusSeconds(late, -1), { type: 'not_answered', attempt: 1 });
      expect(still.status).to.equal('unknown');
      const ended = having(still, late, { type: 'not_answered', attempt: 1 });
      expect(ended).to.include({ status: 'failed' });
      expect(ended.failure?.class).to.equal('unknown');
    });

    it('is settled by a report that carries our reference', () => {
      const report = { type: 'reported', attempt: 1, providerFaxId: 'p3', report: { state: 'sending' } } as const;
      expect(having(unknown, begin, report)).to.include({ status: 'sending', providerFaxId: 'p3' });
    });
  });

  it('does not wait for ever for a provider that has fallen silent', () => {
    const silent = { type: 'reported', attempt: 1, providerFaxId: 'p1', report: { state: 'sending' } } as const;
    expect(having(sending, plusSeconds(begin, sendingSeconds - 1), silent).status).to.equal('sending');
    expect(having(sending, plusSeconds(begin, sendingSeconds), silent).status).to.equal('failed');
  });

  it('is corrected by a delivery reported late, with an alarm', () => {
    const failed = having(sending, begin, failedAs('document'));
    const report = {
      type: 'reported',
      attempt: 1,
      providerFaxId: 'p1',
      report: { state: 'delivered', pages: 3 },
    } as const;
    const corrected = decide(failed, report, begin);
    expect(corrected).to.include({ news: 'corrected', event: 'fax_delivered_after_all' });
    expect(corrected.fax.status).to.equal('delivered');
  });

  it('stops a later attempt when an earlier one turns out delivered', () => {
    const second = having(
      sending,
      begin,
      failedAs('busy'),
      { type: 'claimed' },
      { type: 'accepted', attempt: 2, providerFaxId: 'p2' },
    );
    const report = {
      type: 'reported',
      attempt: 1,
      providerFaxId: 'p1',
      report: { state: 'delivered', pages: 3 },
    } as const;
    expect(decide(second, report, begin)).to.include({ news: 'settled', stop: 'p2' });
  });

  it('of a frozen number is cancelled while it waits, stopped while it is under way, and never sent again', () => {
    const freeze = { type: 'cancelled', reason: 'frozen' } as const;
    expect(decide(queued, freeze, begin)).to.deep.include({ news: 'settled', stop: null });
    expect(decide(queued, freeze, begin).fax.status).to.equal('cancelled');
    const stopped = decide(sending, freeze, begin);
    expect(stopped).to.include({ stop: 'p1', news: 'nothing' });
    expect(having(stopped.fax, begin, failedAs('busy')).status).to.equal('cancelled');
    const early = having(dialing, begin, freeze);
    expect(decide(early, { type: 'accepted', attempt: 1, providerFaxId: 'p1' }, begin).stop).to.equal('p1');
  });
});

describe('laws of sending', () => {
  const anyFailure = fc.record({
    class: fc.constantFrom(...failureClasses),
    retryable: fc.boolean(),
    code: fc.constant('x'),
  });
  const pages = fc.option(fc.integer({ min: 0, max: 9 }));
  const report = fc.oneof(
    fc.constantFrom({ state: 'queued' as const }, { state: 'sending' as const }),
    fc.record({ state: fc.constant('delivered' as const), pages }),
    fc.record({ state: fc.constant('failed' as const), pages, failure: anyFailure }),
  );
  const attempt = fc.integer({ min: 1, max: 4 });
  const providerFaxId = fc.constantFrom('p1', 'p2');
  const fact: fc.Arbitrary<FaxFact> = fc.oneof(
    fc.constant({ type: 'claimed' as const }),
    fc.record({ type: fc.constant('accepted' as const), attempt, providerFaxId }),
    fc.record({ type: fc.constant('rejected' as const), attempt, failure: anyFailure }),
    fc.record({ type: fc.constant('outcome_unknown' as const), attempt, code: fc.constant('x') }),
    fc.record({ type: fc.constantFrom('not_found' as const, 'not_answered' as const), attempt }),
    fc.record({ type: fc.constant('reported' as const), attempt, providerFaxId, report }),
    fc.record({
      type: fc.constant('cancelled' as const),
      reason: fc.constantFrom('frozen' as const, 'withdrawn' as const),
    }),
  );

  it('hold for any facts in any order: one end that only a delivery corrects, due while it is not over, no attempt too many', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fact, fc.integer({ min: 0, max: 900 })), { maxLength: 60 }), (facts) => {
        let fax = queued;
        let at = begin;
        let settled = 0;
        for (const [next, seconds] of facts) {
          at = plusSeconds(at, seconds);
          const decided = decide(fax, next, at);
          if (decided.news === 'settled') settled++;
          if (isOver(fax.status) && decided.fax.status !== fax.status) {
            expect(decided.fax.status).to.equal('delivered');
            expect(decided.news).to.equal('corrected');
          }
          if (fax.status !== 'queued') expect(decided.fax.attempt).to.equal(fax.attempt);
          fax = decided.fax;
          expect(fax.dueAt === null).to.equal(isOver(fax.status));
          expect(fax.pagesDone).to.be.at.most(fax.status === 'delivered' ? fax.pages : fax.pages - 1);
          expect(fax.attempt).to.be.at.most(mostAttempts);
        }
        expect(settled).to.be.at.most(1);
      }),
      { numRuns: 500, seed: 20_261_102 },
    );
  });

  it('gives every class of failure a rule', () => {
    expect(Object.keys(retryTable).sort()).to.deep.equal([...failureClasses].sort());
  });
});

describe('the reference of an attempt', () => {
  it('is read back as it was made, and nothing else is', () => {
    expect(parseReference(referenceOf(id, 3))).to.deep.equal({ faxId: id, attempt: 3 });
    for (const wrong of ['', id, `${id}.0`, `${id}.100`, `x${id}.1`, `${id}.1 `])
      expect(parseReference(wrong)).to.equal(null);
  });
});
