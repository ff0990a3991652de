/** The words that lists may use, and how Japanese offices write them. */

/** Each word with its Japanese names; the first is the one shown. */
export type Vocabulary<T extends string> = Readonly<Record<T, readonly [string, ...string[]]>>;

export type FacilityKind =
  | 'clinic'
  | 'hospital'
  | 'pharmacy'
  | 'nursing_station'
  | 'care_manager_office'
  | 'care_plaza'
  | 'hub';

export const facilityKinds: Vocabulary<FacilityKind> = {
  clinic: ['診療所', 'クリニック', '医院'],
  hospital: ['病院'],
  pharmacy: ['薬局'],
  nursing_station: ['訪問看護ステーション', '訪問看護'],
  care_manager_office: ['居宅介護支援事業所', 'ケアマネ'],
  care_plaza: ['ケアプラザ', '地域ケアプラザ'],
  hub: ['拠点', '相談室'],
};

export type BedType = 'general' | 'community_care' | 'long_term' | 'palliative' | 'icu' | 'infection' | 'respite';

export const bedTypes: Vocabulary<BedType> = {
  general: ['一般'],
  community_care: ['地域包括ケア', '地ケア'],
  long_term: ['療養'],
  palliative: ['緩和', '緩和ケア'],
  icu: ['集中', 'ICU・HCU', 'HCU'],
  infection: ['感染', '感染症'],
  respite: ['レスパイト'],
};

export type Need =
  | 'ventilator'
  | 'oxygen'
  | 'tracheostomy'
  | 'dialysis'
  | 'isolation'
  | 'central_line'
  | 'tube_feeding'
  | 'dementia'
  | 'end_of_life';

/** What a patient may need of a receiving hospital, and what a hospital says it can take. */
export const needs: Vocabulary<Need> = {
  ventilator: ['人工呼吸', '人工呼吸器'],
  oxygen: ['酸素', '在宅酸素'],
  tracheostomy: ['気管切開', '気切'],
  dialysis: ['透析'],
  isolation: ['隔離'],
  central_line: ['中心静脈', 'CV'],
  tube_feeding: ['経管栄養', '胃瘻', '胃ろう'],
  dementia: ['認知症'],
  end_of_life: ['看取り'],
};

export type PhoneKind = 'mobile' | 'landline' | 'clinic' | 'desk';

export const phoneKinds: Vocabulary<PhoneKind> = {
  mobile: ['携帯', '携帯電話'],
  landline: ['自宅', '固定', '固定電話'],
  clinic: ['診療所', 'クリニック', '医院'],
  desk: ['窓口', '夜間窓口', '当直'],
};

export type FaxOwnerKind = 'doctor' | 'hospital' | 'facility';

/** Whose fax number it is. */
export const faxOwnerKinds: Vocabulary<FaxOwnerKind> = {
  doctor: ['登録医', '医師'],
  hospital: ['病院'],
  facility: ['施設'],
};

export type FaxForm = 'full' | 'pseudonymous' | 'sealed';

/** In which form a record goes there (fax/destination.ts). */
export const faxForms: Vocabulary<FaxForm> = {
  full: ['全文'],
  pseudonymous: ['仮名'],
  sealed: ['封緘'],
};

/** The word that a cell means, or undefined. Width, case and spaces do not count. */
export function wordFor<T extends string>(vocabulary: Vocabulary<T>, text: string): T | undefined {
  const fold = (word: string): string =>
    word
      .normalize('NFKC')
      .toLowerCase()
      .replace(/[\s・_-]/g, '');
  const wanted = fold(text);
  return (Object.keys(vocabulary) as T[]).find((word) =>
    [word, ...vocabulary[word]].some((name) => fold(name) === wanted),
  );
}
