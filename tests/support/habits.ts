import type { Line, World } from './world.ts';

/** What people do with a ringing telephone (habits of the simulated exchange). */
export const answersAndPresses1 = {
  behaviour: 'answer',
  answerAfterSeconds: 4,
  keys: [{ afterSeconds: 3, digits: '1' }],
};
export const answersAndPresses = (digits: string, afterSeconds = 3) => ({
  behaviour: 'answer',
  answerAfterSeconds: 4,
  keys: [{ afterSeconds, digits }],
});
export const declines = answersAndPresses('2');
export const neverPicksUp = { behaviour: 'no-answer' };
export const voicemail = { behaviour: 'voicemail', answerAfterSeconds: 6 };

/** A nurse rings about a patient, chooses 1, and keys the card. */
export async function nurseRingsAbout(world: World, card: string, from = '+819000001001'): Promise<Line> {
  const nurse = await world.rings(from);
  await world.passes({ seconds: 3 });
  await nurse.press('1');
  await world.passes({ seconds: 2 });
  await nurse.press(card);
  return nurse;
}
