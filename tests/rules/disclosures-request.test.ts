import { expect } from 'chai';
import fc from 'fast-check';
import { type Counters, noFailures } from '../../src/disclosures/lock.ts';
import {
  type Decision,
  decide,
  type Event,
  isOver,
  mayHoldKey,
  openRequest,
  type RecordRequest,
  verdictSeconds,
} from '../../src/disclosures/request.ts';

const endOfDay = 86_400_000;
const free: Counters = { doctor: noFailures, line: noFailures, lineDay: noFailures, card: noFailures };
const nearly: Counters = { ...free, doctor: { failures: 4, lockedUntil: null } };
const shut: Counters = { ...free, line: { failures: 9, lockedUntil: 1_000_000 } };
const card = { cardId: 'cd_1', patientId: 'pt_1', version: 3 };
const keyed: Event = { type: 'card_keyed', card, isRevoked: false, cardTag: 'tag' };
const unknown: Event = { type: 'card_keyed', card: null, isRevoked: false, cardTag: 'other' };
const fax: Event = { type: 'destination_chosen', destination: { to: 'fax', destinationId: 'fd_1', form: 'full' } };
const phone: Event = { type: 'destination_chosen', destination: { to: 'phone', phoneId: 'ph_1' } };
const right: Event = { type: 'birth_date_checked', relation: 'deputy', isFaxRefused: false };
const wrong: Event = { type: 'birth_date_checked', relation: null, isFaxRefused: false };
const start = (): RecordRequest =>
  openRequest({ id: 'rq_1', associationId: 'as_1', at: 0 }, { counters: free, endOfDay });

/** Tells the events one after another, ten seconds apart. */
function told(events: readonly Event[], counters: Counters = free): RecordRequest {
  return events.reduce(
    (request, event, index) => decide(request, event, (index + 1) * 10_000, { counters, endOfDay }).request,
    start(),
  );
}
const signedOn: Event[] = [
  { type: 'code_keyed', code: '100552' },
  { type: 'pin_checked', doctorId: 'dr_1' },
];
const confirmed: Event[] = [...signedOn, keyed, right, { type: 'verdict_heard' }];
const reasoned: Event[] = [...confirmed, { type: 'reason_keyed', reason: 'visit' }];

describe('a record request', () => {
  it('of a patient who allows no fax goes to a telephone only, and stays open for it', () => {
    const refusing: Event = { type: 'birth_date_checked', relation: 'deputy', isFaxRefused: true };
    const asked = told([
      ...signedOn,
      keyed,
      refusing,
      { type: 'verdict_heard' },
      { type: 'reason_keyed', reason: 'visit' },
    ]);
    const around = { counters: free, endOfDay };
    expect(decide(asked, fax, 70_000, around)).to.deep.include({ refused: 'no_consent', request: asked });
    expect(decide(asked, phone, 70_000, around).request.status).to.equal('calling_back');
  });

  const table: { says: string; events: Event[]; counters?: Counters; status: string; more?: object }[] = [
    { says: 'wants the PIN after a code', events: signedOn.slice(0, 1), status: 'opened', more: { code: '100552' } },
    { says: 'knows the doctor by code and PIN', events: signedOn, status: 'identified', more: { doctorId: 'dr_1' } },
    {
      says: 'asks the code again after a wrong PIN',
      events: [signedOn[0]!, { type: 'pin_checked', doctorId: null }],
      status: 'opened',
      more: { code: null, wrong: 1 },
    },
    {
      says: 'locks at the fifth wrong answer of the member',
      events: [signedOn[0]!, { type: 'pin_checked', doctorId: null }],
      counters: nearly,
      status: 'locked',
    },
    { says: 'locks before it looks at a right PIN', events: signedOn, counters: shut, status: 'locked' },
    { says: 'asks the birth date for a card', events: [...signedOn, keyed], status: 'card_keyed' },
    { says: 'asks it for nobody’s card too', events: [...signedOn, unknown], status: 'card_keyed' },
    {
      says: 'asks for the card again after a wrong birth date',
      events: [...signedOn, keyed, wrong, { type: 'verdict_heard' }],
      status: 'identified',
      more: { wrong: 1 },
    },
    {
      says: 'never confirms nobody’s card, whatever is said of the date',
      events: [...signedOn, unknown, right, { type: 'verdict_heard' }],
      status: 'identified',
      more: { wrong: 1 },
    },
    { says: 'confirms card and birth date', events: confirmed, status: 'confirmed' },
    {
      says: 'answers a revoked card with the hub',
      events: [...signedOn, { ...keyed, card: null, isRevoked: true }, wrong, { type: 'verdict_heard' }],
      status: 'refused',
      more: { why: 'revoked' },
    },
    { says: 'is authorised by reason and fax', events: [...reasoned, fax], status: 'authorised' },
    {
      says: 'is released by its disclosure',
      events: [...reasoned, fax, { type: 'disclosed', disclosureId: 'ds_1' }],
      status: 'released',
      more: { disclosureId: 'ds_1' },
    },
    { says: 'rings the doctor back to read it out', events: [...reasoned, phone], status: 'calling_back' },
    {
      says: 'asks the PIN again at the call-back',
      events: [...reasoned, phone, { type: 'pin_checked_at_callback', doctorId: 'dr_1' }],
      status: 'authorised',
      more: { destination: { to: 'phone', phoneId: 'ph_1' } },
    },
    {
      says: 'takes nobody else’s PIN at the call-back',
      events: [...reasoned, phone, { type: 'pin_checked_at_callback', doctorId: 'dr_2' }],
      status: 'calling_back',
      more: { wrong: 1 },
    },
    {
      says: 'waits for its call-back after the hang-up',
      events: [...reasoned, phone, { type: 'hung_up' }],
      status: 'calling_back',
    },
    { says: 'ends with the call-back', events: [...reasoned, phone, { type: 'callback_ended' }], status: 'abandoned' },
    { says: 'ends when the line goes down', events: [...reasoned, { type: 'hung_up' }], status: 'abandoned' },
    { says: 'ends after ten minutes', events: [...confirmed, { type: 'expired' }], status: 'abandoned' },
    {
      says: 'is over for a doctor who was wrong three times in one call',
      events: [
        ...signedOn,
        ...[keyed, wrong, { type: 'verdict_heard' as const }],
        ...[keyed, wrong, { type: 'verdict_heard' as const }],
        ...[unknown, wrong, { type: 'verdict_heard' as const }],
      ],
      status: 'refused',
      more: { why: 'not_confirmed' },
    },
  ];
  for (const { says, events, counters, status, more } of table)
    it(says, () => {
      expect(told(events, counters))
        .to.include({ status })
        .and.to.deep.include({ ...more });
    });

  it('is locked from the first word on a locked line', () => {
    const request = openRequest({ id: 'rq_1', associationId: 'as_1', at: 0 }, { counters: shut, endOfDay });
    expect(request.status).to.equal('locked');
  });

  it('wants an attestation of a doctor outside the care team before it goes anywhere', () => {
    const outside: Event[] = [
      ...signedOn,
      keyed,
      { type: 'birth_date_checked', relation: 'none', isFaxRefused: false },
      { type: 'verdict_heard' },
      { type: 'reason_keyed', reason: 'other' },
    ];
    const request = told(outside);
    for (const where of [fax, phone])
      expect(decide(request, where, 99_000, { counters: free, endOfDay }).refused).to.equal('not_attested');
    expect(told([...outside, { type: 'attested' }, fax]).status).to.equal('authorised');
  });

  it('tells nobody’s card and a wrong date with the same state, at the same instant, and counts them alike', () => {
    const checked = (event: Event): Decision =>
      decide(told([...signedOn, event]), wrong, 777_000, { counters: free, endOfDay });
    const [one, other] = [checked(keyed), checked(unknown)];
    expect(one).to.deep.equal(other);
    expect(one.request).to.include({ status: 'checking', verdict: 'wrong', answerAt: 777_000 + verdictSeconds * 1000 });
    expect(one.counters).to.have.keys('doctor', 'line', 'lineDay', 'card');
  });

  it('lets no verdict be heard before its time', () => {
    const request = told([...signedOn, keyed, right]);
    const at = request.status === 'checking' ? request.answerAt : 0;
    const around = { counters: free, endOfDay };
    expect(decide(request, { type: 'verdict_heard' }, at - 1, around)).to.include({ refused: 'early', request });
    expect(decide(request, { type: 'verdict_heard' }, at, around).request.status).to.equal('confirmed');
  });
});

const events: fc.Arbitrary<Event> = fc.constantFrom<Event>(
  ...signedOn,
  ...[keyed, unknown, right, wrong, fax, phone],
  { type: 'pin_checked', doctorId: null },
  { type: 'birth_date_checked', relation: 'none', isFaxRefused: false },
  { type: 'verdict_heard' },
  { type: 'reason_keyed', reason: 'transfer' },
  { type: 'attested' },
  { type: 'pin_checked_at_callback', doctorId: 'dr_1' },
  { type: 'pin_checked_at_callback', doctorId: null },
  { type: 'disclosed', disclosureId: 'ds_1' },
  { type: 'disclosed', disclosureId: 'ds_2' },
  { type: 'callback_ended' },
  { type: 'hung_up' },
  { type: 'expired' },
);

describe('the laws of a record request', () => {
  it('is released at most once, only after PIN, card, date, reason and destination, and never changes afterwards', () => {
    // Long runs of the right events with anything strewn in, so that releases happen at all.
    const strewn = fc.array(fc.oneof({ weight: 1, arbitrary: events }), { maxLength: 30 });
    const whole = fc
      .tuple(strewn, fc.boolean())
      .map(([some, isWhole]) => (isWhole ? [...reasoned, fax, ...some] : some));
    let released = 0;
    fc.assert(
      fc.property(whole, fc.infiniteStream(fc.integer({ min: 0, max: 20_000 })), (strange, gaps) => {
        let request = start();
        let at = 0;
        let disclosures = 0;
        const seen = new Set<string>();
        for (const event of strange) {
          at += gaps.next().value ?? 0;
          const { request: next, refused } = decide(request, event, at, { counters: free, endOfDay });
          if (refused !== null || isOver(request)) expect(next).to.deep.equal(request);
          if (next.status === 'released' && request.status !== 'released') disclosures++;
          if (next.status === 'released' || next.status === 'authorised')
            expect([...seen]).to.include.members(['identified', 'card_keyed', 'checking', 'confirmed', 'reasoned']);
          if (isOver(next)) expect(mayHoldKey(next)).to.equal(false);
          request = next;
          seen.add(request.status);
        }
        expect(disclosures).to.be.at.most(1);
        released += disclosures;
      }),
      { numRuns: 2000 },
    );
    expect(released).to.be.above(100);
  });
});
