/** A job as HylaFAX's q-file tells it (sendq(5)): lines of `tag:value`, and what its states and codes mean. */
import type { FailureClass, FaxFailure, OutboundState } from '../../fax/fax-line.ts';

export type Job = ReadonlyMap<string, string>;

export const parseJob = (text: string): Job =>
  new Map(
    text
      .split('\n')
      .map((line) => /^([a-z!]+):(.*)$/.exec(line))
      .filter((match) => match !== null)
      .map(([, tag, value]) => [tag as string, (value ?? '').trim()]),
  );

const doneState = 7;
const failedState = 8;

/** E-codes (faxd/STATUS.txt) by their tens; the finer ones first. */
const exact: Readonly<Record<number, FailureClass>> = {
  1: 'busy',
  2: 'no_fax_tone', // no carrier
  3: 'no_answer',
  7: 'no_fax_tone', // carrier, but phase A failed
  8: 'no_fax_tone', // a data modem
  10: 'blocked', // blacklisted by the modem
  11: 'no_answer', // ringback, no answer
  12: 'no_fax_tone',
  13: 'training', // V.34/V.8 incompatible
  105: 'training',
};
const ranges: readonly (readonly [from: number, to: number, FailureClass])[] = [
  [0, 49, 'provider'], // our own line: no dial tone, glare
  [50, 99, 'protocol'],
  [100, 299, 'protocol'],
  [300, 399, 'provider'],
  [400, 499, 'document'],
];
/**
 * HylaFAX 6 (Debian's) writes no such code, and after its last dial only `statuscode:333`: what happened stands in the text, its
 * cause first (`Busy signal detected; too many attempts to dial`). Sentences as in its programs, the finer ones first.
 */
const sentences: readonly (readonly [RegExp, FailureClass, code: string])[] = [
  [/^busy signal/i, 'busy', 'busy_signal'],
  [/^no answer from remote|^ringback detected, no answer \(/i, 'no_answer', 'no_answer'],
  [/^no carrier detected|T1 timeout|phase A failure|no answer without CED/i, 'no_fax_tone', 'no_carrier'],
  [
    /^no local dialtone|^glare|^invalid dialing|modem .*(wedged|not respond|power)|modem on hook/i,
    'provider',
    'own_line',
  ],
  [/^call aborted|^job aborted|operator intervention|^REJECT/i, 'blocked', 'stopped'],
  [/\btrain\b|^DCS sent 3 times|high-speed data carrier/i, 'training', 'training'],
  [/^document|page (width|length)|^image |^can not seek|cannot send:|bitmap data/i, 'document', 'document'],
  [/^unspecified transmit|^no response to|\bDCN\b|disconnected prematurely/i, 'dropped', 'cut'],
  [/COMREC|RSPREC|T\.30|ECM|response|protocol|phase [B-E]|timeout/i, 'protocol', 'protocol'],
];

const retryable: ReadonlySet<FailureClass> = new Set([
  ...(['busy', 'no_answer', 'no_fax_tone', 'training', 'protocol', 'dropped', 'provider'] as const),
]);

/** What the notify hook's `why` means by itself; null: the job's code decides. */
const whys: Readonly<Record<string, FailureClass>> = {
  rejected: 'invalid_number',
  blocked: 'blocked',
  removed: 'blocked',
  killed: 'blocked',
  format_failed: 'document',
  no_formatter: 'document',
};

/** `why` is null when the file is read without a notice. */
export function failureOf(job: Job, why: string | null): FaxFailure {
  const told = /E(\d{3})/.exec(`${job.get('errorcode') ?? ''} ${job.get('status') ?? ''}`)?.[1];
  const named = why === null ? undefined : whys[why];
  if (named) return { class: named, retryable: false, code: told ? `E${told}` : (why ?? 'failed') };
  if (!told) return fromText(job.get('status') ?? '', why ?? 'failed');
  const number = Number(told);
  const kind = exact[number] ?? ranges.find(([from, to]) => number >= from && number <= to)?.[2] ?? 'unknown';
  return { class: kind, retryable: retryable.has(kind), code: `E${told}` };
}

function fromText(status: string, otherwise: string): FaxFailure {
  const [, kind, code] = sentences.find(([pattern]) => pattern.test(status)) ?? [null, 'unknown', otherwise];
  return { class: kind, retryable: retryable.has(kind), code };
}

const count = (text: string | undefined): number | null => (text && /^\d{1,4}$/.test(text) ? Number(text) : null);

/** A job is over by its state, or by what the hook said of it. */
export function stateOf(job: Job, why: string | null): OutboundState {
  const state = count(job.get('state'));
  const pages = count(job.get('npages'));
  // statuscode 0 is success in a file that was moved to doneq by a faxq that writes no errorcode.
  const isFailure = state === failedState || (state === doneState && (count(job.get('statuscode')) ?? 0) !== 0);
  if (why === 'done' || (why === null && state === doneState && !isFailure)) return { state: 'delivered', pages };
  const isEnd = why !== null && why !== 'requeued' && !why.startsWith('poll_');
  if (isEnd || isFailure) return { state: 'failed', pages, failure: failureOf(job, why) };
  return { state: state === 6 ? 'sending' : 'queued' };
}
