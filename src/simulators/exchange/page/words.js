/** Every word the page shows from its script: Japanese, then English. */
export const words = {
  idle: ['待機中', 'idle'],
  queued: ['発信待ち', 'queued'],
  calling: ['発信中', 'calling'],
  ringing: ['鳴っています', 'ringing'],
  waiting: ['会議で待っています', 'waiting in a conference'],
  asked: ['キー入力を待たれています', 'asked for keys'],
  listening: ['案内を聞いています', 'listening'],
  answer: ['出る', 'Answer'],
  decline: ['断る', 'Decline'],
  habit: ['出かた', 'habit'],
  withheld: ['非通知', 'number withheld'],
  connected: ['つながっています', 'Connected'],
  disconnected: ['つながりません。つなぎ直しています', 'Disconnected, trying again'],
  pressed: '押した',
  lost: ['（聞かれていません）', '(nobody listened)'],
  silence: '無音 silence',
  custom: (habit, count) =>
    count > 1 ? `${count}通りを順に ${count} in turn` : `${behaviours[habit.behaviour][0]}・キーを押す with keys`,
  call: (call, nameOf) =>
    call.direction === 'inbound'
      ? [`${nameOf(call.to)} へ発信`, 'dialled']
      : [`${nameOf(call.from)} から着信`, 'called by'],
};

export const behaviours = {
  answer: ['出る', 'answers'],
  voicemail: ['留守番電話', 'voicemail'],
  busy: ['話し中', 'busy'],
  reject: ['断る', 'declines'],
  'no-answer': ['出ない', 'no answer'],
  failed: ['つながらない', 'fails'],
  manual: ['手で出る', 'by hand'],
};

const endings = {
  completed: '終了',
  busy: '話し中',
  'no-answer': '応答なし',
  failed: '不通',
  canceled: '取り消し',
};

const patterns = [
  [/^dials (.+)$/, (number, nameOf) => `${nameOf(number)} へかける`],
  [/^joins conference/, () => '会議に入る'],
  [/^leaves conference/, () => '会議を出る'],
  [/^talks with (.+)$/, (numbers, nameOf) => `${numbers.split(', ').map(nameOf).join('、')} と話せる`],
  [/^hears nobody any more$/, () => '相手がいなくなる'],
  [/^beep: recording begins$/, () => 'ピー（録音開始）'],
  [/^beep: somebody (joins|leaves)$/, (what) => `ピッ（誰かが${what === 'joins' ? '入る' : '出る'}）`],
  [/^answering machine: greeting of (.+) s$/, (seconds) => `留守番電話の応答 ${seconds} 秒`],
  [/^answering machine: beep$/, () => '留守番電話のピー音'],
  [/^the phone is already in a call$/, () => '通話中のため話し中音'],
  [/^ended: (\S+), by/, (state) => `切れる（${endings[state] ?? state}）`],
  [/^application error$/, () => '応用側の誤り'],
];

/** An event of a transcript: in Japanese where we have words for it, and as it was written. */
export function eventWords(text, nameOf) {
  for (const [pattern, say] of patterns) {
    const found = pattern.exec(text);
    if (found) return say(found[1], nameOf);
  }
  return text;
}
