import { lawsOfUrgentCall } from '../support/laws.ts';

describe('an urgent call, whatever happens in 2,000 random nights', function () {
  this.timeout(300_000);
  lawsOfUrgentCall(2000);
});
