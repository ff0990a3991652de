/** The files of an association's lists, their columns, and every heading that is understood for each. */

export const fileNames = [
  'association.csv',
  'areas.csv',
  'facilities.csv',
  'doctors.csv',
  'hospitals.csv',
  'bed_types.csv',
  'standby.csv',
  'roster.csv',
  'rotation.csv',
  'standby_roster.csv',
  'patients.csv',
  'fax_destinations.csv',
] as const;
export type FileName = (typeof fileNames)[number];

/**
 * Without standby_roster.csv every standby person is on duty at all hours, in the order of standby.csv; without fax_destinations.csv
 * the numbers stay as the hub has entered them.
 */
export const optionalFiles: readonly FileName[] = ['standby_roster.csv', 'fax_destinations.csv'];

export interface Column {
  key: string;
  /** First the Japanese heading of the templates, then others that people write. The key itself is always understood. */
  headings: readonly string[];
  /** A file without this column is refused; without the others the cells count as blank. */
  isRequired: boolean;
}

const must = (key: string, ...headings: string[]): Column => ({ key, headings, isRequired: true });
const may = (key: string, ...headings: string[]): Column => ({ key, headings, isRequired: false });

const active = may('active', '有効', '使用', 'is_active');
const names = [must('name', '名称', '氏名', '名前'), must('spoken_name', '読み', '読み上げ', 'よみ', 'ヨミ', 'かな')];
const phones = [
  may('phones', '電話', '電話番号', '電話一覧'),
  ...[1, 2, 3, 4].flatMap((n) => [
    may(`phone${n}`, `電話${n}`, `電話番号${n}`, `desk_phone${n}`),
    may(`phone${n}_kind`, `電話${n}種類`, `電話${n}の種類`),
  ]),
];
const rule = [
  must('position', '順位', '順'),
  may('days', '曜日', '日'),
  may('date', '日付', '特定日'),
  may('from', '適用開始', '開始日', 'valid_from'),
  may('until', '適用終了', '終了日', 'valid_until'),
  must('hours', '時間帯', '時間'),
];

export const columnsOf: Readonly<Record<FileName, readonly Column[]>> = {
  'association.csv': [
    must('code', 'コード', '医師会コード'),
    ...names,
    must('caller_number', '発信番号', '発信者番号'),
    must('dialled_numbers', '着信番号', 'dialled_number'),
    may('hub_phone', '拠点電話', '拠点の電話'),
    may('hub_opens', '拠点開始', '拠点の開始時刻'),
    may('hub_closes', '拠点終了', '拠点の終了時刻'),
  ],
  'areas.csv': [must('code', 'コード', '地区コード'), must('key', 'キー', '数字キー'), ...names],
  'facilities.csv': [
    must('code', 'コード', '施設コード'),
    must('kind', '種別', '種類'),
    ...names,
    may('area', '地区', '地区コード'),
    may('phone', '電話', '電話番号'),
    may('fax', 'FAX', 'ファックス', 'FAX番号'),
    active,
  ],
  'doctors.csv': [
    must('code', '登録医コード', 'コード', 'member_code'),
    ...names,
    must('area', '地区', '地区コード'),
    may('facility', '施設', '施設コード', '診療所'),
    ...phones,
    active,
  ],
  'hospitals.csv': [
    must('code', '病院コード', 'コード'),
    ...names,
    may('pin', '暗証番号', 'PIN'),
    ...phones,
    may('takes_by_day', '一時入院', '日中一時入院'),
    may('night_from', '夜間開始', '夜間窓口開始'),
    may('night_to', '夜間終了', '夜間窓口終了'),
    may('accepts_needs', '受入条件', '対応できる処置', '対応'),
    active,
  ],
  'bed_types.csv': [
    must('hospital', '病院コード', '病院'),
    must('bed_type', '病床種別', '病床'),
    must('staffed', '稼働病床数', '病床数', '床数'),
  ],
  'standby.csv': [must('code', 'コード', '待機者コード'), must('position', '順位', '順'), ...names, ...phones, active],
  'roster.csv': [must('area', '地区', '地区コード'), must('doctor', '登録医コード', '医師', '当番医'), ...rule],
  'rotation.csv': [must('hospital', '病院コード', '病院'), ...rule],
  'standby_roster.csv': [must('standby', '待機者コード', '待機者'), ...rule],
  'patients.csv': [
    must('code', '患者コード', 'コード', '整理番号'),
    may('card_number', '患者登録番号', '登録番号', 'カード番号'),
    must('area', '地区', '地区コード'),
    may('attending', '主治医', '主治医コード'),
    may('deputies', '副主治医', '副主治医コード'),
    may('hospital', '登録病院', '入院希望病院', '病院コード'),
    may('needs', '必要な処置', '処置', '条件'),
    may('bed_type', '病床種別', '病床'),
    active,
  ],
  'fax_destinations.csv': [
    must('kind', '種別', '種類'),
    must('code', 'コード', '登録医コード', '病院コード', '施設コード'),
    must('position', '順位', 'キー', '送り先番号'),
    must('fax', 'FAX', 'ファックス', 'FAX番号'),
    may('form', '様式', '票'),
    active,
  ],
};

/** A column of remarks is skipped, except in the list of patients, where it would hold what must not come here. */
export const isRemark = (heading: string): boolean =>
  /^(備考|メモ|注|note|notes|remarks?|comments?)$/.test(plain(heading));

/** Headings of patients.csv that announce personal data. */
export const isPersonal = (heading: string): boolean =>
  /氏名|名前|姓名|患者名|カナ|かな|フリガナ|ふりがな|よみ|読み|名称|name|kana|生年|誕生|birth|dob|年齢|age$|性別|sex|gender|住所|所在|address|郵便|postal|zip|電話|携帯|phone|tel|fax|メール|mail|病名|診断|diagnos|薬|アレルギー|allerg|家族|キーパーソン|備考|メモ|note|remark|comment|保険|insur|個人番号|マイナンバー|mynumber/.test(
    plain(heading),
  );

/** Headings are compared without width, case, spaces and joining marks. */
export const plain = (heading: string): string =>
  heading
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[\s_\-・()（）]/g, '');

/** The column that a heading stands for in this file, or undefined. */
export function columnFor(file: FileName, heading: string): Column | undefined {
  const wanted = plain(heading);
  return columnsOf[file].find(({ key, headings }) => [key, ...headings].some((known) => plain(known) === wanted));
}
