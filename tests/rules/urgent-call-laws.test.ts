import { lawsOfUrgentCall } from '../support/laws.ts';

describe('an urgent call, whatever happens', function () {
  this.timeout(20_000);
  lawsOfUrgentCall(100); // a taste at every save; tests/proofs/urgent-call-laws.test.ts plays thousands
});
