import { expect } from 'chai';
import { createWorld, type World, type WorldOptions } from './world.ts';

/** A world of its own for each test of the suite that asks; nothing may have been complained of when a test is over. */
export function useWorld(options: WorldOptions = {}): World {
  const world = {} as World;
  beforeEach(async () => {
    Object.assign(world, await createWorld(options));
  });
  afterEach(async () => {
    expect(world.complaints).to.deep.equal([]);
    await world.close();
  });
  return world;
}
