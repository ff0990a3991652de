/**
 * How far a hospital's news may be believed (情報の確かさ): each answered question is held against what was known when it was asked.
 * Only fresh news of a free bed can be true or false; a question to a hospital without fresh news tells nothing of it.
 */
import { type BedOffer, standing } from './beds.ts';

export interface AnsweredRequest {
  hospitalId: string;
  askedAt: Date;
  /** `ask_again` is no answer to the question whether a bed was free. */
  answer: 'accepted' | 'full' | 'ask_again';
  /** What was known at that instant; null: nothing. */
  known: BedOffer | null;
}

export interface Truth {
  /** Fresh news said free, and the desk said yes. */
  agreed: number;
  /** Fresh news said free, and the desk said full. */
  disagreed: number;
  /** Asked without fresh news: says nothing of the news. */
  unknown: number;
}

/** By hospital. */
export function truthOf(requests: readonly AnsweredRequest[]): Map<string, Truth> {
  const found = new Map<string, Truth>();
  for (const { hospitalId, askedAt, answer, known } of requests) {
    const truth = found.get(hospitalId) ?? { agreed: 0, disagreed: 0, unknown: 0 };
    found.set(hospitalId, truth);
    if (answer === 'ask_again') continue;
    if (standing(known, 0, askedAt) !== 'free') truth.unknown += 1;
    else if (answer === 'accepted') truth.agreed += 1;
    else truth.disagreed += 1;
  }
  return found;
}
