import { expect } from 'chai';
import fc from 'fast-check';
import { rebuild } from '../../src/escalations/evolve.ts';
import type { Leg, UrgentCall } from '../../src/escalations/urgent-call.ts';
import { isLive, linesUp } from '../../src/escalations/urgent-call.ts';
import { PureCase, type PureOptions } from './pure-case.ts';
import { happen, type Step, steps, towns } from './random-night.ts';

/**
 * Laws of an urgent call that hold whatever the outside tells it, in whatever order, in whatever town: `runs` random
 * nights for each.
 */
export function lawsOfUrgentCall(runs: number): void {
  /** Plays a random night and looks at the case after each step. */
  const always = (
    look: (night: PureCase, before: UrgentCall, seen: number) => void,
    accepting = true,
    numRuns = runs,
  ) =>
    fc.assert(
      fc.property(towns, steps({ accepting }), (town, night) => play(new PureCase(town), night, look)),
      { numRuns },
    );

  function play(night: PureCase, list: readonly Step[], look: Parameters<typeof always>[0]): void {
    for (const step of list) {
      const before = night.call;
      const seen = night.log.length;
      happen(night, step);
      look(night, before, seen);
    }
  }

  it('is accepted at most once under each fence, and fences only grow', () => {
    always((night) => {
      const fences = night.log.flatMap(({ fact }) => (fact.type === 'accepted' ? [fact.fence] : []));
      expect(fences).to.deep.equal([...new Set(fences)].sort((one, other) => one - other));
      let holder: string | null = null;
      for (const { fact } of night.log) {
        if (fact.type === 'accepted') {
          expect(holder, 'accepted while somebody else held it').to.equal(null);
          holder = fact.subjectId;
        }
        if (fact.type === 'acceptance_given_up') holder = null;
      }
    });
  });

  it('is accepted by a pressed key only: no voicemail, no callback and no clock ever accepts', () => {
    always((night) => {
      expect(night.call.acceptance).to.equal(null);
    }, false);
  });

  it('is exactly what its log says: the facts folded again give the same row', () => {
    always(
      (night) => {
        const log = JSON.parse(JSON.stringify(night.log)) as typeof night.log;
        expect(JSON.parse(JSON.stringify(rebuild(log)))).to.deep.equal(JSON.parse(JSON.stringify(night.call)));
      },
      true,
      Math.ceil(runs / 5),
    );
  });

  it('is never forgotten: while it is open it has a time at which it is looked at again, and that time lies ahead', () => {
    always((night) => {
      if (night.call.status === 'closed') expect(night.dueAt).to.equal(null);
      else {
        expect(night.dueAt, `no due time in ${night.call.status}`).to.be.a('number');
        expect(night.dueAt! - night.now, 'due at once, again and again').to.be.above(0);
      }
    });
  });

  it('rings nobody whom another case has reserved', () => {
    always((night, _before, seen) => {
      for (const { fact } of night.log.slice(seen)) {
        if (fact.type !== 'leg_requested' || fact.isReturn) continue;
        expect(night.town.busy.has(fact.subjectId), `${fact.subjectId} is reserved`).to.equal(false);
        expect(night.town.busy.has(fact.phoneId), `${fact.phoneId} is in use`).to.equal(false);
      }
    });
  });

  it('never has two live legs on one phone', () => {
    always((night) => {
      const phones = linesUp(night.call).map((leg) => leg.phoneId);
      expect(phones).to.deep.equal([...new Set(phones)]);
    });
  });

  it('never leaves the end: a closed case stays closed, with the same acceptance and the same outcome', () => {
    always((night, before) => {
      if (before.status !== 'closed') return;
      expect(night.call.status).to.equal('closed');
      expect(night.call).to.deep.include({ outcome: before.outcome, closedAt: before.closedAt, fence: before.fence });
      expect(night.call.acceptance).to.deep.equal(before.acceptance);
    });
  });

  it('asks hospitals by 120 s and offers the caller a choice by 175 s of every round without a yes', () => {
    always((night) => {
      const { status, roundStartedAt, choiceOffered } = night.call;
      const elapsed = (night.now - roundStartedAt) / 1000;
      if (status === 'hunting') expect(elapsed).to.be.at.most(120);
      if (status === 'hunting' || status === 'seeking_bed' || status === 'calling_standby')
        expect(choiceOffered || elapsed <= 175, `no choice after ${elapsed} s`).to.equal(true);
    });
  });

  it('keeps its words: accepted has an acceptance, unanswered a time to try again, and nobody else has', () => {
    always((night) => {
      const { call } = night;
      if (call.status !== 'closed') {
        expect(call.acceptance !== null, 'acceptance').to.equal(call.status === 'accepted');
        expect(call.retryAt !== null, 'retryAt').to.equal(call.status === 'unanswered');
      }
      for (const leg of Object.values(call.legs)) {
        expect(leg.outcome !== null, `outcome of ${leg.id}`).to.equal(leg.status === 'ended');
        if (leg.status === 'ended') expect(leg.inConference).to.equal(false);
      }
    });
  });

  it('changes nothing when it refuses', () => {
    fc.assert(
      fc.property(towns, steps({ accepting: true }), (town, list) => {
        const night = new PureCase(town);
        for (const step of list) {
          const answer = happen(night, step);
          if (!answer?.refused) continue;
          // What was due anyway may have happened beside it; about the event itself there is no fact.
          const own = answer.facts.filter(
            (fact) => 'legId' in fact && fact.type !== 'leg_requested' && fact.type !== 'leg_checked',
          );
          expect(own, answer.refused).to.deep.equal([]);
        }
      }),
      { numRuns: runs, examples: [takesItTwice] },
    );
  });

  it('does not give up: while nobody says yes, some phone is rung at least every five minutes, whoever is busy', () => {
    fc.assert(
      fc.property(towns, fc.array(fc.nat({ max: 6 }), { minLength: 1, maxLength: 10 }), (town, answers) => {
        const night = new PureCase(town);
        if (night.town.standby.length === 0) night.town.standby.push('s1');
        night.town.busy.delete('s1');
        let lastRing = 0;
        for (let second = 1; second <= 1800; second += 5) {
          night.waitUntil(second);
          for (const leg of linesUp(night.call)) nobodySaysYes(night, leg, answers);
          const rings = night.log.filter(({ fact }) => fact.type === 'leg_requested');
          lastRing = Math.max(lastRing, (rings.at(-1)?.at ?? 0) - night.openedAt);
          expect(second - lastRing / 1000, `silent since ${lastRing / 1000} s in ${night.call.status}`).to.be.below(
            300,
          );
        }
      }),
      { numRuns: Math.ceil(runs / 8) },
    );
  });
}

/** A phone that ends in one of the ways in which phones end without a yes. */
function nobodySaysYes(night: PureCase, leg: Leg, ways: number[]): void {
  const age = (night.now - leg.requestedAt) / 1000;
  const way = ways[Number(leg.id.slice(2)) % ways.length] ?? 0;
  const callId = `CA-${leg.id}`;
  if (age < 5 + way * 4) return;
  if (!isLive(leg)) return void night.tell({ type: 'leg_progress', legId: leg.id, callId, status: 'completed' });
  if (leg.role === 'hospital' && way > 3)
    night.tell({ type: 'hospital_refuses', legId: leg.id, refusal: 'ask_again', minutes: way * 30 });
  else if (way === 0) night.tell({ type: 'leg_declines', legId: leg.id });
  else if (way === 1) night.tell({ type: 'leg_refused', legId: leg.id, code: '21211' });
  else if (way === 2) night.tell({ type: 'leg_progress', legId: leg.id, callId, status: 'busy' });
  else night.tell({ type: 'leg_progress', legId: leg.id, callId, status: 'no-answer' });
}

const step = (kind: Step['kind'], dt = 0): Step => ({ dt, kind, pick: 0, extra: 0 });
/** A doctor takes a case without a card, is lost on both telephones, and takes it once more. */
const takesItTwice: [PureOptions, Step[]] = [
  {
    ...{ doctors: ['d1'], hospitals: [], standby: [], kind: 'area', withheld: false, busy: [] },
    ...{ phones: { d1: 2, d2: 1, d3: 1, d4: 1, d5: 1 }, beds: { h1: 'free', h2: 'free', h3: 'free' } },
    plan: { phonesAtOnce: 'all' },
  },
  [step('accepts'), step('failed'), step('refused', 5), step('refused', 5), step('accepts')],
];
