/** What the drill says to the operator: Japanese first. */
const both = (ja: string, en: string): string => `${ja}\n${en}`;

export const nothingPublished = both(
  '案内の置き場所が設定されていません（FALLBACK_PUBLISH_TO、FALLBACK_URL）。',
  'No other host is configured (FALLBACK_PUBLISH_TO, FALLBACK_URL).',
);
export const whichAssociation = both(
  'どの医師会かを --association <コード> で指定してください。',
  'Name the association with --association <code>.',
);
export const noTelephone = both('電話番号として読めません。', 'That is no telephone number.');
export const neverPublished = both(
  '案内がまだ一度も置かれていません。ワーカーが動いているか確かめてください。',
  'The document was never published: check that a worker runs.',
);
export const addresses = (tonight: string, leg: string): string =>
  both(
    `電話会社の番号設定の fallback URL（GET）: ${tonight}\nTWILIO_FALLBACK_URL: ${leg}`,
    'Enter the first as the fallback URL of the number (HTTP GET); the second is for calls of our own.',
  );
export const ringing = both(
  'その電話を鳴らします。出て、案内のとおりに当番につながるか確かめてください。',
  'That telephone rings now: answer it, and follow the announcement until somebody on duty answers.',
);
export const rang = (phone: { to: string; status: string; seconds: number }): string =>
  `  ${phone.to}  ${phone.status}  ${phone.seconds} s`;
export const didYouTalk = '当番の方と話せましたか？ Did you talk with somebody on duty? [y/N] ';
export const proved = both('訓練を記録しました。次は1か月後です。', 'Written down. The next drill is due in a month.');
export const notProved = both(
  '確かめられませんでした。番号、当番表、置き場所を調べてください。',
  'Not proved: check the telephones, the roster and the other host.',
);
