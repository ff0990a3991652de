import { expect } from 'chai';
import type { Command } from '../../src/escalations/command.ts';
import type { Effect } from '../../src/escalations/urgent-call.ts';
import { opening, PureCase } from '../support/pure-case.ts';
import { type NetworkEvent, type Order, people, playStory, type System } from '../support/small-network.ts';
import { endOf, expectedEnd, expectLawful } from '../support/story-end.ts';

const permutations = 10_000;

/** The rules alone: every delivery reaches them, also the doubled ones that receipts keep away in the gateway. */
class Rules implements System {
  readonly night = new PureCase({ doctors: [...people] });
  private seen = 0;

  async tell(event: NetworkEvent, at: number): Promise<void> {
    this.night.tell(this.command(event), (at - opening) / 1000);
  }

  orders(): Order[] {
    const fresh = this.night.effects.slice(this.seen);
    this.seen = this.night.effects.length;
    return fresh.flatMap(({ effect }) => this.order(effect));
  }

  dueAt = (): number | null => this.night.dueAt;
  isOpen = async (): Promise<boolean> => this.night.call.status !== 'closed';
  async wake(at: number): Promise<void> {
    this.night.tell({ type: 'tick' }, (at - opening) / 1000);
  }

  private order(effect: Effect): Order[] {
    if (effect.kind === 'move-caller') return [{ kind: 'move-caller' }];
    if (!('legId' in effect)) return [];
    const { legId } = effect;
    if (effect.kind === 'cancel-call') return [{ kind: 'cancel', legId }];
    if (effect.kind === 'move-leg') return [{ kind: 'move', legId }];
    // After the closing the phones are asked after too; here every report arrives in the end.
    if (effect.kind === 'settle-leg') return effect.afterSeconds === 0 ? [{ kind: 'settle', legId }] : [];
    const leg = this.night.call.legs[legId];
    if (!leg) return [];
    this.night.tell({ type: 'leg_placed', legId, callId: `CA-${legId}` });
    return [{ kind: 'place', legId, who: leg.subjectId }];
  }

  private command(event: NetworkEvent): Command {
    if (event.kind === 'join' || event.kind === 'leave') {
      const callId = event.line === 'caller' ? 'CA-caller' : `CA-${event.line}`;
      return { type: event.kind === 'join' ? 'line_joined' : 'line_left_conference', callId };
    }
    if (event.kind === 'caller-completed') return { type: 'caller_left', callId: 'CA-caller' };
    if (!('legId' in event)) return { type: 'tick' };
    const { legId } = event;
    const callId = `CA-${legId}`;
    switch (event.kind) {
      case 'answer':
        return { type: 'leg_picked_up', legId, callId };
      case 'silent':
        return { type: 'leg_silent', legId };
      case 'key1':
        return { type: 'leg_accepts', legId };
      case 'key2':
        return { type: 'leg_declines', legId };
      case 'star':
        return { type: 'leg_out_of_conference', legId };
      case 'advice':
        return { type: 'outcome_keyed', legId, outcome: 'advice', visitMinutes: null };
      case 'status':
        return { type: 'leg_progress', legId, callId, status: event.status };
      default:
        return { type: 'tick' };
    }
  }
}

describe('callbacks that come one to five times, late and in any order', function () {
  this.timeout(300_000);

  it(`end in the same final state in ${permutations.toLocaleString('en')} permutations of the rules`, async () => {
    for (let seed = 1; seed <= permutations; seed++) {
      const rules = new Rules();
      await playStory(rules, seed, opening);
      const { night } = rules;
      expect(
        endOf(night.call, (name) => name),
        `seed ${seed}`,
      ).to.deep.equal(expectedEnd);
      expectLawful(
        night.call,
        night.log.map(({ fact }) => fact),
        `seed ${seed}`,
      );
    }
  });
});
