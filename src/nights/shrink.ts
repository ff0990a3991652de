/** From a night that broke a rule to the shortest story that still does: fewer calls, fewer faults, people who simply say yes. */
import { type Night, type NightOptions, playNight } from './night.ts';
import type { Story } from './story.ts';
import type { Town } from './town.ts';
import type { Rule } from './watch.ts';

/** Far above what a night needs; a story that will not grow shorter is told as it is. */
const mostTellings = 400;

/** @returns the shortest night found that breaks `rule`, told in full. The night is over at the last call's end. */
export async function shrink(night: Night, rule: Rule, town: Town, options: NightOptions = {}): Promise<Night> {
  let tellings = 0;
  let { story } = night;
  const stillBreaks = async (shorter: Story): Promise<boolean> => {
    if (++tellings > mostTellings) return false;
    return (await playNight(shorter, town, options)).breaches.some((breach) => breach.rule === rule);
  };
  const keep = async (shorter: Story): Promise<boolean> => {
    if (!(await stillBreaks(shorter))) return false;
    story = shorter;
    return true;
  };

  const broken = night.breaches.find((breach) => breach.rule === rule);
  // Whatever comes later has nothing to do with it; a lost case shows only at the end.
  if (broken && rule !== 'lost') await keep({ ...story, calls: story.calls.filter((call) => call.at <= broken.at) });
  let isShorter = true;
  while (isShorter && tellings < mostTellings) {
    isShorter = await fewer(story.calls, (calls) => keep({ ...story, calls }));
    isShorter = (await fewer(story.faults, (faults) => keep({ ...story, faults }))) || isShorter;
  }
  for (const call of story.calls) {
    const plain = {
      ...call,
      keys: 'card',
      isWithheld: false,
      waits: { does: 'stays' },
      breaksAfterSeconds: null,
    } as const;
    await keep({ ...story, calls: story.calls.map((one) => (one.id === call.id ? plain : one)) });
  }
  for (const person of peopleOf(await playNight(story, town, { ...options, isTelling: true })))
    await keep({ ...story, calm: [...story.calm, person] });
  return playNight(story, town, { ...options, isTelling: true });
}

/** Leaves out halves, then quarters … then single ones, as long as the rest still breaks the rule. @returns whether any went. */
async function fewer<Part>(parts: readonly Part[], keep: (fewer: Part[]) => Promise<boolean>): Promise<boolean> {
  let left = [...parts];
  for (let size = Math.ceil(left.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2))
    for (let place = 0; place < left.length; ) {
      const without = [...left.slice(0, place), ...left.slice(place + size)];
      if (without.length < left.length && (await keep(without))) left = without;
      else place += size;
    }
  return left.length < parts.length;
}

/** Whoever was rung in it. */
function peopleOf(night: Night): string[] {
  const rung = night.told.flatMap(({ what }) => /^rings ((?:dr|ho|sb)_[0-9a-z]+)$/.exec(what)?.[1] ?? []);
  return [...new Set(rung)];
}
