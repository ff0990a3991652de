import { expect } from 'chai';
import fc from 'fast-check';
import {
  changedCritical,
  closingReasons,
  criticalKeys,
  decideLife,
  type LifeDecision,
  type LifeEvent,
  type RecordLife,
  standingOf,
  suspensionReasons,
} from '../../src/patients/life.ts';
import { daysSince, freshness } from '../../src/records/freshness.ts';
import { type SealedContent, sealedContentShape } from '../../src/records/record.ts';
import { minimumDraft } from '../support/drafts.ts';

const start = new Date('2026-01-01T00:00:00Z');
const days = (count: number): Date => new Date(start.getTime() + count * 86_400_000);

const typed = (
  by: string,
  changed: readonly (typeof criticalKeys)[number][] = criticalKeys,
  isFinished = true,
): LifeEvent => ({
  ...{ type: 'typed', by, changed, isComplete: true, isFinished },
});
const passed = (by: string, keys: readonly (typeof criticalKeys)[number][] = criticalKeys): LifeEvent => ({
  ...{ type: 'second_reading_passed', by, keys },
});

/** Applies events one by one; the answer to the last. */
function after(events: readonly LifeEvent[], at = start): LifeDecision {
  let decision: LifeDecision = { refused: 'not_there' };
  let life: RecordLife | null = null;
  for (const event of events) {
    decision = decideLife(life, event, at);
    if ('life' in decision) life = decision.life;
  }
  return decision;
}
const lifeAfter = (events: readonly LifeEvent[], at = start): RecordLife => {
  const decision = after(events, at);
  if ('refused' in decision) throw new Error(decision.refused);
  return decision.life;
};
const refusalAfter = (events: readonly LifeEvent[]): string => {
  const decision = after(events);
  return 'refused' in decision ? decision.refused : `went to ${decision.life.status}`;
};

describe('the life of a record', () => {
  it('goes from the typist to a second reader and is active then', () => {
    expect(lifeAfter([typed('ann', criticalKeys, false)])).to.include({ status: 'draft', version: 1, openVersion: 1 });
    const waiting = lifeAfter([typed('ann')]);
    expect(waiting).to.deep.include({ status: 'awaiting_second_reading', toCheck: criticalKeys, confirmedAt: null });
    expect(lifeAfter([typed('ann'), passed('bob')])).to.deep.include({
      status: 'active',
      confirmedAt: start,
      toCheck: [],
    });
  });

  const refusals: [string, LifeEvent[], string][] = [
    ['the typist cannot be the second reader', [typed('ann'), passed('ann')], 'same_person'],
    [
      'a field left out is not read',
      [typed('ann'), passed('bob', ['name', 'birth', 'allergy', 'dnar'])],
      'keys_missing',
    ],
    ['a draft waits for nobody', [typed('ann', criticalKeys, false), passed('bob')], 'not_waiting'],
    ['a second reading counts once', [typed('ann'), passed('bob'), passed('bob')], 'not_waiting'],
    ['nothing happens to what is not there', [{ type: 'confirmed', by: 'bob' }], 'not_there'],
    ['a draft cannot be confirmed', [typed('ann', [], false), { type: 'confirmed', by: 'bob' }], 'not_active'],
    ['finished twice', [typed('ann'), { type: 'finished', by: 'ann' }], 'nothing_typed'],
    [
      'nothing is typed into a suspended record',
      [typed('ann'), { type: 'suspended', reason: 'other' }, typed('ann')],
      'suspended',
    ],
    ['what is not suspended does not resume', [typed('ann'), { type: 'resumed' }], 'not_suspended'],
    [
      'what is closed stays closed',
      [typed('ann'), { type: 'closed', reason: 'deceased' }, { type: 'resumed' }],
      'closed',
    ],
    [
      'nothing is typed into a closed record',
      [typed('ann'), { type: 'closed', reason: 'moved' }, typed('ann')],
      'closed',
    ],
  ];
  for (const [what, events, refused] of refusals)
    it(`${what}: ${refused}`, () => expect(refusalAfter(events)).to.equal(refused));

  it('keeps the card on the version that was read, while a critical change waits', () => {
    const life = lifeAfter([typed('ann'), passed('bob'), typed('cem', ['allergy'])], days(10));
    expect(life).to.deep.include({
      status: 'awaiting_second_reading',
      version: 2,
      openVersion: 1,
      toCheck: ['allergy'],
    });
    expect(standingOf(life, days(10)).marks).to.deep.equal(['newer_waits']);
    expect(
      lifeAfter([typed('ann'), passed('bob'), typed('cem', ['allergy']), passed('ann', ['allergy'])]),
    ).to.deep.include({
      ...{ status: 'active', version: 2, openVersion: 2 },
    });
  });

  it('opens the newest draft while nobody has read any, marked so', () => {
    const life = lifeAfter([
      typed('ann', criticalKeys, false),
      { ...typed('ann', [], false), isComplete: false } as LifeEvent,
    ]);
    expect(life).to.include({ version: 2, openVersion: 2 });
    expect(standingOf(life, start).marks).to.deep.equal(['incomplete', 'not_second_read']);
  });

  it('needs no second reading for a change of anything else, and keeps its age', () => {
    const before = lifeAfter([typed('ann'), passed('bob')]);
    const decision = decideLife(before, typed('ann', []), days(50));
    expect('life' in decision && decision.life).to.deep.include({
      status: 'active',
      version: 2,
      openVersion: 2,
      confirmedAt: start,
    });
  });

  it('does not forget what waited when another version is typed over it', () => {
    expect(lifeAfter([typed('ann'), passed('bob'), typed('ann', ['birth']), typed('ann', [])])).to.deep.include({
      ...{ status: 'awaiting_second_reading', toCheck: ['birth'], version: 3, openVersion: 1 },
    });
  });

  it('goes back to the typist when a field does not agree', () => {
    const failed: LifeEvent = { type: 'second_reading_failed', by: 'bob', keys: ['birth'] };
    expect(lifeAfter([typed('ann'), failed])).to.deep.include({ status: 'draft', toCheck: criticalKeys });
  });

  it('is due after 90 days and stale after 180, and fresh again when confirmed', () => {
    const life = lifeAfter([typed('ann'), passed('bob')]);
    const seen = [89, 90, 90.01, 179, 180, 180.01].map((age) => standingOf(life, days(age)).status);
    expect(seen).to.deep.equal(['active', 'active', 'due', 'due', 'due', 'stale']);
    expect(standingOf(life, days(200)).marks).to.deep.equal(['stale']);
    const confirmed = decideLife(life, { type: 'confirmed', by: 'bob' }, days(200));
    expect('life' in confirmed && standingOf(confirmed.life, days(201))).to.deep.include({
      status: 'active',
      marks: [],
    });
    expect(freshness(start, days(-1))).to.equal('fresh');
    expect(daysSince(start, days(91.5))).to.equal(91);
    expect(daysSince(start, days(-3))).to.equal(0);
  });

  it('resumes as what it was suspended from', () => {
    const suspended: LifeEvent = { type: 'suspended', reason: 'in_hospital' };
    for (const events of [[typed('ann', [], false)], [typed('ann')], [typed('ann'), passed('bob')]]) {
      const before = lifeAfter(events);
      const back = lifeAfter([...events, suspended, { type: 'resumed' }]);
      expect(back).to.deep.equal(before);
      expect(lifeAfter([...events, suspended])).to.include({ status: 'suspended', reason: 'in_hospital' });
    }
  });

  const someKeys = fc.subarray([...criticalKeys]);
  const person = fc.constantFrom('ann', 'bob', 'cem');
  const anyEvent: fc.Arbitrary<LifeEvent> = fc.oneof(
    fc.record({
      type: fc.constant('typed' as const),
      by: person,
      changed: someKeys,
      isComplete: fc.boolean(),
      isFinished: fc.boolean(),
    }),
    fc.record({ type: fc.constant('finished' as const), by: person }),
    fc.record({
      type: fc.constantFrom('second_reading_passed' as const, 'second_reading_failed' as const),
      by: person,
      keys: someKeys,
    }),
    fc.record({ type: fc.constant('confirmed' as const), by: person }),
    fc.record({ type: fc.constant('suspended' as const), reason: fc.constantFrom(...suspensionReasons) }),
    fc.record({ type: fc.constant('resumed' as const) }),
    fc.record({ type: fc.constant('closed' as const), reason: fc.constantFrom(...closingReasons) }),
  );
  it('never lets a critical field become active that nobody else has read', () => {
    fc.assert(
      fc.property(fc.array(anyEvent, { maxLength: 30 }), (events) => {
        let life: RecordLife | null = null;
        let unread = new Set<string>();
        for (const event of [typed('ann', criticalKeys, false), ...events]) {
          const decision: LifeDecision = decideLife(life, event, start);
          if ('refused' in decision) continue;
          const before: RecordLife | null = life;
          life = decision.life;
          if (event.type === 'typed') for (const key of event.changed) unread.add(key);
          if (event.type === 'second_reading_passed') {
            expect(before?.typedBy).to.not.equal(event.by);
            unread = new Set([...unread].filter((key) => !event.keys.some((read) => read === key)));
          }
          if (life.status === 'active') {
            expect([...unread]).to.deep.equal([]);
            expect(life.openVersion).to.equal(life.version);
          }
          expect(life.openVersion).to.be.within(1, life.version);
          if (before && before.confirmedAt !== null && life.openVersion !== before.openVersion)
            expect(life.status).to.equal('active');
        }
      }),
      { numRuns: 500 },
    );
  });

  describe('asks for a second reading of', () => {
    const content = (change: (content: SealedContent) => void = () => undefined): SealedContent => {
      const made = sealedContentShape.parse({ schema: 1, ...minimumDraft() });
      change(made);
      return made;
    };
    const cases: [string, (content: SealedContent) => void][] = [
      ['name', ({ registration }) => (registration.nameKana.given = 'カオリ')],
      ['birth', ({ registration }) => (registration.birth = '1940-03-02')],
      ['allergy', ({ record }) => (record.allergy = { state: 'none' })],
      ['dnar', ({ record }) => (record.codeStatus = { status: 'attempt', document: null })],
      ['phone', ({ record }) => (record.contacts[0]!.phones = ['+819000000009'])],
    ];
    for (const [key, change] of cases)
      it(`a changed ${key}`, () => expect(changedCritical(content(), content(change))).to.deep.equal([key]));
    it('everything when it is new, and nothing when only the course changed', () => {
      expect(changedCritical(null, content())).to.deep.equal([...criticalKeys]);
      expect(
        changedCritical(
          content(),
          content(({ record }) => (record.course = '安定')),
        ),
      ).to.deep.equal([]);
    });
  });
});
