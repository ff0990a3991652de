import { callParams, sendReport } from '../callbacks.ts';
import { rfc2822 } from '../dates.ts';
import type { Run, Verb } from '../run.ts';
import { note } from '../sound.ts';
import { flagIn, methodIn, numberIn } from '../twiml.ts';
import type { XmlElement } from '../xml.ts';

/**
 * <Record>: the person talks for as long as the phone's habit says, then is silent. It ends by a key, after `timeout`
 * seconds of silence, at `maxLength`, or when the person hangs up (then `action` is still told, with Digits=hangup).
 */
export const record: Verb = (run, element) => {
  const { call, network } = run;
  const began = network.clock.now();
  const talks = call.habit?.speaksSeconds ?? 0;
  const silence = numberIn(element, 'timeout', 5);
  const longest = numberIn(element, 'maxLength', 3600);
  const finishKeys = element.attributes.finishOnKey ?? '1234567890*#';
  let over = false;

  if (flagIn(element, 'playBeep', true)) note(network, call, 'event', 'beep: recording begins');
  const finish = (key: string) => {
    over = true;
    const seconds = Math.min(longest, (network.clock.now().getTime() - began.getTime()) / 1000);
    const params = recordingParams(run, Math.round(seconds), key);
    note(network, call, 'event', `recorded ${params.RecordingDuration} s`);
    reportRecording(run, element, params);
    return params;
  };
  const goOn = (key: string) => {
    const params = finish(key);
    run.goTo(element.attributes.action ?? '', methodIn(element, 'method'), params);
  };

  run.onLeave((reason) => {
    call.listener = null;
    if (over || reason !== 'ended') return;
    run.lastWord(element.attributes.action ?? '', methodIn(element, 'method'), finish('hangup'));
  });
  call.listener = (key) => {
    if (finishKeys.includes(key)) goOn(key);
  };
  if (talks === 0)
    run.later(Math.min(silence, longest), () => {
      over = true; // an empty recording is thrown away
      run.next();
    });
  else run.later(Math.min(talks + silence, longest), () => goOn(''));
};

function recordingParams(run: Run, seconds: number, key: string): Record<string, string> {
  const { network } = run;
  const sid = network.chance.sid('RE');
  return {
    RecordingSid: sid,
    RecordingUrl: `https://api.twilio.com/2010-04-01/Accounts/${network.accountSid}/Recordings/${sid}`,
    RecordingDuration: String(seconds),
    Digits: key,
  };
}

function reportRecording(run: Run, element: XmlElement, recorded: Record<string, string>): void {
  const { recordingStatusCallback: url } = element.attributes;
  if (!url) return;
  const { network, call } = run;
  const { RecordingSid, RecordingUrl, RecordingDuration } = recorded;
  const address = run.documentUrl ? new URL(url, run.documentUrl).href : url;
  const params = {
    ...callParams(network, call),
    RecordingSid: RecordingSid!,
    RecordingUrl: RecordingUrl!,
    RecordingDuration: RecordingDuration!,
    RecordingStatus: 'completed',
    RecordingChannels: '1',
    RecordingSource: 'RecordVerb',
    RecordingStartTime: rfc2822(network.clock.now()),
  };
  const method = methodIn(element, 'recordingStatusCallbackMethod');
  sendReport(network, 'recording', RecordingSid!, { url: address, method }, params);
}
