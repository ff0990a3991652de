/** How the choices of a record and a registration are printed: Japanese first, English second. */
import type { Registration } from '../patients/registration.ts';
import type { Contact, EmergencyRecord, Fact } from './record.ts';

export type Words = readonly [ja: string, en: string];
type ItemOf<F extends Fact<unknown>> = Extract<F, { state: 'present' }>['items'][number];
type WordsFor<T extends string> = Readonly<Record<T, Words>>;

export const states: WordsFor<Fact<unknown>['state']> = {
  present: ['あり', 'present'],
  none: ['なし', 'none'],
  unknown: ['未確認', 'not known'],
};

export const sexes: WordsFor<Registration['sex']> = {
  male: ['男', 'male'],
  female: ['女', 'female'],
  other: ['その他', 'other'],
  unknown: ['不明', 'unknown'],
};
export const registrationKinds: WordsFor<Registration['regKind']> = {
  new: ['新規', 'new'],
  renewal: ['更新', 'renewal'],
  change: ['変更', 'change'],
  reissue: ['再発行', 'reissue'],
  withdrawal: ['取下げ', 'withdrawal'],
};
export const residences: WordsFor<NonNullable<Registration['residence']>['kind']> = {
  alone: ['独居', 'alone'],
  alone_by_day: ['日中独居', 'alone by day'],
  with_family: ['同居', 'with family'],
  facility: ['施設', 'facility'],
};

export const allergyKinds: WordsFor<ItemOf<EmergencyRecord['allergy']>['kind']> = {
  drug: ['薬', 'drug'],
  food: ['食物', 'food'],
  environment: ['環境', 'environment'],
  contraindication: ['禁忌', 'contraindicated'],
};
export const uninterruptibleKinds: WordsFor<ItemOf<EmergencyRecord['insulinSteroid']>['kind']> = {
  insulin: ['インスリン', 'insulin'],
  steroid: ['ステロイド', 'steroid'],
  antiepileptic: ['抗てんかん薬', 'antiepileptic'],
  other: ['中断不可', 'must not be stopped'],
};
export const implantKinds: WordsFor<ItemOf<EmergencyRecord['deviceAlert']>['kind']> = {
  pacemaker: ['ペースメーカ', 'pacemaker'],
  icd: ['ICD', 'ICD'],
  crt: ['CRT', 'CRT'],
  stent: ['ステント', 'stent'],
  shunt: ['シャント', 'shunt'],
  prosthesis: ['人工関節・人工物', 'prosthesis'],
  other: ['その他', 'other'],
};
export const mriWords: WordsFor<ItemOf<EmergencyRecord['deviceAlert']>['mri']> = {
  safe: ['MRI 可', 'MRI safe'],
  conditional: ['MRI 条件付き', 'MRI conditional'],
  unsafe: ['MRI 禁忌', 'MRI unsafe'],
  unknown: ['MRI 不明', 'MRI unknown'],
};
export const infectionKinds: WordsFor<ItemOf<EmergencyRecord['infection']>['kind']> = {
  hbv: ['HBV', 'HBV'],
  hcv: ['HCV', 'HCV'],
  hiv: ['HIV', 'HIV'],
  tb: ['結核', 'TB'],
  mrsa: ['MRSA', 'MRSA'],
  esbl: ['ESBL 産生菌', 'ESBL'],
  cd: ['C. difficile', 'C. difficile'],
  syphilis: ['梅毒', 'syphilis'],
  scabies: ['疥癬', 'scabies'],
  other: ['その他', 'other'],
};
export const safetyKinds: WordsFor<ItemOf<EmergencyRecord['safety']>['kind']> = {
  lives_alone: ['独居', 'lives alone'],
  alone_by_day: ['日中独居', 'alone by day'],
  wandering: ['徘徊', 'wandering'],
  aggression: ['興奮・暴力', 'aggression'],
  animal: ['動物', 'animal'],
  oxygen_fire: ['酸素・火気', 'oxygen and fire'],
  fall: ['転倒', 'falls'],
  other: ['その他', 'other'],
};

export const codeStatuses: WordsFor<EmergencyRecord['codeStatus']['status']> = {
  attempt: ['実施する', 'attempt'],
  dnar: ['実施しない（DNAR）', 'do not attempt (DNAR)'],
  undecided: ['未定・話し合い中', 'undecided'],
  unknown: ['未確認', 'not known'],
};
export const treatments: WordsFor<keyof EmergencyRecord['treatmentScope']> = {
  transport: ['救急搬送', 'ambulance'],
  hospitalisation: ['入院', 'admission'],
  intensiveCare: ['ICU', 'ICU'],
  intubation: ['挿管・人工呼吸', 'intubation, ventilation'],
  noninvasiveVentilation: ['NPPV', 'NPPV'],
  vasopressors: ['昇圧薬', 'vasopressors'],
  transfusion: ['輸血', 'transfusion'],
  antibiotics: ['抗菌薬', 'antibiotics'],
  tubeFeeding: ['経管栄養', 'tube feeding'],
  infusion: ['輸液', 'infusion'],
  dialysis: ['透析', 'dialysis'],
};
export const wishes: WordsFor<EmergencyRecord['treatmentScope']['transport']> = {
  wanted: ['希望', 'wanted'],
  not_wanted: ['希望しない', 'not wanted'],
  undecided: ['未定', 'undecided'],
};
export const places: WordsFor<EmergencyRecord['placePref']['care']> = {
  home: ['自宅', 'home'],
  facility: ['施設', 'facility'],
  hospital: ['病院', 'hospital'],
  undecided: ['未定', 'undecided'],
};
export const toldWords: WordsFor<EmergencyRecord['disclosure']['patient']> = {
  told: ['告知済', 'told'],
  partly: ['一部', 'partly'],
  not_told: ['未告知', 'not told'],
  unknown: ['不明', 'unknown'],
};

export const bedriddenGrades: WordsFor<EmergencyRecord['adl']['bedridden']> = {
  independent: ['自立', 'independent'],
  J1: ['J1', 'J1'],
  J2: ['J2', 'J2'],
  A1: ['A1', 'A1'],
  A2: ['A2', 'A2'],
  B1: ['B1', 'B1'],
  B2: ['B2', 'B2'],
  C1: ['C1', 'C1'],
  C2: ['C2', 'C2'],
  unknown: ['未確認', 'not known'],
};
export const dementiaGrades: WordsFor<EmergencyRecord['adl']['dementia']> = {
  independent: ['自立', 'independent'],
  I: ['Ⅰ', 'I'],
  IIa: ['Ⅱa', 'IIa'],
  IIb: ['Ⅱb', 'IIb'],
  IIIa: ['Ⅲa', 'IIIa'],
  IIIb: ['Ⅲb', 'IIIb'],
  IV: ['Ⅳ', 'IV'],
  M: ['M', 'M'],
  unknown: ['未確認', 'not known'],
};
export const helpWords: WordsFor<EmergencyRecord['adl']['moving']> = {
  independent: ['自立', 'independent'],
  some_help: ['一部介助', 'some help'],
  full_help: ['全介助', 'full help'],
  unknown: ['未確認', 'not known'],
};
export const careLevelWords: WordsFor<EmergencyRecord['careLevel']['level']> = {
  independent: ['自立', 'independent'],
  programme: ['事業対象者', 'programme'],
  support_1: ['要支援1', 'support 1'],
  support_2: ['要支援2', 'support 2'],
  care_1: ['要介護1', 'care 1'],
  care_2: ['要介護2', 'care 2'],
  care_3: ['要介護3', 'care 3'],
  care_4: ['要介護4', 'care 4'],
  care_5: ['要介護5', 'care 5'],
  applied: ['申請中', 'applied for'],
  not_applied: ['未申請', 'not applied for'],
  unknown: ['未確認', 'not known'],
};

export const procedureKinds: WordsFor<ItemOf<EmergencyRecord['procedures']>['kind']> = {
  home_oxygen: ['在宅酸素', 'home oxygen'],
  nppv: ['NPPV', 'NPPV'],
  tppv: ['TPPV', 'TPPV'],
  tracheostomy: ['気管切開', 'tracheostomy'],
  suction: ['吸引', 'suction'],
  central_line: ['CV・PICC', 'central line'],
  gastrostomy: ['胃瘻', 'gastrostomy'],
  nasogastric_tube: ['経鼻胃管', 'nasogastric tube'],
  intermittent_catheter: ['導尿', 'intermittent catheter'],
  indwelling_catheter: ['尿道留置カテーテル', 'indwelling catheter'],
  stoma: ['ストマ', 'stoma'],
  haemodialysis: ['血液透析', 'haemodialysis'],
  peritoneal_dialysis: ['腹膜透析', 'peritoneal dialysis'],
  pca: ['PCA', 'PCA'],
  pressure_ulcer: ['褥瘡', 'pressure ulcer'],
  other: ['その他', 'other'],
};

/** With the unit in which the value is written; the ECG is described. */
export const labItems: Readonly<
  Record<EmergencyRecord['labs'][number]['item'], readonly [ja: string, en: string, unit: string]>
> = {
  hb: ['Hb', 'Hb', 'g/dL'],
  creatinine: ['Cr', 'Cr', 'mg/dL'],
  egfr: ['eGFR', 'eGFR', 'mL/分/1.73m²'],
  sodium: ['Na', 'Na', 'mEq/L'],
  potassium: ['K', 'K', 'mEq/L'],
  albumin: ['Alb', 'Alb', 'g/dL'],
  crp: ['CRP', 'CRP', 'mg/dL'],
  glucose: ['BS', 'glucose', 'mg/dL'],
  hba1c: ['HbA1c', 'HbA1c', '%'],
  pt_inr: ['PT-INR', 'PT-INR', ''],
  bnp: ['BNP', 'BNP', 'pg/mL'],
  ecg: ['心電図', 'ECG', ''],
};

export const contactRoles: WordsFor<Contact['role']> = {
  key_person: ['キーパーソン', 'key person'],
  family: ['家族', 'family'],
  attending: ['主治医', 'attending doctor'],
  deputy: ['副主治医', 'deputy doctor'],
  nursing_station: ['訪問看護', 'home nursing'],
  care_manager: ['ケアマネ', 'care manager'],
  other: ['その他', 'other'],
};
