/** A fax line that does what a test tells it, and remembers what it was asked. */
import {
  type FaxLine,
  FaxLineError,
  type FetchedMedia,
  type MediaRef,
  type OutboundState,
  type SendFax,
  type Sent,
} from '../../src/fax/fax-line.ts';

export interface PlayedLine extends FaxLine {
  sent: SendFax[];
  cancelled: string[];
  deleted: string[];
  searches: string[];
  /** What the next `send` answers, in order; accepted when there is none. */
  answers: (Sent | (() => Promise<Sent>))[];
  states: Map<string, OutboundState>;
  /** By reference. */
  known: Map<string, string>;
  isAway: boolean;
  media: (ref: MediaRef) => FetchedMedia;
}

export function playedLine(): PlayedLine {
  const away = (): void => {
    if (line.isAway) throw new FaxLineError('away', 'http_503');
  };
  const line: PlayedLine = {
    ...{ provider: 'interfax', sent: [], cancelled: [], deleted: [], searches: [], answers: [], isAway: false },
    ...{ states: new Map(), known: new Map() },
    media: () => ({ outcome: 'unavailable', code: 'none' }),
    async send(fax) {
      line.sent.push(fax);
      const answer = line.answers.shift() ?? { outcome: 'accepted', providerFaxId: String(1000 + line.sent.length) };
      return typeof answer === 'function' ? answer() : answer;
    },
    async status(id) {
      away();
      return line.states.get(id) ?? null;
    },
    async findByReference(reference) {
      line.searches.push(reference);
      away();
      return line.known.get(reference) ?? null;
    },
    cancel: async (id) => void line.cancelled.push(id),
    fetchMedia: async (media) => line.media(media),
    async deleteRemote(id) {
      away();
      line.deleted.push(id);
    },
  };
  return line;
}
