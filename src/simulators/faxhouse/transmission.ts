import { damaged, firstPages } from './bad-line.ts';
import { loopBack } from './loopback.ts';
import { type Habit, nextHabit } from './machines.ts';
import type { Paper } from './paper.ts';
import { reportStage, type Stage } from './reports.ts';
import { announce, type Failure, type Fax, type House, hasEnded, later } from './state.ts';

/** InterFAX waits so long before its own next attempt; Telnyx makes none. */
const redialSeconds = 120;
/** A call that nobody answers rings so long; a person who hears tones hangs up after so long. */
const ringSeconds = 30;
const voiceSeconds = 20;
const refusalSeconds = 2;

/** Another attempt can help; anything else ends the fax at once. */
const worthAnother = (failure: Failure): boolean => ['busy', 'no-answer', 'voice', 'dropped'].includes(failure.kind);

/** The document is ready: from here the line decides. */
export function transmit(house: House, fax: Fax): void {
  if (hasEnded(fax)) return; // called off while its document was being made
  enter(house, fax, 'waiting', 'processed');
  dial(house, fax);
}

/** The fax ends without having been dialled (again). */
export function fail(house: House, fax: Fax, failure: Failure): void {
  if (hasEnded(fax)) return;
  fax.failure = failure;
  end(house, fax, 'failed');
}

/** The fax ends with this result at once: a simulator number, which nobody dials. Null is success. */
export function finish(house: House, fax: Fax, failure: Failure | null): void {
  if (hasEnded(fax)) return;
  fax.attemptsMade = 1;
  if (failure) return fail(house, fax, failure);
  fax.pagesSent = fax.sent?.pages.length ?? 0;
  end(house, fax, 'delivered');
}

/** Called off by the account. @returns false when it had ended already. */
export function cancel(house: House, fax: Fax): boolean {
  if (hasEnded(fax)) return false;
  end(house, fax, 'canceled');
  return true;
}

function dial(house: House, fax: Fax): void {
  fax.attemptsMade += 1;
  fax.pagesSent = 0;
  enter(house, fax, 'dialling', 'dialled');
  const { habit, allocated } = farEnd(house, fax);
  const attemptFails = (kind: 'busy' | 'no-answer' | 'voice' | 'unallocated', seconds: number) =>
    later(house, fax, seconds, () => attemptFailed(house, fax, { kind }));
  if (!allocated) return attemptFails('unallocated', refusalSeconds);
  if (habit.behaviour === 'busy') return attemptFails('busy', refusalSeconds);
  if (habit.behaviour === 'no-answer') return attemptFails('no-answer', ringSeconds);
  if (habit.behaviour === 'voice') return attemptFails('voice', habit.answerSeconds + voiceSeconds);
  later(house, fax, habit.answerSeconds, () => answered(house, fax, habit));
}

/**
 * The habit of the line between the two. A fax to us is as good as the sender's own line; our side always answers. A
 * number that nobody has is told from one that does not answer, as the network tells it.
 */
function farEnd(house: House, fax: Fax): { habit: Habit; allocated: boolean } {
  const theirs = house.machines.get(fax.direction === 'outbound' ? fax.to : fax.from);
  if (!theirs) return { habit: plainLine, allocated: fax.direction === 'inbound' || house.lines.has(fax.to) };
  const habit = nextHabit(theirs);
  const isIncoming = ['busy', 'no-answer', 'voice'].includes(habit.behaviour);
  return { habit: fax.direction === 'inbound' && isIncoming ? { ...habit, behaviour: 'ok' } : habit, allocated: true };
}

const plainLine: Habit = {
  behaviour: 'ok',
  answerSeconds: 5,
  secondsPerPage: 6,
  pagesArriving: 0,
  noise: 0,
  lostLines: 0,
};

function answered(house: House, fax: Fax, habit: Habit): void {
  fax.answeredAt = house.clock.now();
  enter(house, fax, 'sending', 'answered');
  const paper = fax.sent;
  if (!paper) throw new Error(`fax ${fax.id} was dialled without a document`);
  const pages = paper.pages.length;
  const drops = habit.behaviour === 'page-loss' && habit.pagesArriving < pages;
  const arriving = drops ? habit.pagesArriving : pages;
  for (let page = 1; page <= arriving; page += 1)
    later(house, fax, page * habit.secondsPerPage, () => {
      fax.pagesSent = page;
      announce(house, 'fax', { id: fax.id, state: fax.state, pagesSent: page });
    });
  // Half a page more is sent before the sender notices that nobody listens.
  later(house, fax, arriving * habit.secondsPerPage + (drops ? habit.secondsPerPage / 2 : 0), () => {
    house.work.begin();
    void received(house, paper, arriving, habit).then((arrived) => {
      fax.arrived = arrived;
      if (!hasEnded(fax)) {
        if (drops) attemptFailed(house, fax, { kind: 'dropped' });
        else end(house, fax, 'delivered');
      }
      house.work.end();
    });
  });
}

/** What comes out of the far machine. */
async function received(house: House, paper: Paper, pages: number, habit: Habit): Promise<Paper | null> {
  if (pages === 0) return null;
  const whole = pages === paper.pages.length ? paper : await firstPages(paper, pages);
  return habit.behaviour === 'bad-line' ? await damaged(whole, habit, house.chance) : whole;
}

function attemptFailed(house: House, fax: Fax, failure: Failure): void {
  fax.failure = failure;
  if (fax.attemptsMade >= fax.attemptsToPerform || !worthAnother(failure)) return end(house, fax, 'failed');
  enter(house, fax, 'waiting', 'redialling');
  later(house, fax, redialSeconds, () => dial(house, fax));
}

function end(house: House, fax: Fax, state: 'delivered' | 'failed' | 'canceled'): void {
  for (const timer of fax.timers) timer.cancel();
  fax.timers.clear();
  if (state === 'delivered') fax.failure = null;
  fax.endedAt = house.clock.now();
  enter(house, fax, state, state);
  if (fax.direction === 'outbound' && state === 'delivered') loopBack(house, fax);
}

function enter(house: House, fax: Fax, state: Fax['state'], stage: Stage): void {
  fax.state = state;
  fax.updatedAt = house.clock.now();
  announce(house, 'fax', { id: fax.id, state });
  reportStage(house, fax, stage);
}
