import { offersOf } from '../disclosures/reading.ts';
import { needsAttestation, type RecordRequest, verdictSeconds } from '../disclosures/request.ts';
import type { VoiceContext } from './context.ts';
import { askKey, askNumber, hangUp, type Script, say } from './script.ts';
import { menuSeconds, paths } from './speech.ts';

/** What a doctor hears who wants a record: whatever fits his request now, from its state alone. */
export async function atRecords(ctx: VoiceContext, request: RecordRequest, tries: number): Promise<Script> {
  const { speech } = ctx;
  const { prompts } = speech;
  const number = (step: 'code' | 'pin' | 'card' | 'birth', digits: number): Script => [
    askNumber(paths.record(speech, step, request.id, tries), digits, prompts.say(`records_${step}_ask`)),
  ];
  const key = (step: 'reason' | 'attest' | 'after', words: string): Script => [
    askKey(paths.record(speech, step, request.id, tries), menuSeconds, words),
  ];
  switch (request.status) {
    case 'opened':
      return request.code === null ? number('code', 6) : number('pin', 8);
    case 'identified':
      return number('card', 12);
    case 'card_keyed':
      return number('birth', 8);
    case 'checking':
      // The same words and the same wait, whatever the verdict: the carrier's clock makes the delay, not our work.
      return [
        say(prompts.say('records_checking')),
        { verb: 'pause', seconds: verdictSeconds },
        { verb: 'goto', path: paths.record(speech, 'verdict', request.id, 0) },
      ];
    case 'confirmed':
      return key('reason', prompts.say('records_reason_ask'));
    case 'reasoned':
      return needsAttestation(request)
        ? key('attest', prompts.say('records_attest_ask'))
        : whereTo(ctx, request, tries);
    case 'calling_back':
      return [say(prompts.say('records_calling_back')), hangUp];
    case 'authorised':
    case 'released':
      return key('after', prompts.say('records_released'));
    case 'locked':
    case 'refused':
      return helpScript(ctx, request, tries);
    case 'abandoned':
      return [say(prompts.say('case_over')), hangUp];
  }
}

/** His own confirmed faxes by their keys and last four digits, and 9; with neither, people. A patient may have said no to the fax. */
async function whereTo(
  ctx: VoiceContext,
  { id: requestId, doctorId, subject }: Extract<RecordRequest, { status: 'reasoned' }>,
  tries: number,
): Promise<Script> {
  const { speech } = ctx;
  const { prompts } = speech;
  const offers = await offersOf(ctx, doctorId);
  const { canCall } = offers;
  const faxes = subject.isFaxRefused ? [] : offers.faxes;
  const why = subject.isFaxRefused ? [prompts.say('records_no_fax_consent')] : [];
  const items = faxes.map(({ position, e164 }) =>
    prompts.say('records_fax_item', { key: position, tail: [...e164.slice(-4)].join(' ') }),
  );
  if (canCall) items.push(prompts.say('records_spoken_item'));
  if (items.length === 0)
    return [
      askKey(paths.record(speech, 'where', requestId, tries), menuSeconds, ...why, prompts.say('records_nowhere')),
    ];
  const words = prompts.say('records_where_ask', { items: items.join('、') });
  return [askKey(paths.record(speech, 'where', requestId, tries), menuSeconds, ...why, words)];
}

/** Only the release is locked, never the help (rule 6). */
export function helpScript(ctx: VoiceContext, request: RecordRequest, tries: number): Script {
  const { speech } = ctx;
  const { prompts } = speech;
  const why =
    request.status === 'locked'
      ? prompts.say('records_locked')
      : request.status === 'refused' && request.why === 'revoked'
        ? prompts.say('records_revoked')
        : prompts.say('records_refused');
  return [askKey(paths.record(speech, 'help', request.id, tries), menuSeconds, why, prompts.say('records_help'))];
}
