import { catalogue } from '../../words/words.ts';

export const alarmWords = catalogue(
  {
    title: '警報',
    why: '機械だけでは片付けられなかったことです。確かめてから「対応した」を押してください。押した人と時刻は記録されます。',
    none: '警報はありません。',
    recipient_not_told: '記録のページが届かず、受け取る人にも電話で知らせられませんでした。電話で確かめてください。',
    break_glass: '担当でない医師に、緊急の開示をしました。必要だったかを確かめてください。',
    fallback_not_published:
      'システム停止時に流す案内（今夜の当番の電話）を、別のサーバーに置けません。そのサーバーを確かめてください。直ればこの警報は消えます。',
    drill_due: 'システム停止時の案内の訓練から1か月たちました。npm run drill で確かめてください。',
    first_carrier_left:
      '第一の電話会社が電話をかけられず、第二の電話会社でかけています。電話会社の状況を確かめてください。直ればこの警報は消えます。',
    about: '患者 {code}　→　{recipient}',
    open: '患者を開く',
    settle: '対応した',
  },
  {
    title: 'Alarms',
    why: 'What the system could not see to by itself. See to it, then press “Seen to”; who pressed and when is written down.',
    none: 'There are no alarms.',
    recipient_not_told: 'A record page did not arrive, and its recipient could not be told by telephone. Please ring.',
    break_glass: 'A record was given out to a doctor outside the care team. Please check that it had to be.',
    fallback_not_published:
      'The announcement for the hour without us (tonight’s telephones) cannot be written to the other host. Check that host; this goes away when it is mended.',
    drill_due: 'It is a month since somebody rang through the announcement for the hour without us: npm run drill.',
    first_carrier_left:
      'The first telephone company takes no calls; the second places them. Check with the company; this goes away when it is mended.',
    about: 'Patient {code} → {recipient}',
    open: 'Open the patient',
    settle: 'Seen to',
  },
);
