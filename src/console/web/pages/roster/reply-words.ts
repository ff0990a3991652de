import { catalogue } from '../../words/words.ts';

export const replyWords = catalogue(
  {
    repliesHint:
      '当番表と一緒にファックスした返信票です。本人のファックスから届いた「できない」は、明後日以降なら不在として書き込まれます。代わりの医師は月の表で置いてください。',
    noReply: '返信はまだありません',
    repliedOn: '{day} 返信',
    replyOf: '{name}の返信票（{month}月）',
    replyAgreed: '確認済み。',
    replyCannot: '不在にした日：{days}',
    replyLeft: '✓のある日：{days}',
    replyWaits: '人の確認を待っています',
    comma: '、',
    replyDates: '紙を読んで、できない日を選んでください',
    replyHint: '選んだ日は不在になります。今日・明日の日は、先に電話で本人に確かめてください。',
    replySettle: '{n}日を不在にして、この票を済みにする',
    replySettleNone: '不在なしで、この票を済みにする',
    showReply: '見る',
    showReplyOf: '{name}の返信票を見る',
    openReplyPage: '紙面を開く（閲覧は記録されます）',
    noReplyPage: '紙面はもうありません。',
  },
  {
    repliesHint:
      'Sheets that went with the faxed roster. A "cannot" from the doctor\'s own fax becomes an absence when it is for the day after tomorrow or later. Put somebody else in on the month page.',
    noReply: 'no reply yet',
    repliedOn: 'replied {day}',
    replyOf: 'Reply of {name} (month {month})',
    replyAgreed: 'Seen.',
    replyCannot: 'Made absences: {days}',
    replyLeft: 'Ticked: {days}',
    replyWaits: 'Waits for a person',
    comma: ', ',
    replyDates: 'Read the paper and choose the days he cannot',
    replyHint: 'The days chosen become absences. For today and tomorrow ring the doctor first.',
    replySettle: 'Make {n} days absences and finish this sheet',
    replySettleNone: 'Finish this sheet without an absence',
    showReply: 'Show',
    showReplyOf: 'Show the reply of {name}',
    openReplyPage: 'Open the page (the view is logged)',
    noReplyPage: 'The page is no longer kept.',
  },
);
