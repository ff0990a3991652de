/** What the roster's noes are called. */
import { catalogue } from '../../words/words.ts';

export const rosterRefusals = catalogue(
  {
    unknown_doctor: 'この医師は、この医師会に登録されていないか、使用停止です。別の医師を選んでください。',
    roster_past: '過ぎた日は変えられません。今日以降の日を選んでください。',
    roster_wrong_span: '終わりの日が始まりの日より前です。日付を直してください。',
    swap_same: '渡す医師と受ける医師が同じです。別の医師を選んでください。',
    swap_open: 'この当番には、返事待ちの交代の依頼がもうあります。「交代」の画面を見てください。',
    swap_over: 'この交代の依頼は終わっています。画面を読み込み直してください。',
    item_taken: '{name} さんがこの紙面を担当しています。受付の画面で確かめてください。',
    item_settled: 'この紙面はすでに済みです。画面を読み込み直してください。',
    overtaken: 'ほかの人が先にこの欄を変えました。新しい表を見て、もう一度選んでください。',
  },
  {
    unknown_doctor: 'This doctor is not registered here or out of use. Choose another one.',
    roster_past: 'Past dates cannot be changed. Choose today or later.',
    roster_wrong_span: 'The end lies before the beginning. Mend the dates.',
    swap_same: 'Both sides are the same doctor. Choose another one.',
    swap_open: 'A swap of this duty is waiting already. See the page of swaps.',
    swap_over: 'This request is over. Please reload the page.',
    item_taken: '{name} has this page in hand. See the inbox.',
    item_settled: 'This page is done with already. Please reload.',
    overtaken: 'Somebody else changed this place first. Look at the new table and choose again.',
  },
);
