import { expect } from 'chai';
import { judge } from './judge.ts';
import { startLoad } from './load.ts';
import { dieAt, openStage, type Stage } from './stage.ts';

/** The moments at which something could be lost or done twice; `npm run crash` finds all others by itself. */
const moments = [
  'worker before provider POST /2010-04-01/Accounts/AC/Calls.json',
  'worker after provider POST /2010-04-01/Accounts/AC/Calls.json',
  'worker after commit carrier_circuit+carrier_pace+effect',
  'gateway after commit audit_entry+leg+receipt+urgent_call',
];

describe('killed at the worst moments, under calls that never stop', function () {
  this.timeout(600_000);
  let stage: Stage;
  before(async () => {
    stage = await openStage();
  });
  after(() => stage?.close());

  it('nothing is lost and nothing is done twice', async () => {
    // `npm run crash` also has callers for whom only the standby person is left, and doctors who want a bed.
    const load = await startLoad(stage, 1500, 12, ['accepts', 'busy', 'bed', 'record', 'voicemail']);
    for (const moment of moments) expect(await dieAt(stage, [moment], 60), 'who died where').to.equal(moment);
    await load.end();
    const { verdict } = await judge(stage, load, []);
    expect(verdict, JSON.stringify(verdict)).to.include({
      lost: 0,
      legsDoubled: 0,
      bedsDoubled: 0,
      pagesDoubled: 0,
      pagesLost: 0,
      auditSound: true,
    });
    expect(stage.members.restarts).to.have.length(moments.length);
    expect(verdict.cases).to.be.above(5);
  });
});
