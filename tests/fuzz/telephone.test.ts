import { randomInt } from 'node:crypto';
import { expect } from 'chai';
import fc from 'fast-check';
import { voiceRoutes } from '../../src/voice/switchboard.ts';
import { openTelephone, type Telephone } from './telephone.ts';

const byte = fc.integer({ min: 0, max: 255 });
const story = fc.array(fc.tuple(byte, byte, byte, byte), { minLength: 4, maxLength: 24 });

/** `npm run fuzz -- --target telephone` plays on for as long as one likes, guided by the code that it makes run. */
describe('a telephone network gone mad', function () {
  this.timeout(180_000);
  let telephone: Telephone;
  before(async () => {
    telephone = await openTelephone();
  });
  after(() => telephone.close());

  for (const seed of [7, randomInt(2 ** 31)])
    it(`gets a script, nothing, or a plain no, whatever it says in whatever order (seed ${seed === 7 ? 7 : 'new'})`, async () => {
      const property = fc.asyncProperty(story, (steps) => telephone.play(steps));
      await fc.assert(property, { seed, numRuns: 60, endOnFailure: true, interruptAfterTimeLimit: 60_000 });
    });

  it('went through most of the questions, and got words', () => {
    const { webhooks, scripts, places } = telephone.told;
    expect(webhooks).to.be.above(500);
    expect(scripts / webhooks).to.be.above(0.5);
    expect(places.size).to.be.above(voiceRoutes({} as never, {} as never).length / 2);
  });
});
