import { expect } from 'chai';
import type { FailureClass } from '../../src/fax/fax-line.ts';
import { failureOf as hylafaxFailure, stateOf as hylafaxState, parseJob } from '../../src/providers/hylafax/jobs.ts';
import { failureOf as interfaxFailure, stateOf as interfaxState } from '../../src/providers/interfax/codes.ts';
import { failureOf as telnyxFailure } from '../../src/providers/telnyx/reasons.ts';

describe('the words of the providers for what went wrong', () => {
  const interfax: [number, FailureClass, boolean][] = [
    [6017, 'busy', true],
    [6018, 'no_answer', true],
    [6001, 'invalid_number', false],
    [6021, 'blocked', false],
    [6042, 'provider', true],
    [3224, 'no_fax_tone', true],
    [263, 'document', false],
    [4711, 'unknown', false],
    [6099, 'unknown', false],
  ];
  for (const [code, kind, retryable] of interfax)
    it(`InterFAX ${code} is ${kind}`, () => {
      expect(interfaxFailure(code)).to.deep.equal({ class: kind, retryable, code: String(code) });
    });
  it('InterFAX is at work below 0, done at 0, failed above', () => {
    const states = [-22, -1, 0, 1].map((status) => interfaxState(status, 2).state);
    expect(states).to.deep.equal(['sending', 'sending', 'delivered', 'failed']);
  });

  const telnyx: [string | null, FailureClass, boolean][] = [
    ['user_busy', 'busy', true],
    ['receiver_no_answer', 'no_answer', true],
    ['fax_initial_communication_timeout', 'no_fax_tone', true],
    ['receiver_call_dropped', 'dropped', true],
    ['receiver_unallocated_number', 'invalid_number', false],
    ['connection_channel_limit_exceeded', 'blocked', true], // barred by name, but it passes
    ['destination_not_in_countries_whitelist', 'blocked', false],
    ['something_new', 'unknown', false],
    ['toString', 'unknown', false],
    ['<script>', 'unknown', false],
    [null, 'unknown', false],
  ];
  for (const [reason, kind, retryable] of telnyx)
    it(`Telnyx ${reason} is ${kind}`, () => {
      expect(telnyxFailure(reason)).to.include({ class: kind, retryable });
      expect(telnyxFailure(reason).code).to.match(/^[a-z_]+$/);
    });

  const hylafax: [status: string, why: string | null, FailureClass, boolean][] = [
    ['Busy signal detected {E001}', 'failed', 'busy', true],
    ['No answer from remote {E003}', null, 'no_answer', true],
    ['No carrier detected {E002}', 'failed', 'no_fax_tone', true],
    ['Failure to train {E105}', 'failed', 'training', true],
    ['RSPREC error {E155}', 'failed', 'protocol', true],
    ['Page width {E416}', 'failed', 'document', false],
    // HylaFAX 6.0.7 as Debian has it: no code, the cause first (seen on tests/fax-line).
    ['Busy signal detected; too many attempts to dial', 'failed', 'busy', true],
    ['No answer from remote; too many attempts to dial', 'failed', 'no_answer', true],
    ['No carrier detected; too many attempts to dial', null, 'no_fax_tone', true],
    ['No receiver protocol (T.30 T1 timeout)', 'failed', 'no_fax_tone', true],
    ['No local dialtone; too many attempts to dial', 'failed', 'provider', true],
    ['Failure to train remote modem at 2400 bps or minimum speed', 'failed', 'training', true],
    ['No response to PPS repeated 3 times.; too many attempts to send', 'failed', 'dropped', true],
    ['Unspecified Transmit Phase C error; too many attempts to send', 'failed', 'dropped', true],
    ['COMREC invalid response received', 'failed', 'protocol', true],
    ['Document corrupted', 'failed', 'document', false],
    ['The moon was wrong', 'failed', 'unknown', false],
    ['', 'format_failed', 'document', false],
    ['', 'rejected', 'invalid_number', false],
    ['The moon was wrong {E999}', 'failed', 'unknown', false],
    ['', 'failed', 'unknown', false],
  ];
  for (const [status, why, kind, retryable] of hylafax)
    it(`HylaFAX "${status}" (${why}) is ${kind}`, () => {
      expect(hylafaxFailure(parseJob(`status:${status}`), why)).to.include({ class: kind, retryable });
    });

  it('HylaFAX is at work, done or failed by the state of its job, or by what the hook says', () => {
    const job = (state: number, more = ''): ReturnType<typeof parseJob> =>
      parseJob(`state:${state}\nnpages:2\n${more}`);
    expect(hylafaxState(job(6), null).state).to.equal('sending');
    expect(hylafaxState(job(3), null).state).to.equal('queued');
    expect(hylafaxState(job(7), null)).to.deep.equal({ state: 'delivered', pages: 2 });
    expect(hylafaxState(job(7, 'statuscode:4'), null).state).to.equal('failed');
    expect(hylafaxState(job(8), null).state).to.equal('failed');
    expect(hylafaxState(job(6), 'done').state).to.equal('delivered');
    expect(hylafaxState(job(6), 'requeued').state).to.equal('sending');
  });
});
