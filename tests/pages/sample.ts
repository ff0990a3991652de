import type { RecordContext } from '../../src/pages/record-view.ts';
import type { Registration } from '../../src/patients/registration.ts';
import { type EmergencyRecord, type SealedContent, sealedContentShape } from '../../src/records/record.ts';

const registration = {
  regKind: 'new',
  regDate: '2025-10-01',
  authorDoctor: null,
  authorClinic: null,
  name: { family: '鴎野', given: '渚' },
  nameKana: { family: 'カモメノ', given: 'ナギサ' },
  formerName: null,
  sex: 'female',
  birth: '1940-03-01',
  postal: '220-0000',
  address: { text: '神奈川県横浜市西区架空町1丁目2-3' },
  building: '鴎荘201号',
  area: '01',
  tel: [{ e164: '+81450000101', isFax: false }],
  residence: { kind: 'with_family', facilityKind: null },
  insurerNo: null,
  insured: null,
  publicPayer: [],
  ltcInsurer: null,
  ltcNo: null,
  medsImage: null,
  primary: { doctor: '100014', hours: null },
  deputy: [],
  consentTo: true,
  consentFax: true,
  consentHosp: { hospital: true, nursing: true, ambulance: true },
  consentEmergency: true,
  consentBy: {
    who: 'patient',
    name: '鴎野 渚',
    relation: null,
    reason: null,
    isWrittenByOther: false,
    on: '2025-10-01',
    explainedBy: '潮見 一郎',
  },
  withdraw: true,
  sourceImage: null,
};

const medication = (name: string, dose: string, usage: string, more: object = {}) => ({
  name,
  dose,
  usage,
  changedOn: null,
  isNarcotic: false,
  isHandEntered: false,
  code: null,
  ...more,
});

const record = {
  addressAccess: {
    landmark: '架空神社の鳥居の向かい',
    parking: '前の路上に1台可',
    entry: '鍵は玄関脇のキーボックス（番号は訪問看護へ）',
  },
  body: { weight: { kilograms: 41.5, on: '2025-12-01' }, heightCentimetres: 148, bloodType: 'A+' },
  allergy: {
    state: 'present',
    items: [
      { kind: 'drug', name: 'セフェム系抗菌薬', reaction: '全身発疹 2018年' },
      { kind: 'contraindication', name: 'NSAIDs', reaction: '腎機能低下' },
      { kind: 'food', name: 'そば', reaction: null },
    ],
  },
  anticoagulant: { state: 'present', items: [{ name: 'アピキサバン 2.5mg', note: '心房細動' }] },
  insulinSteroid: { state: 'present', items: [{ kind: 'steroid', name: 'プレドニゾロン 5mg', note: null }] },
  deviceAlert: {
    state: 'present',
    items: [{ kind: 'pacemaker', makerModel: 'DDD 2019年', mri: 'conditional', note: null }],
  },
  infection: { state: 'none' },
  safety: { state: 'unknown' },
  codeStatus: {
    status: 'dnar',
    expectedCondition: '膵癌の進行による呼吸循環不全。窒息・外傷など別の原因は含まない',
    document: {
      kind: '事前指示書',
      signedOn: '2025-11-10',
      signatories: ['本人', '長女', '主治医'],
      keptAt: '自宅冷蔵庫の「命のバトン」',
      reviewedOn: null,
    },
  },
  treatmentScope: {
    transport: 'undecided',
    hospitalisation: 'undecided',
    intensiveCare: 'not_wanted',
    intubation: 'not_wanted',
    noninvasiveVentilation: 'undecided',
    vasopressors: 'not_wanted',
    transfusion: 'undecided',
    antibiotics: 'wanted',
    tubeFeeding: 'not_wanted',
    infusion: 'wanted',
    dialysis: 'not_wanted',
  },
  placePref: { care: 'home', death: 'home' },
  surrogate: { state: 'present', items: [{ name: '鴎野 汐里', relation: '長女', phones: ['+819000000102'] }] },
  disclosure: { patient: 'told', family: 'told' },
  problems: [
    { name: '膵体部癌 肝転移', code: null, onset: '2025-04', isSuspected: false },
    { name: '心房細動', code: null, onset: '2017', isSuspected: false },
    { name: '慢性腎臓病 G3b', code: null, onset: '2018', isSuspected: false },
    { name: '認知症', code: null, onset: '2023-06', isSuspected: true },
  ],
  course:
    '2025年4月診断。化学療法は希望されず8月から在宅緩和ケア。痛みはオピオイドで概ね良好、夜間に不安と呼吸困難感が出やすい。予後は週～月単位。家族は自宅での看取りを希望している。',
  past: [
    { name: '胆石 腹腔鏡下胆嚢摘出術', year: 2009 },
    { name: '右大腿骨頸部骨折 人工骨頭', year: 2021 },
  ],
  baselineVitals: {
    measuredOn: '2025-12-22',
    consciousness: '1',
    systolic: 104,
    diastolic: 62,
    pulse: 70,
    oxygenSaturation: 94,
    oxygenLitres: 1,
    temperature: 36.4,
    respiratoryRate: 18,
  },
  adl: { bedridden: 'B2', dementia: 'IIb', moving: 'full_help', eating: 'some_help', excretion: 'full_help' },
  communication: '右難聴、左耳元で。普段は会話可',
  careLevel: { level: 'care_4', validFrom: null, validUntil: null },
  anticipated: [
    { event: '疼痛増強', action: 'オキノーム5mg 1包内服、15分後に再評価', call: '訪問看護→主治医' },
    { event: '呼吸困難', action: '酸素2Lまで、オキノーム2.5mg、窓を開け扇風機', call: '主治医' },
    { event: '看取り', action: '救急車を呼ばず連絡。死亡診断に伺う', call: '主治医→副主治医' },
  ],
  homeStock: [
    { name: 'オキノーム散5mg', quantity: '10包', place: '寝室引き出し', isNarcotic: true },
    { name: 'ダイアップ坐剤6mg', quantity: '4個', place: '冷蔵庫', isNarcotic: false },
    { name: '吸引器', quantity: null, place: '枕元', isNarcotic: false },
  ],
  meds: {
    state: 'present',
    items: [
      medication('オキシコンチン錠10mg', '1錠', '1日2回 8時20時', { isNarcotic: true, changedOn: '2025-12-15' }),
      medication('オキノーム散5mg', '1包', '疼痛時 1時間あけて', { isNarcotic: true }),
      medication('アピキサバン錠2.5mg', '1錠', '朝夕食後'),
      medication('プレドニゾロン錠5mg', '1錠', '朝食後', { changedOn: '2025-11-20' }),
      medication('ランソプラゾールOD錠15mg', '1錠', '朝食後'),
      medication('酸化マグネシウム錠330mg', '2錠', '毎食後'),
      medication('ビソプロロール錠0.625mg', '1錠', '朝食後'),
      medication('リスペリドン内用液0.5mL', '1包', '不穏時', { isHandEntered: true }),
    ],
  },
  pharmacy: { name: 'みなと薬局', phone: '+81450000301', holidayPhone: '+819000000302' },
  procedures: {
    state: 'present',
    items: [
      {
        kind: 'home_oxygen',
        setting: '安静時1L/分、労作時2L/分',
        changedOn: '2025-10-20',
        vendor: { name: '架空酸素', phone: '+81450000401' },
      },
      { kind: 'indwelling_catheter', setting: '14Fr', changedOn: '2025-12-18', vendor: null },
    ],
  },
  labs: [
    { item: 'hb', value: 9.1, on: '2025-12-10' },
    { item: 'egfr', value: 34, on: '2025-12-10' },
    { item: 'potassium', value: 4.6, on: '2025-12-10' },
    { item: 'albumin', value: 2.4, on: '2025-12-10' },
    { item: 'ecg', value: '心房細動、心室ペーシング', on: '2025-08-02' },
  ],
  contacts: [
    { role: 'key_person', relation: '長女', name: '鴎野 汐里', phones: ['+819000000102'], hours: '24時間' },
    { role: 'attending', organisation: '潮見医院', name: '潮見 一郎', phones: ['+819000000201'], hours: '夜間は携帯' },
    { role: 'deputy', organisation: '藤棚クリニック', name: '波多野 恵', phones: ['+819000000202'], hours: null },
    {
      role: 'nursing_station',
      organisation: '西区訪問看護ステーション',
      name: '担当 岸',
      phones: ['+819000000203'],
      hours: '24時間',
      hasNightContract: true,
    },
    {
      role: 'care_manager',
      organisation: '港ケアプラン',
      name: '沖 恵子',
      phones: ['+81450000205'],
      hours: '平日日中',
    },
  ],
  hospitals: [
    { code: '101', name: '横浜みなと架空病院', registeredOn: '2025-10-01', hospitalPatientId: '0012345' },
    { code: null, name: '戸部架空病院', registeredOn: null, hospitalPatientId: null },
  ],
};

/** An invented patient with much to tell, on one sheet. Overrides replace whole fields. */
export function sampleContent(
  changes: { record?: Partial<EmergencyRecord>; registration?: Partial<Registration> } = {},
): SealedContent {
  return sealedContentShape.parse({
    schema: 1,
    registration: { ...registration, ...changes.registration },
    record: { ...record, ...changes.record },
  });
}

export function sampleContext(changes: Partial<RecordContext> = {}): RecordContext {
  return {
    variant: 'visit',
    edition: 'fine',
    cardNumber: '512345678953',
    version: 3,
    isDraft: false,
    retrievalId: 'rq_5d2k7m9p3q8r1s6t4v0w2x5y7z',
    mac: '7GQ2-K9TD',
    at: new Date('2026-01-04T18:12:00Z'),
    requestedBy: { doctor: '波多野 恵', facility: '藤棚クリニック', faxLastFour: '0202' },
    lastConfirmedOn: '2025-12-22',
    isAlarmed: false,
    issuer: { name: '横浜市西区医師会 在宅医療相談室', misdirectionPhone: '+81450000000' },
    tonight: {
      duty: [{ name: '波多野 恵', phone: '+819000000202' }],
      beds: [
        { name: '横浜みなと架空病院', state: 'open', asOf: new Date('2026-01-04T12:00:00Z') },
        { name: '戸部架空病院', state: 'stale', asOf: new Date('2026-01-03T08:00:00Z') },
      ],
    },
    ...changes,
  };
}
