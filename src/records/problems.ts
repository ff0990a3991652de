/** What can be wrong with a field of a registration or a record, and what to do about it: the catalogue of sentences. */

interface Words {
  ja: readonly [problem: string, cure: string];
  en: readonly [problem: string, cure: string];
}

/** Every sentence once; `{}` stands for the detail, which is never what the person wrote (rule 8). */
export const problemWords = {
  missing: { ja: ['記入がありません', '記入してください'], en: ['it is not filled in', 'fill it in'] },
  wrong_form: {
    ja: ['形が違います', '選び直すか、書き直してください'],
    en: ['it has the wrong form', 'choose or write it again'],
  },
  not_a_choice: {
    ja: ['選択肢にありません', '次から選んでください: {}'],
    en: ['it is none of the choices', 'choose one of: {}'],
  },
  unknown_field: {
    ja: ['知らない項目があります（{}）', '消してください'],
    en: ['there is an unknown field ({})', 'remove it'],
  },
  too_long: {
    ja: ['長すぎます（{} 文字まで）', '短くしてください'],
    en: ['it is too long (at most {} characters)', 'make it shorter'],
  },
  too_many: {
    ja: ['多すぎます（{} 件まで）', '大切なものから {} 件にしてください'],
    en: ['there are too many (at most {})', 'keep the {} that matter most'],
  },
  too_few: {
    ja: ['足りません（{} 件以上）', '書き加えてください'],
    en: ['there are too few (at least {})', 'add what is missing'],
  },
  out_of_bounds: {
    ja: ['ありえない値です（{}）', '数字と単位を確かめてください'],
    en: ['it is not a possible value ({})', 'check the number and its unit'],
  },
  not_printable: {
    ja: ['改行や制御文字が入っています', '一行で書いてください'],
    en: ['line breaks or control characters', 'write it on one line'],
  },
  my_number: {
    ja: ['個人番号（マイナンバー）の検査を通る 12 桁の数字があります', '個人番号は保管しません。消してください'],
    en: ['twelve digits that pass the check of My Number', 'it is never kept: remove it'],
  },
  name_parts: {
    ja: ['姓と名が分かれていません', '姓と名の間に空白を入れてください'],
    en: ['family and given name are not apart', 'put a space between them'],
  },
  name_space: {
    ja: ['姓・名の中に空白があります', '姓と名を一つずつ書いてください'],
    en: ['there is a space inside a part of the name', 'write each part without spaces'],
  },
  not_kana: {
    ja: ['カナでない文字があります', 'カタカナで書いてください'],
    en: ['there is something other than kana', 'write it in katakana'],
  },
  kana_too_short: {
    ja: ['カナが短すぎます', '2 文字以上で書いてください'],
    en: ['the kana is too short', 'write at least two characters'],
  },
  // dates
  not_a_date: {
    ja: ['日付として読めません', '昭和15年3月1日、S15.3.1、1940-03-01 のように書いてください'],
    en: ['it cannot be read as a date', 'write 昭和15年3月1日, S15.3.1 or 1940-03-01'],
  },
  era_missing: {
    ja: ['元号がありません', '明治・大正・昭和・平成・令和（M・T・S・H・R）か、西暦 4 桁を書いてください'],
    en: ['the era is missing', 'add the era (M, T, S, H, R) or write the year with four digits'],
  },
  no_such_day: {
    ja: ['その日はありません', '月と日を確かめてください'],
    en: ['there is no such day', 'check month and day'],
  },
  out_of_range: {
    ja: ['明治6年（1873年）より前の日付です', '年と元号を確かめてください'],
    en: ['the date is before 1873', 'check the year and the era'],
  },
  other_era: {
    ja: ['その日は書かれた元号に含まれません', '{} のことでしたら、そう書いてください'],
    en: ['the day does not belong to that era', 'write {} if that is meant'],
  },
  beyond_era: {
    ja: ['その年は書かれた元号にありません', '{} と読みました。よければ確認してください'],
    en: ['that era has no such year', 'it was read as {}: confirm it if that is right'],
  },
  in_future: {
    ja: ['未来の日付です', '日付を確かめてください'],
    en: ['the date lies in the future', 'check the date'],
  },
  too_old: {
    ja: ['120 歳を超えます', '生年月日を確かめてください'],
    en: ['older than 120 years', 'check the birth date'],
  },
  period_backwards: {
    ja: ['終わりが始まりより前です', '期間を確かめてください'],
    en: ['it ends before it begins', 'check the period'],
  },
  period_over: {
    ja: ['認定の有効期間が切れています（{} まで）', '新しい介護保険証を確かめてください'],
    en: ['the validity is over (until {})', 'ask for the new certificate'],
  },
  // phones
  phone_not_a_number: {
    ja: ['電話番号ではありません', '市外局番から書いてください'],
    en: ['it is not a phone number', 'write it with the area code'],
  },
  phone_lost_zero: {
    ja: ['先頭の 0 がありません', '0 から書いてください'],
    en: ['the leading 0 is missing', 'write it with the 0'],
  },
  phone_emergency: {
    ja: ['緊急通報などの 3 桁の番号です', '本人や家族の番号を書いてください'],
    en: ['it is a three-digit service number', 'write the number of a person'],
  },
  phone_toll_free: {
    ja: ['フリーダイヤルです', '直通の番号を書いてください'],
    en: ['it is a toll-free number', 'write a direct number'],
  },
  phone_special_rate: {
    ja: ['ナビダイヤルなどの特別な番号です', '直通の番号を書いてください'],
    en: ['it is a special-rate number', 'write a direct number'],
  },
  phone_not_a_telephone: {
    ja: ['電話の番号ではありません（ポケットベル・事業者識別番号）', '電話番号を書いてください'],
    en: ['it is not the number of a telephone', 'write a telephone number'],
  },
  phone_foreign: {
    ja: ['国外の番号です', '国内の番号を書いてください'],
    en: ['it is a foreign number', 'write a Japanese number'],
  },
  // identifiers
  not_digits: {
    ja: ['数字でない文字があります', '数字だけで書いてください'],
    en: ['there is something other than digits', 'write digits only'],
  },
  wrong_length: {
    ja: ['桁数が違います（{} 桁）', '桁数を確かめてください'],
    en: ['it has the wrong number of digits ({})', 'count the digits'],
  },
  prefecture: {
    ja: ['最初の 2 桁が都道府県番号（01〜47）ではありません', '番号を確かめてください'],
    en: ['the first two digits are no prefecture (01-47)', 'check the number'],
  },
  point_table: {
    ja: ['3 桁目が点数表の番号（1・3・4・6）ではありません', '番号を確かめてください'],
    en: ['the third digit is none of 1, 3, 4, 6', 'check the number'],
  },
  check_digit: {
    ja: ['検証番号が合いません', '一桁ずつ照らし合わせてください'],
    en: ['the check digit is wrong', 'compare it digit by digit'],
  },
  doubtful_check_digit: {
    ja: ['検証番号が合わないようです', '保険証と一桁ずつ照らし合わせてください'],
    en: ['the check digit seems wrong', 'compare it with the certificate digit by digit'],
  },
  member_code: {
    ja: ['登録医コードの検査数字が合いません', '6 桁を登録証と照らし合わせてください'],
    en: ['the check digit of the member code is wrong', 'compare the six digits'],
  },
  postal: {
    ja: ['郵便番号は 7 桁です', '220-0000 のように書いてください'],
    en: ['a postal code has seven digits', 'write it like 220-0000'],
  },
  postal_unknown: {
    ja: ['この郵便番号は一覧にありません', '紙と一桁ずつ照らし合わせてください'],
    en: ['this postal code is not on the list', 'compare it with the paper digit by digit'],
  },
  postal_elsewhere: {
    ja: ['郵便番号と住所の地域が合いません', 'どちらが正しいか確かめてください'],
    en: ['postal code and address lie in different places', 'find out which of them is right'],
  },
  postal_in_address: {
    ja: ['住所に郵便番号が入っています', '郵便番号の欄に移してください'],
    en: ['there is a postal code in the address', 'move it to its own field'],
  },
  address_parts: {
    ja: ['都道府県と市区町村が分かりません', '都道府県から書いてください'],
    en: ['prefecture and city are not recognised', 'begin with the prefecture'],
  },
  unknown_area: {
    ja: ['この医師会の地区ではありません', '地区の一覧から選んでください'],
    en: ['it is no area of this association', 'choose one from the list of areas'],
  },
  unknown_doctor: {
    ja: ['登録されている医師ではありません', '登録医の一覧を確かめてください'],
    en: ['it is no registered doctor', 'check the list of doctors'],
  },
  unknown_hospital: {
    ja: ['登録されている病院ではありません', '病院の一覧を確かめるか、コードを空欄にしてください'],
    en: ['it is no registered hospital', 'check the list of hospitals, or leave the code open'],
  },
  // medicine
  narcotic_quantity: {
    ja: ['麻薬の数量がありません', '数量を書いてください'],
    en: ['the quantity of a narcotic is missing', 'write the quantity'],
  },
  no_key_person: {
    ja: ['キーパーソンがいません', '氏名・続柄・電話を書いてください'],
    en: ['there is no key person', 'write name, relation and phone'],
  },
  consent_needed: {
    ja: ['登録会員医師への提供に同意がありません', '同意がなければ患者登録カードは発行できません'],
    en: ['there is no consent to give the record to member doctors', 'without it no card can be issued'],
  },
  proxy_reason: {
    ja: ['代理の続柄か理由がありません', '続柄と、本人が同意できない理由を書いてください'],
    en: ['relation or reason of the proxy is missing', 'write the relation and why the patient cannot consent'],
  },
  review_due: {
    ja: ['書面の作成・見直しから 365 日を過ぎています', '本人・家族と見直してください'],
    en: ['the document is older than 365 days', 'review it with patient and family'],
  },
  hidden_alert: {
    ja: ['処方にある薬（{}）が警告の欄と合いません', '警告の欄を確かめてください'],
    en: ['a prescribed drug ({}) does not agree with the alerts', 'check the alert'],
  },
  still_unknown: {
    ja: ['未確認のままです', '分かったら書いてください'],
    en: ['it is still not known', 'fill it in when it is known'],
  },
  untranscribed: {
    ja: ['お薬手帳の画像がまだ転記されていません', '処方の欄に転記してください'],
    en: ['the image of the medication notebook is not transcribed', 'type the prescriptions'],
  },
} as const satisfies Record<string, Words>;

export type ProblemCode = keyof typeof problemWords;
