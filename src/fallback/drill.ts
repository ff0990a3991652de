/**
 * The monthly proof that the document on the other host rings the right telephones: somebody's telephone is rung and hears it as a
 * caller would, straight from that host. Nothing of ours is asked while the call lasts.
 */
export interface DrillLine {
  /** Rings `to`, which then follows the document. @returns the call's id. @throws when the carrier refuses. */
  ring(to: string, from: string, url: string): Promise<string>;
  /** Null while it lasts. */
  ended(callId: string): Promise<{ status: string } | null>;
  /** The telephones that the document rang, in order. */
  rung(callId: string): Promise<{ to: string; status: string; seconds: number }[]>;
}

export interface Drill {
  phones: { to: string; status: string; seconds: number }[];
  /** The document was followed: at least one telephone was rung from it. */
  isFollowed: boolean;
}

/** @param wait lets time pass between two looks. */
export async function drill(
  line: DrillLine,
  { to, from, url }: { to: string; from: string; url: string },
  wait: () => Promise<void>,
): Promise<Drill> {
  const callId = await line.ring(to, from, url);
  while ((await line.ended(callId)) === null) await wait();
  const phones = await line.rung(callId);
  return { phones, isFollowed: phones.length > 0 };
}
