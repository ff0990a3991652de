/** The hub's desk on the night of a story: the console on the story's database, its time told by the story and its timers real. */
import { systemClock } from '../../src/lib/clock.ts';
import type { Role } from '../../src/staff/staff.ts';
import { type ConsoleWorld, openConsoleWorld, type Person } from './console.ts';
import { createWorld, type World } from './world.ts';

export interface ConsoleNight {
  world: World;
  desk: ConsoleWorld;
  /** Somebody of the story's association. */
  person(role: Role, name?: string): Person;
  close(): Promise<void>;
}

export async function openConsoleNight(): Promise<ConsoleNight> {
  const world = await createWorld();
  const { db, town } = world;
  const desk = await openConsoleWorld({ db, clock: { now: () => world.now(), after: systemClock.after } });
  return {
    ...{ world, desk },
    person: (role, name = '看護 一郎') => desk.person(role, { associationId: town.associationId, name }),
    async close() {
      await desk.close();
      await world.close();
    },
  };
}
