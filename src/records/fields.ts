/**
 * Every key of the association's two field lists, with its label and the place where it lives. One fact stands in one place:
 * what the enrolment form asks of the illness is in the record, what the page says of the person is in the registration.
 */

export interface Field {
  label: readonly [ja: string, en: string];
  /**
   * A path in the sealed content (`record.allergy`), or `life` (kept with the state of the record, src/patients/life.ts),
   * `release` (made when the page is), `guard` (a rule for every field, not a field).
   */
  at: string;
}

/** 緊急時患者記録. */
export const recordFields = {
  doc_title: { label: ['緊急時患者記録 第n版', 'title + record version'], at: 'release' },
  card_no: { label: ['患者登録番号', 'card number'], at: 'release' },
  retrieval_id: { label: ['請求受付番号', 'retrieval id'], at: 'release' },
  generated_at: { label: ['出力日時', 'rendered at'], at: 'release' },
  requested_by: {
    label: ['請求医師・医療機関（登録FAX下4桁）', 'requester, last 4 digits of destination'],
    at: 'release',
  },
  last_confirmed: { label: ['情報最終確認日（○日前）', 'last confirmed on (n days ago)'], at: 'life' },
  page_of: { label: ['頁 n/N', 'page n of N'], at: 'release' },
  name_kana: { label: ['氏名カナ', 'name (kana)'], at: 'registration.nameKana' },
  name: { label: ['氏名', 'name'], at: 'registration.name' },
  sex_birth_age: {
    label: ['性別・生年月日（和暦/西暦）・年齢', 'sex, birth date (both calendars), age'],
    at: 'registration.birth',
  },
  address_access: {
    label: ['住所・目印・駐車・鍵/入室方法', 'address, landmark, parking, entry'],
    at: 'record.addressAccess',
  },
  body: { label: ['体重・身長・血液型（参考）', 'weight, height, blood type (reference only)'], at: 'record.body' },
  allergy: { label: ['アレルギー・禁忌薬', 'allergy / contraindicated drugs'], at: 'record.allergy' },
  anticoagulant: { label: ['抗凝固・抗血小板薬', 'anticoagulant / antiplatelet'], at: 'record.anticoagulant' },
  insulin_steroid: {
    label: ['インスリン・ステロイド・抗てんかん薬（中断不可薬）', 'drugs that must not be stopped'],
    at: 'record.insulinSteroid',
  },
  device_alert: { label: ['体内機器（ペースメーカ/ICD等）', 'implanted device'], at: 'record.deviceAlert' },
  infection: { label: ['感染症・隔離', 'infection / isolation'], at: 'record.infection' },
  safety: { label: ['独居・認知症徘徊・訪問時注意', 'lives alone, wandering, visitor safety'], at: 'record.safety' },
  code_status: { label: ['心肺停止時の心肺蘇生', 'resuscitation'], at: 'record.codeStatus' },
  acp_doc: {
    label: ['根拠書面（種類・作成日・署名者・保管場所）', 'document, date, signatories, where kept'],
    at: 'record.codeStatus.document',
  },
  expected_condition: {
    label: ['DNARが想定する病状', 'condition the decision was made for'],
    at: 'record.codeStatus.expectedCondition',
  },
  treatment_scope: {
    label: [
      '蘇生以外の処置（救急搬送/入院/ICU/挿管・人工呼吸/NPPV/昇圧薬/輸血/抗菌薬/経管栄養/輸液/透析）',
      'scope of other treatment',
    ],
    at: 'record.treatmentScope',
  },
  place_pref: { label: ['療養・看取りの希望場所', 'preferred place of care / of death'], at: 'record.placePref' },
  surrogate: { label: ['代理意思決定者（氏名・続柄・電話）', 'surrogate decision maker'], at: 'record.surrogate' },
  disclosure: {
    label: ['病名・予後告知（本人/家族）', 'what patient / family have been told'],
    at: 'record.disclosure',
  },
  problems: { label: ['主病名・併存症（発症年月）', 'problem list, main first'], at: 'record.problems' },
  course: { label: ['経過要約・予後見込み（120字）', 'course summary, prognosis'], at: 'record.course' },
  past: { label: ['既往・手術', 'past history, operations'], at: 'record.past' },
  baseline_vitals: {
    label: ['平時バイタル（意識JCS/血圧/脈/SpO2(O2 L)/体温/呼吸数）', 'baseline vitals'],
    at: 'record.baselineVitals',
  },
  adl: { label: ['寝たきり度 J1-C2 / 認知症自立度 / 移動・食事・排泄', 'ADL grades'], at: 'record.adl' },
  communication: { label: ['会話・聴力・視力・言語', 'communication'], at: 'record.communication' },
  care_level: { label: ['要介護度', 'care-need level'], at: 'record.careLevel' },
  anticipated: {
    label: ['予測される急変→まず行うこと→連絡先', 'anticipated events and first action'],
    at: 'record.anticipated',
  },
  home_stock: {
    label: ['自宅にある頓用・臨時薬・物品（場所）', 'rescue drugs and supplies at home'],
    at: 'record.homeStock',
  },
  meds: { label: ['現在の処方（薬名・1回量・用法・最終変更日）', 'current prescriptions'], at: 'record.meds' },
  pharmacy: { label: ['調剤薬局・休日夜間対応電話', 'pharmacy incl. holiday number'], at: 'record.pharmacy' },
  procedures: {
    label: [
      '在宅医療処置・機器（HOT L/分, NPPV/TPPV設定, 気切, CV/PICC, PEG/NG径, 導尿・留置Fr, ストマ, 透析, PCA, 褥瘡）',
      'devices and procedures with settings',
    ],
    at: 'record.procedures',
  },
  labs: {
    label: ['直近検査（Hb, Cr/eGFR, Na/K, Alb, CRP, BS/HbA1c, PT-INR, BNP, 心電図）', 'last results'],
    at: 'record.labs',
  },
  contacts: {
    label: ['①家族キーパーソン ②主治医（時間外） ③副主治医 ④訪問看護24h ⑤ケアマネ', 'contacts in calling order'],
    at: 'record.contacts',
  },
  hospitals: {
    label: ['入院希望登録病院（第1・第2）・登録日・病院ID', 'registered receiving hospitals'],
    at: 'record.hospitals',
  },
  tonight: {
    label: ['今夜の当番医・受入可否（○時現在・情報の古さ）', 'tonight duty doctor + bed status with age'],
    at: 'release',
  },
  footer: {
    label: [
      '発行元・誤送信時連絡先・保管/廃棄指示・照合コード(QR)',
      'issuer, misdirection phone, retain/destroy rule, verification code',
    ],
    at: 'release',
  },
} as const satisfies Record<string, Field>;

/** 連携登録票. */
export const registrationFields = {
  reg_kind: { label: ['届出区分', 'kind'], at: 'registration.regKind' },
  reg_date: { label: ['記入日', 'date'], at: 'registration.regDate' },
  author_doctor: { label: ['記入医師', 'registered member doctor'], at: 'registration.authorDoctor' },
  author_clinic: { label: ['医療機関コード', 'institution'], at: 'registration.authorClinic' },
  name: { label: ['氏名（漢字）', 'name'], at: 'registration.name' },
  name_kana: { label: ['氏名（カナ）', 'kana name'], at: 'registration.nameKana' },
  former_name: { label: ['旧姓・通称', 'former / common name'], at: 'registration.formerName' },
  sex: { label: ['性別', 'sex'], at: 'registration.sex' },
  birth: { label: ['生年月日（和暦可）', 'birth date'], at: 'registration.birth' },
  postal: { label: ['郵便番号', 'postal code'], at: 'registration.postal' },
  address: { label: ['住所', 'address'], at: 'registration.address' },
  building: { label: ['建物・部屋・オートロック', 'building, room, lock'], at: 'registration.building' },
  area: { label: ['地区', 'area'], at: 'registration.area' },
  tel: { label: ['電話', 'phone'], at: 'registration.tel' },
  residence: { label: ['居住', 'residence'], at: 'registration.residence' },
  insurer_no: { label: ['保険者番号', 'insurer number'], at: 'registration.insurerNo' },
  insured: { label: ['記号・番号・枝番', 'insured symbol/number/branch'], at: 'registration.insured' },
  public_payer: { label: ['公費（負担者番号・受給者番号）', 'public payer'], at: 'registration.publicPayer' },
  ltc_insurer: { label: ['介護保険 保険者番号', 'LTC insurer'], at: 'registration.ltcInsurer' },
  ltc_no: { label: ['介護保険 被保険者番号', 'LTC insured number'], at: 'registration.ltcNo' },
  care_level: { label: ['要介護度・認定有効期間', 'care level, validity'], at: 'record.careLevel' },
  mynumber_guard: { label: ['（個人番号は記入しない）', 'My Number guard'], at: 'guard' },
  main_dx: { label: ['主病名', 'main diagnosis'], at: 'record.problems' },
  other_dx: { label: ['併存症・既往', 'comorbidity, history'], at: 'record.past' },
  allergy: { label: ['アレルギー', 'allergy'], at: 'record.allergy' },
  meds: { label: ['処方', 'medication'], at: 'record.meds' },
  procedures: { label: ['医療処置・機器', 'procedures, devices'], at: 'record.procedures' },
  infection: { label: ['感染症', 'infection'], at: 'record.infection' },
  adl: { label: ['寝たきり度・認知症自立度', 'ADL grades'], at: 'record.adl' },
  acp: { label: ['急変時の希望', 'wishes'], at: 'record.codeStatus' },
  key_person: { label: ['キーパーソン', 'key person'], at: 'record.contacts' },
  surrogate: { label: ['代理意思決定者', 'surrogate'], at: 'record.surrogate' },
  primary: { label: ['主治医', 'attending doctor'], at: 'registration.primary' },
  deputy: { label: ['副主治医', 'deputy doctor'], at: 'registration.deputy' },
  nurse_station: { label: ['訪問看護ステーション', 'home nursing'], at: 'record.contacts' },
  pharmacy: { label: ['薬局', 'pharmacy'], at: 'record.pharmacy' },
  care_manager: { label: ['居宅介護支援事業所・ケアマネ', 'care manager'], at: 'record.contacts' },
  hospital1: { label: ['入院希望病院', 'hospital of choice'], at: 'record.hospitals' },
  consent_to: { label: ['同意：登録会員医師への提供', 'consent: member doctors'], at: 'registration.consentTo' },
  consent_fax: { label: ['同意：FAX/電話での提供', 'consent: fax and voice'], at: 'registration.consentFax' },
  consent_hosp: {
    label: ['同意：受入病院・訪問看護・救急隊への提供', 'consent: others'],
    at: 'registration.consentHosp',
  },
  consent_emergency: {
    label: ['本人が意思表示できない時の提供', 'when unable to express'],
    at: 'registration.consentEmergency',
  },
  consent_by: { label: ['同意者・続柄・代筆・日付・説明者', 'who consented'], at: 'registration.consentBy' },
  withdraw: { label: ['撤回方法の説明', 'withdrawal explained'], at: 'registration.withdraw' },
  source_image: { label: ['登録票画像', 'form image'], at: 'registration.sourceImage' },
  second_check: { label: ['照合者', 'second reader'], at: 'life' },
} as const satisfies Record<string, Field>;

export type RegistrationKey = keyof typeof registrationFields;

/** Enrolment minimum: without these no card is issued (product.md, "Paper in"). Everything else may follow. */
export const minimumKeys: ReadonlySet<string> = new Set<RegistrationKey>([
  ...(['name_kana', 'birth', 'sex', 'address', 'tel', 'primary', 'main_dx', 'allergy', 'key_person'] as const),
  ...(['consent_to', 'consent_by'] as const),
]);

/** The field in which something at `path` of the sealed content is written; the registration's name for it goes first. */
export function fieldAt(path: string): { key: string; label: Field['label'] } | null {
  const all: [string, Field][] = [...Object.entries(registrationFields), ...Object.entries(recordFields)];
  if (path.startsWith('record.problems.') && !path.startsWith('record.problems.0'))
    return { key: 'problems', label: recordFields.problems.label };
  if (path.startsWith('record.contacts.')) return { key: 'contacts', label: recordFields.contacts.label };
  const holds = ({ at }: Field): boolean => path === at || path.startsWith(`${at}.`);
  const found = all.filter(([, field]) => holds(field)).sort(([, a], [, b]) => b.at.length - a.at.length);
  return found[0] ? { key: found[0][0], label: found[0][1].label } : null;
}
