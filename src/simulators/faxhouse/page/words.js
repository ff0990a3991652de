/** Every word the page shows from its script: Japanese, then English. */
export const words = {
  connected: ['つながっています', 'Connected'],
  disconnected: ['つながりません。つなぎ直しています', 'Disconnected, trying again'],
  drop: ['ここに紙を置くと送ります', 'Drop a PDF, TIFF, PNG'],
  choose: ['紙を選ぶ', 'Choose'],
  empty: ['受け皿は空です', 'The tray is empty'],
  idle: ['待機中', 'idle'],
  behaviour: ['このファックス機のふるまい', 'behaviour of this machine'],
  partial: ['途中で切れた', 'broken off'],
  more: (count) => [`前の ${count} 通も見る`, `Show ${count} older`],
  fewer: ['新しいものだけ', 'Newest only'],
  pages: (count) => [`${count}枚`, `${count} p.`],
  page: (page, of) => [`${page} / ${of} ページ`, `page ${page} of ${of}`],
  receiving: (done) => [`受信中 ${done}枚目まで`, `receiving, ${done} done`],
  ringing: ['着信中', 'ringing'],
  sent: ['送った紙', 'Sent'],
  noOurs: ['医師会の番号がまだありません', 'No number of ours yet'],
  unnamed: ['名前のない機械', 'Unnamed machine'],
};

export const behaviours = {
  ok: ['ふつう', 'works'],
  busy: ['話し中', 'busy'],
  'no-answer': ['出ない', 'no answer'],
  'bad-line': ['雑音の多い線', 'bad line'],
  'page-loss': ['途中で切れる', 'loses pages'],
  voice: ['人が出る', 'a person answers'],
};

/** How far a fax to us has come. */
export const sendStates = {
  preparing: ['読み取り中', 'scanning'],
  waiting: ['発信待ち', 'waiting'],
  dialling: ['発信中', 'dialling'],
  sending: ['送信中', 'sending'],
  delivered: ['届きました', 'delivered'],
  failed: ['届きませんでした', 'failed'],
  canceled: ['取り消し', 'cancelled'],
};

/** Why the fax house did not do what was asked, by status. */
export const refusals = {
  400: ['頼み方に足りないところがあります。', 'Something is missing in the request.'],
  404: ['送り先の番号か、その紙が見つかりません。', 'There is no such number of ours, or no such page.'],
  413: ['ファイルが大きすぎます（50 MB まで）。', 'The file is too large (50 MB at most).'],
  422: ['この紙は送れません。壊れていない PDF・TIFF・PNG・JPEG を置いてください。', 'This document cannot be faxed.'],
};
