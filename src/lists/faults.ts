/** What is wrong in a list, where, and what to do about it: the catalogue of sentences and the place in the file. */

export interface Place {
  file: string;
  /** Row number as a spreadsheet shows it: the headings are row 1. Null when it is about the file as a whole. */
  line: number | null;
  /** Column as counted in a spreadsheet (1 is A) and its heading as written; null when it is about the row. */
  column: { number: number; heading: string } | null;
}

export interface Fault extends Place {
  code: FaultCode;
  /** Fills the sentence. Never the content of a patient's cell, a card number, a PIN or a phone. */
  detail: string;
}

interface Words {
  ja: [problem: string, cure: string];
  en: [problem: string, cure: string];
}

/** Every sentence once; `{}` stands for the detail. */
const words = {
  // the file
  file_missing: {
    ja: ['ファイルがありません', '見本（config/examples/templates）の見出しだけのファイルでもよいので置いてください'],
    en: ['the file is missing', 'put it there, even with the headings only (config/examples/templates)'],
  },
  file_too_large: {
    ja: ['ファイルが大きすぎます（{}まで）', '別のファイルを置いていないか確かめてください'],
    en: ['the file is too large (at most {})', 'check that it is the right file'],
  },
  encoding: {
    ja: ['文字コードを読めません', 'Excel の「CSV UTF-8（コンマ区切り）」で保存してください'],
    en: ['the encoding is not readable', 'save it as "CSV UTF-8" (Shift_JIS is read too)'],
  },
  csv: {
    ja: ['CSV として読めません', '引用符「"」が閉じているか確かめてください'],
    en: ['this is not readable as CSV', 'check that every quotation mark is closed'],
  },
  no_headings: {
    ja: ['見出しの行がありません', '1 行目に見出しを書いてください: {}'],
    en: ['there is no row of headings', 'write the headings in row 1: {}'],
  },
  column_missing: {
    ja: ['見出し「{}」がありません', '見出しを加えてください'],
    en: ['the column "{}" is missing', 'add the heading'],
  },
  column_unknown: {
    ja: ['知らない見出しです', '消すか、次のどれかにしてください: {}'],
    en: ['unknown heading', 'remove it, or write one of: {}'],
  },
  column_twice: {
    ja: ['同じ意味の見出しが二つあります（{}）', '一つにしてください'],
    en: ['two headings mean the same ({})', 'keep one of them'],
  },
  column_personal: {
    ja: [
      '患者の氏名・生年月日・住所・電話などの列は受け取りません',
      '列ごと消してください。夜間の入口は患者番号・登録番号・地区・担当だけを知り、個人の情報は拠点で封をして保管します',
    ],
    en: [
      'a column for the name, birth date, address or phone of patients is refused',
      'remove the whole column: the night gateway knows codes and routing only, personal data stay sealed at the hub',
    ],
  },
  row_too_long: {
    ja: ['見出しより列が多くあります', '余分なコンマを消すか、値を引用符「"」で囲んでください'],
    en: ['more cells than headings', 'remove the extra comma, or put the value in quotation marks'],
  },
  one_row: {
    ja: ['医師会の行はちょうど一つです（{} 行あります）', '一つのフォルダーに一つの医師会だけを書いてください'],
    en: ['there must be exactly one association (found {})', 'one folder is one association'],
  },
  // the cell
  my_number: {
    ja: ['個人番号（マイナンバー）の検査を通る 12 桁の数字があります', '個人番号は保管しません。消してください'],
    en: ['twelve digits that pass the check of My Number', 'it is never kept: remove it'],
  },
  blank: { ja: ['空欄です', '値を書いてください'], en: ['the cell is blank', 'fill it in'] },
  too_long: {
    ja: ['長すぎます（{} 文字まで）', '短くしてください'],
    en: ['too long (at most {} characters)', 'make it shorter'],
  },
  not_printable: {
    ja: ['改行や制御文字が入っています', '一行で書いてください'],
    en: ['line breaks or control characters', 'write it on one line'],
  },
  code: {
    ja: ['コードの形ではありません', '{}で書いてください'],
    en: ['not a code', 'write {}'],
  },
  member_code: {
    ja: ['登録医コードの検査数字が合いません', '6 桁を登録証と照らし合わせてください'],
    en: ['the check digit of the member code is wrong', 'compare the six digits with the certificate'],
  },
  institution_code: {
    ja: ['医療機関コードの検査数字が合いません', '10 桁を確かめるか、別の短いコードを使ってください'],
    en: ['the check digit of the institution code is wrong', 'check the ten digits, or use a short code of your own'],
  },
  card_number: {
    ja: [
      '患者登録番号の検査数字が合いません',
      'カードの 12 桁（4-4-4）と照らし合わせてください（Excel では列を「文字列」にします）',
    ],
    en: [
      'the card number does not pass its check digits',
      'compare the twelve digits (4-4-4) with the card, and format the column as text',
    ],
  },
  number: {
    ja: ['数ではありません', '{}の整数を書いてください'],
    en: ['not a number', 'write a whole number, {}'],
  },
  yes_no: {
    ja: ['はい・いいえが読めません', '「はい」か「いいえ」（○ ×, yes no, 1 0）で書いてください'],
    en: ['neither yes nor no', 'write yes or no (はい いいえ, ○ ×, 1 0)'],
  },
  choice: {
    ja: ['「{}」のどれでもありません', 'このうちの一つを書いてください'],
    en: ['none of: {}', 'write one of them'],
  },
  time: {
    ja: ['時刻が読めません', '17:30 や 33:00（翌朝 9 時）の形で書いてください'],
    en: ['not a time', 'write it like 17:30, or 33:00 for 09:00 of the next morning'],
  },
  hours: {
    ja: ['時間帯が読めません', '18:00-33:00 の形で、24 時間以内、終わりを後に書いてください'],
    en: ['not a time band', 'write it like 18:00-33:00: at most 24 hours, the end after the beginning'],
  },
  window: {
    ja: ['終わりが始まりより前です', '翌朝は 24 を足して書いてください（翌 9:00 は 33:00）'],
    en: ['it ends before it begins', 'add 24 to the hours of the next morning (09:00 is 33:00)'],
  },
  days: {
    ja: ['曜日が読めません', '月〜金、土日祝、毎日、年末年始、お盆 などで書いてください'],
    en: ['not days', 'write them like mon-fri, sat sun holiday, daily, yearend, obon'],
  },
  date: {
    ja: ['日付が読めないか、存在しない日です', '2026-01-05 か 2026/1/5 の形（西暦）で書いてください'],
    en: ['not a date, or one that does not exist', 'write it like 2026-01-05 or 2026/1/5'],
  },
  date_or_days: {
    ja: ['曜日と日付のどちらか一つだけを書きます', 'もう一方を空欄にしてください'],
    en: ['either days or one date', 'leave the other blank'],
  },
  date_with_span: {
    ja: ['日付のある行に適用期間は書けません', '適用開始と適用終了を空欄にしてください'],
    en: ['a single date has no span', 'leave from and until blank'],
  },
  span: {
    ja: ['適用終了が適用開始より前です', '日付を確かめてください'],
    en: ['until is before from', 'check the dates'],
  },
  pin_form: {
    ja: ['暗証番号は数字 6〜8 桁です', '書き直してください（先頭の 0 が Excel で消えていないかも確かめてください）'],
    en: ['a PIN is 6 to 8 digits', 'write it again (a spreadsheet may have dropped a leading 0)'],
  },
  pin_weak: {
    ja: ['推測されやすい暗証番号です', '同じ数字や並びの数字を避け、無作為な 6〜8 桁にしてください'],
    en: ['the PIN is easily guessed', 'use 6 to 8 random digits'],
  },
  pin_needed: {
    ja: ['新しい病院には暗証番号が要ります', '6〜8 桁を書いてください'],
    en: ['a new hospital needs a PIN', 'write 6 to 8 digits'],
  },
  phone_not_a_number: {
    ja: ['電話番号として読めません', '090-0000-0101 か 045-000-0101 の形で、番号だけを書いてください'],
    en: ['not a phone number', 'write it like 090-0000-0101 or 045-000-0101, the number only'],
  },
  phone_lost_zero: {
    ja: ['先頭の 0 がありません', 'Excel で列を「文字列」にして、0 から書き直してください'],
    en: ['the leading 0 is missing', 'format the column as text and write it again with the 0'],
  },
  phone_emergency: {
    ja: ['緊急通報や案内の 3 桁の番号は登録できません', '本人につながる番号を書いてください'],
    en: ['a three-digit service number cannot be registered', "write the person's own number"],
  },
  phone_toll_free: {
    ja: ['0120・0800 は登録できません', '直通の番号を書いてください'],
    en: ['0120 and 0800 cannot be registered', 'write a direct number'],
  },
  phone_special_rate: {
    ja: ['0570・0990 などの番号は登録できません', '直通の番号を書いてください'],
    en: ['0570, 0990 and the like cannot be registered', 'write a direct number'],
  },
  phone_not_a_telephone: {
    ja: ['電話として鳴らせない番号です', '固定電話・携帯電話・050 の番号を書いてください'],
    en: ['this number cannot be rung', 'write a land line, a mobile or a 050 number'],
  },
  phone_foreign: {
    ja: ['国外の番号は登録できません', '日本の番号を書いてください'],
    en: ['a foreign number cannot be registered', 'write a Japanese number'],
  },
  phone_twice: {
    ja: ['同じ電話が二度あります', '一つにしてください'],
    en: ['the same phone twice', 'keep one'],
  },
  phone_kind: {
    ja: ['電話の種類「{}」が読めません', '携帯・自宅・診療所・窓口（mobile, landline, clinic, desk）で書いてください'],
    en: ['unknown kind of phone "{}"', 'write mobile, landline, clinic or desk (携帯, 自宅, 診療所, 窓口)'],
  },
  phone_two_ways: {
    ja: ['「電話」の列と「電話1」からの列の両方に書かれています', 'どちらか一方にまとめてください'],
    en: ['phones are given both in one cell and in columns', 'use one of the two ways'],
  },
  phone_none: {
    ja: ['電話が一つもありません', '少なくとも一つ書いてください'],
    en: ['there is no phone', 'write at least one'],
  },
  phone_too_many: {
    ja: ['電話は 9 つまでです', '使う順に 9 つまでにしてください'],
    en: ['at most nine phones', 'keep the first nine'],
  },
  // between rows and files
  duplicate: {
    ja: ['{} 行目と重なっています', 'どちらかを消すか、書き直してください'],
    en: ['the same as in row {}', 'remove or change one of them'],
  },
  unknown_reference: {
    ja: ['{} にありません', '書き間違いを直すか、{} に加えてください'],
    en: ['not in {}', 'correct it, or add it to {}'],
  },
  inactive_reference: {
    ja: ['{} で「使わない」になっています', '別のものを書くか、{} で有効にしてください'],
    en: ['inactive in {}', 'name another, or make it active in {}'],
  },
  deputy_is_attending: {
    ja: ['副主治医に主治医と同じ医師がいます', '別の医師にしてください'],
    en: ['a deputy is the attending doctor', 'name another doctor'],
  },
  listed_twice: {
    ja: ['同じものが二度書かれています', '一つにしてください'],
    en: ['the same one is listed twice', 'keep one'],
  },
  area_vanished: {
    ja: ['登録済みの地区「{}」の行がありません', '地区は消せません。行を戻してください（名前とキーは変えられます）'],
    en: ['the row of the registered area "{}" is missing', 'areas cannot be removed: put the row back'],
  },
  taken_number: {
    ja: ['この着信番号は別の医師会のものです', '番号を確かめてください'],
    en: ['this dialled number belongs to another association', 'check the number'],
  },
  taken_card: {
    ja: ['この登録番号は別の患者に登録されています', 'カードを確かめてください'],
    en: ['this card number is registered for another patient', 'check the card'],
  },
  revoked_card: {
    ja: ['この登録番号のカードは失効しています', '再発行されたカードの番号を書いてください'],
    en: ['the card of this number was revoked', 'write the number of the card that replaced it'],
  },
  // warnings
  uncovered: {
    ja: ['誰も当番でない時間があります: {}', '当番表を確かめてください'],
    en: ['nobody is on duty: {}', 'check the roster'],
  },
  double: {
    ja: ['当番が重なっています: {}', '順位を確かめてください'],
    en: ['two on duty at one position: {}', 'check the positions'],
  },
  shared_mobile: {
    ja: ['{} 行目と同じ携帯電話です', '本人の電話か確かめてください'],
    en: ['the same mobile as in row {}', "check that it is this person's own"],
  },
  mass_retirement: {
    ja: ['登録済みの {} が一覧から消え、使わない扱いになりました', '一覧が欠けていないか確かめてください'],
    en: ['{} vanished from the list and are now inactive', 'check that the list is complete'],
  },
} as const satisfies Record<string, Words>;

export type FaultCode = keyof typeof words;

/** `file:row:column「heading」  problem — cure`, in Japanese with English below. */
export function formatFault(fault: Fault): string {
  const { ja, en } = words[fault.code];
  const fill = (text: string): string => text.replaceAll('{}', fault.detail);
  const place = [fault.file, fault.line, fault.column?.number].filter((part) => part != null).join(':');
  const heading = fault.column?.heading ? `「${fault.column.heading}」` : '';
  const indent = ' '.repeat(4);
  return `${place}${heading}  ${fill(ja[0])} — ${fill(ja[1])}\n${indent}${fill(en[0])} — ${fill(en[1])}`;
}

/** By file in the order given, then by row and column: the order in which a person mends them. */
export function sortFaults(faults: readonly Fault[], files: readonly string[]): Fault[] {
  return [...faults].sort(
    (a, b) =>
      files.indexOf(a.file) - files.indexOf(b.file) ||
      (a.line ?? 0) - (b.line ?? 0) ||
      (a.column?.number ?? 0) - (b.column?.number ?? 0),
  );
}
