/** What a telephone network and the people at its telephones are made of. */
import type { CarrierStatus } from '../escalations/command.ts';
import type { Confer, Script } from '../voice/script.ts';

/** What a telephone does when it is rung; times from the first ring. */
export type PickUp =
  | { does: 'answers' | 'voicemail' | 'rejects'; afterMs: number }
  | { does: 'no_answer' | 'busy' | 'unreachable' };

/** Somebody (or a machine) at a telephone. */
export interface Person {
  /** Doctor, hospital, standby person, or the call that a family makes. */
  id: string;
  /** The telephone itself: a machine answers no question. */
  isMachine: boolean;
  /** Keys for a question, told by its address; `afterMs` counts from its first word. Null: nothing is pressed. */
  keys(path: string): { digits: string; afterMs: number } | null;
  /** In a conversation that has just begun: what ends it on this side, and when. Null: whatever the other does. */
  talks(): { does: 'hangs_up' | 'star'; afterMs: number } | null;
}

export interface Line {
  id: string;
  /** The same in every telling of this night: which telephone, rung for which time. */
  key: string;
  isInbound: boolean;
  /** The telephone at the other end; null: its number is withheld. */
  e164: string | null;
  /** Our number. */
  own: string;
  person: Person;
  status: CarrierStatus;
  statusPath: string;
  answerPath: string;
  sequence: number;
  createdAt: number;
  answeredAt: number | null;
  /** What this line does grows by one whenever it is sent elsewhere: steps of before are void. */
  turn: number;
  confer: { conference: Conference; settings: Confer } | null;
  /** The longest time in which whoever listens heard nothing. */
  ear: { lastVoiceAt: number; inConversation: boolean };
}

export interface Conference {
  id: string;
  name: string;
  isRunning: boolean;
  members: Line[];
  sequence: number;
}

/** The house as the carrier sees it: asked for words, told what happened. */
export interface Gateway {
  /** Null: nobody answered, twice. */
  ask(path: string, line: Line, digits: string): Promise<Script | null>;
  tell(path: string, line: Line, report: { status: CarrierStatus; sequence: string }): void;
  tellConference(
    path: string,
    report: { conference: Conference; event: string; callId: string | null; sequence: string },
  ): void;
}

/** What the watch is told of the network: the truth, beside what the house believes. */
export interface Observer {
  lineBegan(line: Line): void;
  lineEnded(line: Line): void;
  /** Words begin that end in a question (or in a message to be left); its address says which. */
  asked(line: Line, path: string): void;
  pressed(line: Line, path: string, digits: string): void;
  silent(line: Line, from: number, until: number): void;
  /** Talks with somebody in a conference, or does so no more. */
  converses(line: Line, isTalking: boolean): void;
  happened(line: Line | null, what: string): void;
}
