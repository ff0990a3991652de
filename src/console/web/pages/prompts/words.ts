import { catalogue } from '../../words/words.ts';

export const promptWords = catalogue(
  {
    title: '音声案内',
    intro: '電話で流れる言葉の一覧です。押すとこのブラウザーの声で聞けます。電話の声とは少し違います。',
    search: '言葉で絞り込む',
    spoken: '聞く言語',
    noVoice:
      'このブラウザーには{language}の声がありません。文面だけを表示しています。OS の設定で音声を追加すると聞けます。',
    japanese: '日本語',
    english: '英語',
    play: '聞く：{text}',
    playShort: '聞く',
    stop: '止める',
    none: '見つかりません。',
    entrance: '入口の案内',
    caller: '急変の電話をかけた人へ',
    doctor: '呼ばれた医師へ',
    standby: '待機者へ',
    hospital: '病床を聞かれた病院へ',
    bed_desk: '病床連絡（病院から）',
    records: '登録医：記録の請求',
    record_spoken: '記録の読み上げ',
    duty: '当番の確認と交代',
    message: 'SMS の文面',
    words: '文の中に入る言葉',
  },
  {
    title: 'Prompts',
    intro:
      'Everything that a telephone says. Press to hear it in this browser’s voice, which differs a little from the telephone’s.',
    search: 'Find words',
    spoken: 'Hear it in',
    noVoice:
      'This browser has no voice for {language}: the texts are shown only. Add a voice in the settings of the system to hear them.',
    japanese: 'Japanese',
    english: 'English',
    play: 'Hear: {text}',
    playShort: 'Hear',
    stop: 'Stop',
    none: 'Nothing found.',
    entrance: 'Entrance',
    caller: 'To the caller of an urgent call',
    doctor: 'To a doctor who is rung',
    standby: 'To a standby person',
    hospital: 'To a hospital that is asked for a bed',
    bed_desk: 'Bed desk (from hospitals)',
    records: 'Doctors asking for a record',
    record_spoken: 'A record read out',
    duty: 'Who is on duty, and swaps',
    message: 'Text messages',
    words: 'Words within sentences',
  },
);

/** What stands for the blanks when a sentence is tried out. */
export const samples: Readonly<Record<'ja' | 'en', Readonly<Record<string, string>>>> = {
  ja: {
    ...{ association: '見本医師会', areas: '藤棚は1、浅間台は2', area: '藤棚', key: '1', family: 'た', given: 'は' },
    ...{
      year: '昭和15',
      items: '末尾0401のファクスは1',
      tail: '0401',
      secret: '1、2、3、4',
      days: '400',
      fact: 'ペニシリン',
    },
    ...{ count: '2', ordinal: '2人目', relation: '主治医', bed: '一般', needs: '酸素', need: '酸素', name: '佐藤医師' },
    ...{
      minutes: '30',
      types: '一般は1',
      staffed: '40',
      acceptance: '受け入れ可',
      names: '佐藤医師、鈴木医師',
      case: '1234',
    },
  },
  en: {
    ...{
      association: 'Sample Association',
      areas: 'Fujidana 1, Sengendai 2',
      area: 'Fujidana',
      key: '1',
      family: 'ta',
    },
    ...{
      given: 'ha',
      year: '1940',
      items: 'the fax ending in 0401 is 1',
      tail: '0401',
      secret: '1, 2, 3, 4',
      days: '400',
    },
    ...{ fact: 'penicillin', count: '2', ordinal: 'second', relation: 'attending', bed: 'general', needs: 'oxygen' },
    ...{ need: 'oxygen', name: 'Doctor Sato', minutes: '30', types: 'general 1', staffed: '40', acceptance: 'open' },
    ...{ names: 'Doctor Sato, Doctor Suzuki', case: '1234' },
  },
};
