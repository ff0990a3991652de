/**
 * The telephone network of a night: lines that ring, people and machines at their ends, scripts played word for word, conferences
 * by the carrier's rules. It speaks our own scripts instead of a vendor's markup; else it is what the exchange is, without HTTP.
 */
import { type CarrierStatus, isOver } from '../escalations/command.ts';
import { secondsOf } from '../voice/caller-scripts.ts';
import type { Ask, Confer, Script } from '../voice/script.ts';
import type { Conference, Gateway, Line, Observer, Person, PickUp } from './lines.ts';
import type { Timeline } from './timeline.ts';

export interface Network {
  lines: Map<string, Line>;
  /** A call of ours. */
  dial(call: NewCall): Line;
  /** Somebody rings us. */
  ring(call: { key: string; e164: string | null; own: string; person: Person }): Line;
  hangUp(line: Line): void;
  /** Ends a line that has not been answered; false: it is too late for that. */
  cancel(line: Line): boolean;
  /** Makes a line that is up fetch new words. */
  move(line: Line, path: string): boolean;
  conference(id: string): Conference | undefined;
}

export interface NewCall {
  key: string;
  e164: string;
  own: string;
  answerPath: string;
  statusPath: string;
  ringSeconds: number;
  person: Person;
  pickUp: PickUp;
}

const setUpMs = 1500;
const typingMs = 350;

export function createNetwork(timeline: Timeline, gateway: Gateway, observer: Observer): Network {
  const lines = new Map<string, Line>();
  const conferences = new Map<string, Conference>();
  let serial = 0;
  const sid = (prefix: string): string => prefix + (++serial).toString(16).padStart(32, '0');

  function report(line: Line, status: CarrierStatus): void {
    line.status = status;
    line.sequence++;
    if (!line.isInbound || isOver(status))
      gateway.tell(line.statusPath, line, { status, sequence: String(line.sequence) });
  }

  /** Something that this line does later, unless it was sent elsewhere meanwhile. */
  function later(line: Line, ms: number, step: () => void): void {
    const { turn } = line;
    timeline.after(ms, () => line.turn === turn && !isOver(line.status) && step());
  }

  function end(line: Line, status: CarrierStatus): void {
    if (isOver(line.status)) return;
    leave(line);
    line.turn++;
    hears(line, 0);
    report(line, status);
    observer.lineEnded(line);
  }

  /** Voice for so long from now on; what was quiet before it is counted. */
  function hears(line: Line, ms: number): void {
    const { ear } = line;
    if (line.answeredAt === null) return;
    if (!ear.inConversation && timeline.now > ear.lastVoiceAt) observer.silent(line, ear.lastVoiceAt, timeline.now);
    ear.lastVoiceAt = Math.max(ear.lastVoiceAt, timeline.now + ms);
  }

  async function fetch(line: Line, path: string, digits = ''): Promise<void> {
    const turn = ++line.turn;
    const script = await gateway.ask(path, line, digits);
    if (line.turn !== turn || isOver(line.status)) return;
    if (script === null) {
      observer.happened(line, 'nobody answered the carrier: the line is lost');
      return end(line, 'completed');
    }
    const question = script.find((verb) => verb.verb === 'ask' || verb.verb === 'record');
    if (question && 'path' in question) observer.asked(line, question.path);
    play(line, script);
  }

  function play(line: Line, [verb, ...rest]: Script): void {
    if (!verb) return end(line, 'completed');
    switch (verb.verb) {
      case 'say': {
        const ms = secondsOf(verb.text) * 1000;
        hears(line, ms);
        return later(line, ms, () => play(line, rest));
      }
      case 'press':
        return play(line, rest); // nobody of the town is rung by it
      case 'pause':
        return later(line, verb.seconds * 1000, () => play(line, rest));
      case 'ask':
        return ask(line, verb, rest);
      case 'confer':
        return enter(line, verb);
      case 'record':
        return later(line, line.person.isMachine ? verb.maxSeconds * 1000 : 15_000, () => void fetch(line, verb.path));
      case 'goto':
        return void fetch(line, verb.path);
      case 'dial':
        observer.happened(line, 'put through by the last resort');
        return end(line, 'completed');
      case 'hangup':
        return end(line, 'completed');
    }
  }

  function ask(line: Line, question: Ask, rest: Script): void {
    const words = secondsOf(question.say.join('')) * 1000;
    const keys = line.person.isMachine ? null : line.person.keys(question.path);
    const longest = words + question.seconds * 1000;
    if (keys === null || keys.afterMs > longest) {
      hears(line, words);
      return later(line, longest, () => (question.reportsSilence ? void fetch(line, question.path) : play(line, rest)));
    }
    hears(line, Math.min(words, keys.afterMs));
    later(line, keys.afterMs + typingMs * (keys.digits.length - 1), () => {
      observer.pressed(line, question.path, keys.digits);
      void fetch(line, question.path, keys.digits);
    });
  }

  // ------------------------------------------------------------------------------------------------ conferences

  function tellOf(conference: Conference, settings: Confer, event: string, callId: string | null): void {
    gateway.tellConference(settings.statusPath, { conference, event, callId, sequence: String(++conference.sequence) });
  }

  function enter(line: Line, settings: Confer): void {
    const known = conferences.get(settings.conference);
    const conference = known ?? {
      id: sid('CF'),
      name: settings.conference,
      isRunning: false,
      members: [],
      sequence: 0,
    };
    conferences.set(settings.conference, conference);
    conference.members.push(line);
    line.confer = { conference, settings };
    tellOf(conference, settings, 'join', line.id);
    const isStarting = conference.members.length > 1 && conference.members.some((one) => one.confer?.settings.starts);
    if (!conference.isRunning && isStarting) {
      conference.isRunning = true;
      tellOf(conference, settings, 'start', null);
      for (const member of conference.members) converse(member);
    } else if (conference.isRunning) converse(line);
    else void wait(line, settings);
    for (const member of conference.members) listen(member);
  }

  /** While nobody talks, the waiting words are played, again and again. */
  async function wait(line: Line, settings: Confer): Promise<void> {
    const { turn } = line;
    const isWaiting = () => line.turn === turn && line.confer !== null && !line.confer.conference.isRunning;
    let path = settings.waitPath;
    while (isWaiting()) {
      const script: Script | null = await gateway.ask(path, line, '');
      let next: string | null = null;
      for (const verb of script ?? []) {
        if (!isWaiting()) return;
        if (verb.verb === 'goto') next = verb.path;
        const ms = verb.verb === 'say' ? secondsOf(verb.text) * 1000 : verb.verb === 'pause' ? verb.seconds * 1000 : 0;
        if (verb.verb === 'say') hears(line, ms);
        if (ms > 0) await new Promise<void>((resolve) => timeline.after(ms, resolve));
      }
      if (next === null) return; // a waiting document that does not go on is followed by silence
      path = next;
    }
  }

  function converse(line: Line): void {
    const talk = line.person.talks();
    if (!talk) return;
    later(line, talk.afterMs, () => {
      if (talk.does === 'hangs_up') return end(line, 'completed');
      if (!line.confer?.settings.starLeaves) return;
      const { afterPath } = line.confer.settings;
      observer.pressed(line, afterPath, '*');
      leave(line);
      void fetch(line, afterPath);
    });
  }

  /** Whoever is in a running conference with somebody else hears a person. */
  function listen(line: Line): void {
    const isTalking = line.confer?.conference.isRunning && line.confer.conference.members.length > 1;
    if (isTalking && !line.ear.inConversation) {
      hears(line, 0);
      line.ear.inConversation = true;
      observer.converses(line, true);
    } else if (!isTalking && line.ear.inConversation) {
      line.ear.inConversation = false;
      observer.converses(line, false);
      line.ear.lastVoiceAt = timeline.now;
    }
  }

  function leave(line: Line): void {
    if (!line.confer) return;
    const { conference, settings } = line.confer;
    line.confer = null;
    conference.members = conference.members.filter((member) => member !== line);
    listen(line);
    tellOf(conference, settings, 'leave', line.id);
    if (settings.endsForAll) {
      const others = conference.members;
      conference.members = [];
      for (const member of others) {
        const { afterPath } = member.confer?.settings ?? settings;
        member.confer = null;
        listen(member);
        tellOf(conference, settings, 'leave', member.id);
        void fetch(member, afterPath);
      }
    }
    for (const member of conference.members) listen(member);
    if (conference.members.length > 0) return;
    conferences.delete(conference.name);
    tellOf(conference, settings, 'end', null);
  }

  // ------------------------------------------------------------------------------------------------ calls

  function newLine(
    of: Pick<Line, 'key' | 'isInbound' | 'e164' | 'own' | 'person' | 'answerPath' | 'statusPath'>,
  ): Line {
    const line: Line = {
      ...{ ...of, id: sid('CA'), status: 'queued', sequence: -1, createdAt: timeline.now, answeredAt: null, turn: 0 },
      ...{ confer: null, ear: { lastVoiceAt: timeline.now, inConversation: false } },
    };
    lines.set(line.id, line);
    observer.lineBegan(line);
    return line;
  }

  function answer(line: Line): void {
    line.answeredAt = timeline.now;
    line.ear.lastVoiceAt = timeline.now;
    report(line, 'in-progress');
    void fetch(line, line.answerPath);
  }

  return {
    lines,
    dial({ ringSeconds, pickUp, ...call }) {
      const line = newLine({ ...call, isInbound: false });
      later(line, 200, () => report(line, 'initiated'));
      if (pickUp.does === 'busy') later(line, setUpMs, () => end(line, 'busy'));
      else if (pickUp.does === 'unreachable') later(line, 4 * setUpMs, () => end(line, 'no-answer'));
      else {
        later(line, setUpMs, () => report(line, 'ringing'));
        const rings = 'afterMs' in pickUp && pickUp.afterMs < ringSeconds * 1000 ? pickUp : null;
        if (!rings) later(line, setUpMs + ringSeconds * 1000, () => end(line, 'no-answer'));
        else if (rings.does === 'rejects') later(line, setUpMs + rings.afterMs, () => end(line, 'busy'));
        else
          later(line, setUpMs + rings.afterMs, () => {
            if (rings.does === 'voicemail') line.person = machineOf(line.person);
            answer(line);
            if (rings.does === 'voicemail') timeline.after(60_000, () => end(line, 'completed'));
          });
      }
      return line;
    },
    ring(call) {
      const line = newLine({ ...call, isInbound: true, answerPath: '/voice/inbound', statusPath: '/voice/status' });
      answer(line);
      return line;
    },
    hangUp: (line) => end(line, 'completed'),
    cancel(line) {
      if (isOver(line.status) || line.answeredAt !== null) return false;
      end(line, 'canceled');
      return true;
    },
    move(line, path) {
      if (isOver(line.status) || line.answeredAt === null) return false;
      line.turn++;
      leave(line);
      void fetch(line, path);
      return true;
    },
    conference: (id) => [...conferences.values()].find((conference) => conference.id === id),
  };
}

const machineOf = (person: Person): Person => ({ ...person, isMachine: true, keys: () => null, talks: () => null });
