/** The carrier's own interface, as a process of the house uses it: slow, busy, or silent about what it did. */
import { isOver } from '../escalations/command.ts';
import type { FoundCall, Placed, Telephone } from '../voice/telephone.ts';
import { chanceOf } from './chance.ts';
import type { Gateway, Line, Observer, Person } from './lines.ts';
import type { Network } from './network.ts';
import { calledBack, pickUpOf, rungPerson } from './people.ts';
import { type Story, shareOf } from './story.ts';
import type { Timeline } from './timeline.ts';
import type { Phone, Town } from './town.ts';

export interface CarrierParts {
  story: Story;
  town: Town;
  timeline: Timeline;
  network: Network;
  gateway: Gateway;
  observer: Observer;
  /** Whoever rang from this number tonight. */
  familyAt(e164: string): Person | null;
}

/** @returns the interface for one process: what it asked is not answered after its end. */
export function createCarrier(parts: CarrierParts): (isAlive: () => boolean) => Telephone {
  const { story, town, timeline, network, observer } = parts;
  const phones = new Map([...town.phones.values()].map((phone) => [phone.e164, phone]));
  const ringsOf = new Map<string, number>();
  const asked = new Map<string, number>();
  /** The same draw for the same question, whatever else happens in the night. */
  const chanceFor = (what: string, about: string) => {
    const times = (asked.get(what + about) ?? 0) + 1;
    asked.set(what + about, times);
    return chanceOf(story.seed, what, about, times);
  };

  const rest = (ms: number, isAlive: () => boolean): Promise<void> =>
    new Promise((resolve) => timeline.after(ms, () => isAlive() && resolve()));

  function dial(request: Parameters<Telephone['placeCall']>[0]): Line {
    const { to, from, answerPath, statusPath, ringSeconds } = request;
    const ring = (ringsOf.get(to) ?? 0) + 1;
    ringsOf.set(to, ring);
    const phone = phones.get(to);
    const at = new Date(timeline.now);
    const inUse = [...network.lines.values()].some(
      (line) => line.e164 === to && line.answeredAt !== null && isUp(line),
    );
    const { person, pickUp } = phone ? knownTelephone(phone, ring, at) : strangeTelephone(to, ring);
    return network.dial({
      ...{ key: `${to} ${ring}`, e164: to, own: from, answerPath, statusPath, ringSeconds, person },
      pickUp: inUse ? { does: 'busy' } : pickUp,
    });
  }
  const knownTelephone = (phone: Phone, ring: number, at: Date) => ({
    person: rungPerson(story, phone, ring, at),
    pickUp: pickUpOf(story, phone, ring, at),
  });
  const strangeTelephone = (to: string, ring: number) => {
    const { pickUp } = calledBack(story, to, ring);
    const nobody: Person = { id: 'nobody', isMachine: false, keys: () => null, talks: () => null };
    return { person: parts.familyAt(to) ?? nobody, pickUp };
  };

  return (isAlive) => ({
    async placeCall(request): Promise<Placed> {
      const chance = chanceFor('place', request.to);
      await rest(chance.between(60, 250), isAlive);
      if (chance.is(shareOf(story, 'carrier_busy'))) return { outcome: 'refused', code: '429', retry: true };
      if (chance.is(shareOf(story, 'carrier_refuses'))) return { outcome: 'refused', code: '21211', retry: false };
      if (!chance.is(shareOf(story, 'carrier_mute'))) return { outcome: 'placed', id: dial(request).id };
      const isPlaced = chance.is(0.6);
      if (isPlaced) dial(request);
      observer.happened(null, `the carrier does not say whether it placed a call (it ${isPlaced ? 'did' : 'did not'})`);
      await rest(4000, isAlive);
      return { outcome: 'unknown', code: 'ETIMEDOUT' };
    },
    async moveCall(callId, path) {
      await rest(120, isAlive);
      const line = network.lines.get(callId);
      return line && network.move(line, path) ? 'done' : 'gone';
    },
    async cancelCall(callId) {
      await rest(120, isAlive);
      const line = network.lines.get(callId);
      return line && network.cancel(line) ? 'done' : 'gone';
    },
    async findCalls(to, since): Promise<FoundCall[]> {
      await rest(200, isAlive);
      // Lists lag behind by two seconds; dates have whole seconds.
      const isListed = (line: Line): boolean =>
        line.e164 === to &&
        !line.isInbound &&
        line.createdAt >= since.getTime() - 2000 &&
        line.createdAt < timeline.now - 2000;
      return [...network.lines.values()].filter(isListed).map(found).reverse();
    },
    async fetchCall(callId) {
      await rest(120, isAlive);
      const line = network.lines.get(callId);
      if (!line) return 'gone';
      return chanceFor('fetch', line.key).is(shareOf(story, 'carrier_mute') / 2) ? 'unknown' : found(line);
    },
    async isInConference(callId, name) {
      await rest(200, isAlive);
      const confer = network.lines.get(callId)?.confer;
      return confer?.conference.name === name && confer.conference.isRunning;
    },
    async announce(conferenceId, path) {
      await rest(120, isAlive);
      const member = network.conference(conferenceId)?.members[0];
      if (!member) return 'gone';
      await parts.gateway.ask(path, member, '');
      return 'done';
    },
    async sendMessage() {
      await rest(120, isAlive);
      return { outcome: 'placed', id: 'SM' };
    },
  });
}

const isUp = (line: Line): boolean => !isOver(line.status);
const found = (line: Line): FoundCall => ({
  id: line.id,
  to: line.e164 ?? '',
  status: line.status,
  createdAt: new Date(line.createdAt),
});
