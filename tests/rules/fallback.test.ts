import { expect } from 'chai';
import { documentName } from '../../src/fallback/actions.ts';
import { mostPhones, orderTonight, phonesOf } from '../../src/fallback/fallback.ts';
import { signed } from '../../src/providers/places/s3.ts';
import type { Turn } from '../../src/roster/tonight.ts';

const at = new Date('2026-11-16T09:00:00Z');
const turn = (...subjects: string[]): Turn => ({
  ...{ from: at, until: at, isGap: false },
  duties: subjects.map((subjectId, place) => ({ subjectId, position: place + 1 })) as Turn['duties'],
});

describe('the telephones of the hour without us', () => {
  it('are rung standby first, then the first doctor of each area, then the second, then who takes over, each once', () => {
    const areas = [[turn('first A', 'second A'), turn('late A')], [turn('first B', 'second B', 'third B')]];
    expect(orderTonight([turn('hub'), turn('hub at dawn')], areas, ['hub', 'other hub'])).to.deep.equal([
      ...['hub', 'first A', 'first B', 'second A', 'second B', 'third B', 'hub at dawn', 'late A', 'other hub'],
    ]);
  });

  it('are those of the standby persons when the roster is empty', () => {
    expect(orderTonight([], [[], []], ['hub'])).to.deep.equal(['hub']);
    expect(orderTonight([turn()], [[turn()]], [])).to.deep.equal([]);
  });

  it('are each rung once, and no more than a caller waits for', () => {
    const phones = new Map([
      ['a', ['+811', '+812']],
      ['b', ['+812', '+813']],
      ['many', Array.from({ length: 20 }, (_, index) => `+82${index}`)],
    ]);
    expect(phonesOf(['b', 'nobody', 'a'], phones)).to.deep.equal(['+812', '+813', '+811']);
    expect(phonesOf(['many'], phones)).to.have.length(mostPhones);
  });

  it('stand under a name that only the key tells, and that stays', () => {
    const name = documentName(Buffer.alloc(32, 1), 'as_1');
    expect(name)
      .to.match(/^[0-9a-f]{32}\.xml$/)
      .and.to.equal(documentName(Buffer.alloc(32, 1), 'as_1'));
    expect(name).not.to.equal(documentName(Buffer.alloc(32, 2), 'as_1'));
  });
});

describe('a PUT into a bucket', () => {
  // The key of AWS's own examples; the signature was made by another program, which makes theirs as they print it.
  it('is signed as the bucket computes it', () => {
    const account = {
      ...{ region: 'us-east-1', keyId: 'AKIAIOSFODNN7EXAMPLE', secret: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY' },
      now: () => new Date('2013-05-24T00:00:00Z'),
    };
    const headers = signed(account, new URL('https://examplebucket.s3.amazonaws.com/tonight.xml'), '<Response/>');
    expect(headers['x-amz-date']).to.equal('20130524T000000Z');
    expect(headers.authorization).to.match(
      /^AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE\/20130524\/us-east-1\/s3\/aws4_request, SignedHeaders=content-type;host;x-amz-content-sha256;x-amz-date, Signature=30a565e259406fd3518408ff96794a27829faf74551733eecf773b0d992f08e5$/,
    );
  });
});
