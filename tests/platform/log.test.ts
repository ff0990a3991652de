import { expect } from 'chai';
import fc from 'fast-check';
import { createLog, type Log, type LogFields, maskPhone, OperatorError } from '../../src/log.ts';

describe('the log', () => {
  let lines: string[];
  let log: Log;
  beforeEach(() => {
    lines = [];
    const clock = { now: () => new Date('2026-01-02T03:04:05Z'), after: () => ({ cancel: () => undefined }) };
    log = createLog('debug', { destination: { write: (line) => lines.push(line) }, clock, process: 'gateway' });
  });
  const last = (): Record<string, unknown> => JSON.parse(lines.at(-1) ?? '{}');
  const unsafe = (fields: Record<string, unknown>): LogFields => fields as LogFields;
  const caseId = 'uc_0123456789abcdefghjkmnpqrs';

  it('writes one JSON line: when, what, which process, and the permitted fields', () => {
    log.info('leg_rung', { caseId, state: 'ringing', ms: 12 });
    expect(last()).to.deep.equal({
      ...{ level: 'info', at: '2026-01-02T03:04:05.000Z', process: 'gateway' },
      ...{ caseId, state: 'ringing', ms: 12, event: 'leg_rung' },
    });
  });

  it('drops and counts a field that is not permitted', () => {
    log.info('card_keyed', unsafe({ patientName: '山田花子', cardNumber: '123456789012', caseId }));
    expect(last()).to.have.property('caseId', caseId);
    expect(lines.join('')).not.to.match(/山田|123456789012/);
    expect([...log.dropped]).to.deep.equal([
      ['patientName', 1],
      ['cardNumber', 1],
    ]);
  });

  const slips: { field: string; value: unknown; why: string }[] = [
    { field: 'caseId', value: '山田花子', why: 'a name for an id' },
    { field: 'patientId', value: '123456789012', why: 'a card for an id' },
    { field: 'callSid', value: '+81451234567', why: 'a phone for an id' },
    { field: 'reason', value: '息が苦しい', why: "the caller's words for a reason" },
    { field: 'code', value: 123456789012, why: 'a card for a code' },
    { field: 'kind', value: 'a1234567890', why: 'digits in a word' },
    { field: 'ms', value: '12', why: 'text for a number' },
    { field: 'state', value: { name: 'x' }, why: 'a record for a word' },
  ];
  for (const { field, value, why } of slips) {
    it(`drops ${why}`, () => {
      log.info('event', unsafe({ [field]: value }));
      expect(last()).not.to.have.property(field);
      expect(log.dropped.get(field)).to.equal(1);
    });
  }

  it('masks phones and digits, and cuts user, password and query from addresses', () => {
    log.info('event', {
      phone: '+81451234567',
      url: 'https://u:p@own.example/voice/leg?Digits=123#x',
      folder: '/data/123456789012',
    });
    expect(last()).to.include({ phone: '+81******67', url: 'https://own.example/voice/leg', folder: '/data/******' });
    expect(maskPhone('045-123-4567')).to.equal('******');
  });

  it('says our own errors in words, with digits masked, and their causes', () => {
    const error = new OperatorError('card 1234 5678 9012 is odd', {
      cause: Object.assign(new Error('山田'), { code: '23505' }),
    });
    log.error('broken', { error });
    expect(last().error).to.deep.include({ name: 'OperatorError', message: 'card ****** is odd' });
    expect(last().error).to.have.nested.property('cause.code', '23505');
    expect(last().error)
      .to.have.property('stack')
      .that.matches(/log\.test\.ts/);
    expect(lines.join('')).not.to.match(/山田|5678/);
  });

  it('keeps the words of a foreign error out, also where its stack repeats them', () => {
    for (const message of ['Key (name)=(山田花子) exists', '山田花子\n    at 山田花子 (x:1:1)', '']) {
      log.error('broken', { error: new TypeError(message) });
      expect(last().error).to.have.property('name', 'TypeError');
      expect(lines.join('')).not.to.match(/山田/);
    }
  });

  it('keeps a stack for errors only', () => {
    log.warn('odd', { error: new OperatorError('x') });
    expect(last().error).to.deep.equal({ name: 'OperatorError', message: 'x' });
  });

  it('survives whatever is thrown', () => {
    for (const error of [undefined, null, 'text', 7, {}, Object.assign(new Error('x'), { name: '山田' })])
      log.error('broken', { error });
    expect(lines.join('')).not.to.match(/山田|"text"/);
  });

  it('refuses an event name that is a sentence', () => {
    log.info('patient 山田 called');
    expect(last()).to.have.property('event', 'event_name_refused');
  });

  it('writes nothing below its level', () => {
    const quiet = createLog('warn', { destination: { write: (line) => lines.push(line) } });
    quiet.info('event');
    quiet.warn('event');
    expect(lines).to.have.length(1);
  });

  it('never lets Japanese text or a long number through, whatever the fields', () => {
    const value = fc.oneof(
      fc.constantFrom('山田花子', '123456789012', '+819012345678', 819012345678),
      fc.object(),
      fc.string(),
    );
    const name = fc.oneof(
      fc.constantFrom('caseId', 'state', 'code', 'reason', 'url', 'phone', 'folder', 'ok', 'kind', '山田花子'),
      fc.string(),
    );
    fc.assert(
      fc.property(fc.dictionary(name, value), (fields) => {
        lines = [];
        log.info('event', unsafe(fields));
        const { at: _, ...line } = last();
        expect(JSON.stringify(line)).not.to.match(/山田|123456789012|819012345678/);
      }),
    );
  });
});
