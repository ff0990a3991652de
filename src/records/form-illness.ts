/** The form's sections about illness and wishes, and what follows later. */
import { recordFields } from './fields.ts';
import { check, choice, date, type FormSection, group, line, number, rows, several, text } from './form.ts';
import {
  allergyKinds,
  bedriddenGrades,
  codeStatuses,
  dementiaGrades,
  helpWords,
  implantKinds,
  infectionKinds,
  labItems,
  mriWords,
  places,
  procedureKinds,
  safetyKinds,
  toldWords,
  treatments,
  uninterruptibleKinds,
  type Words,
  wishes,
} from './words.ts';

const labelOf = (key: keyof typeof recordFields): Words => recordFields[key].label;
const name: Words = ['名称', 'name'];
const note: Words = ['メモ', 'note'];
const kind: Words = ['種類', 'kind'];

export const illnessSections: readonly FormSection[] = [
  {
    key: 'illness',
    title: ['病名・警告', 'Illness and alerts'],
    fields: [
      rows(
        'list',
        'record.problems',
        ['病名（主病名から）', 'problems, the main one first'],
        6,
        [
          text('name', ['病名', 'diagnosis']),
          line('month', 'onset', ['発症年月', 'onset'], { hint: ['2019-06・2019', '2019-06 or 2019'] }),
          check('isSuspected', ['疑い', 'suspected']),
        ],
        { sheet: ['main_dx'], isMinimum: true },
      ),
      rows('list', 'record.past', labelOf('past'), 4, [text('name', name), number('year', ['年', 'year'], '')], {
        sheet: ['other_dx'],
      }),
      rows(
        'fact',
        'record.allergy',
        labelOf('allergy'),
        20,
        [
          choice('kind', kind, allergyKinds, { preset: 'drug' }),
          text('name', name),
          text('reaction', ['反応', 'reaction']),
        ],
        { sheet: ['allergy'], isMinimum: true },
      ),
      rows(
        'fact',
        'record.infection',
        labelOf('infection'),
        10,
        [
          choice('kind', kind, infectionKinds),
          text('name', ['名称・詳細', 'name, detail']),
          date('testedOn', ['検査日', 'tested on']),
          check('needsIsolation', ['隔離が要る', 'needs isolation']),
        ],
        { sheet: ['infection'] },
      ),
      rows(
        'fact',
        'record.meds',
        labelOf('meds'),
        60,
        [
          text('name', ['薬名', 'drug']),
          text('dose', ['1回量', 'dose']),
          text('usage', ['用法', 'usage']),
          date('changedOn', ['最終変更日', 'changed on']),
          check('isNarcotic', ['麻薬', 'narcotic']),
        ],
        { sheet: ['meds'] },
      ),
      rows(
        'fact',
        'record.procedures',
        ['在宅医療処置・機器', 'devices and procedures'],
        16,
        [
          choice('kind', kind, procedureKinds),
          text('setting', ['設定・径・流量', 'setting, size']),
          date('changedOn', ['最終交換日', 'last changed on']),
          group(
            'vendor',
            ['業者', 'vendor'],
            [text('name', ['業者名', 'vendor']), line('phone', 'phone', ['24時間電話', '24 h phone'])],
            {
              isOptional: true,
            },
          ),
        ],
        { sheet: ['procedures'] },
      ),
      group(
        'record.adl',
        ['寝たきり度・認知症自立度', 'ADL grades'],
        [
          choice('bedridden', ['寝たきり度', 'bedridden grade'], bedriddenGrades),
          choice('dementia', ['認知症自立度', 'dementia grade'], dementiaGrades),
        ],
        { sheet: ['adl_bedridden', 'adl_dementia'] },
      ),
      group(
        'record.codeStatus',
        labelOf('code_status'),
        [
          choice('status', labelOf('code_status'), codeStatuses),
          text('expectedCondition', labelOf('expected_condition'), { when: { name: 'status', is: ['dnar'] } }),
          group(
            'document',
            ['根拠書面', 'document'],
            [
              text('kind', ['書面の種類', 'kind of document']),
              date('signedOn', ['作成日', 'signed on']),
              several('text', 'signatories', ['署名者', 'signatories'], 6),
              text('keptAt', ['保管場所', 'kept at']),
              date('reviewedOn', ['見直した日', 'reviewed on']),
            ],
            { isOptional: true },
          ),
        ],
        { sheet: ['acp'] },
      ),
    ],
  },
];

const drugNote = [text('name', ['薬名', 'drug']), text('note', note)];

export const laterSections: readonly FormSection[] = [
  {
    key: 'more_alerts',
    title: ['そのほかの警告', 'More alerts'],
    isLater: true,
    fields: [
      rows('fact', 'record.anticoagulant', labelOf('anticoagulant'), 8, drugNote),
      rows('fact', 'record.insulinSteroid', labelOf('insulin_steroid'), 8, [
        choice('kind', kind, uninterruptibleKinds),
        ...drugNote,
      ]),
      rows('fact', 'record.deviceAlert', labelOf('device_alert'), 8, [
        choice('kind', kind, implantKinds),
        text('makerModel', ['製造元・型', 'maker, model']),
        choice('mri', ['MRI', 'MRI'], mriWords, { preset: 'unknown' }),
        text('note', note),
      ]),
      rows('fact', 'record.safety', labelOf('safety'), 8, [choice('kind', kind, safetyKinds), text('note', note)]),
    ],
  },
  {
    key: 'wishes',
    title: ['本人の意思（蘇生以外）', 'Wishes other than resuscitation'],
    isLater: true,
    fields: [
      group(
        'record.treatmentScope',
        ['蘇生以外の処置（DNAR は CPR 以外の処置を制限しません）', 'other treatment (DNAR limits resuscitation only)'],
        Object.entries(treatments).map(([key, label]) => choice(key, label, wishes)),
      ),
      group('record.placePref', labelOf('place_pref'), [
        choice('care', ['療養の場所', 'place of care'], places),
        choice('death', ['看取りの場所', 'place of death'], places),
      ]),
      group('record.disclosure', labelOf('disclosure'), [
        choice('patient', ['本人へ', 'patient'], toldWords),
        choice('family', ['家族へ', 'family'], toldWords),
      ]),
    ],
  },
  {
    key: 'usual',
    title: ['ふだんの状態と予測', 'The usual state and what is expected'],
    isLater: true,
    fields: [
      text('record.course', labelOf('course')),
      group(
        'record.baselineVitals',
        ['平時バイタル', 'baseline vitals'],
        [
          date('measuredOn', ['測定日', 'measured on']),
          choice('consciousness', ['JCS', 'JCS'], consciousness()),
          number('systolic', ['収縮期', 'systolic'], 'mmHg'),
          number('diastolic', ['拡張期', 'diastolic'], 'mmHg'),
          number('pulse', ['脈拍', 'pulse'], '/分'),
          number('oxygenSaturation', ['SpO2', 'SpO2'], '%'),
          number('oxygenLitres', ['酸素', 'oxygen'], 'L/分'),
          number('temperature', ['体温', 'temperature'], '℃'),
          number('respiratoryRate', ['呼吸数', 'respiratory rate'], '/分'),
        ],
        { isOptional: true },
      ),
      group(
        'record.adl',
        ['移動・食事・排泄', 'moving, eating, excretion'],
        [
          choice('moving', ['移動', 'moving'], helpWords),
          choice('eating', ['食事', 'eating'], helpWords),
          choice('excretion', ['排泄', 'excretion'], helpWords),
        ],
      ),
      text('record.communication', labelOf('communication')),
      rows('list', 'record.anticipated', labelOf('anticipated'), 3, [
        text('event', ['予測される急変', 'event']),
        text('action', ['まず行うこと', 'first action']),
        text('call', ['連絡先', 'whom to call']),
      ]),
      rows('list', 'record.homeStock', labelOf('home_stock'), 20, [
        text('name', name),
        text('quantity', ['数量', 'quantity']),
        text('place', ['場所', 'place']),
        check('isNarcotic', ['麻薬', 'narcotic']),
      ]),
      group(
        'record.addressAccess',
        ['訪問の手がかり', 'how to get in'],
        [
          text('landmark', ['目印', 'landmark']),
          text('parking', ['駐車', 'parking']),
          text('entry', ['鍵・入室方法', 'entry']),
        ],
      ),
      group('record.body', labelOf('body'), [
        group(
          'weight',
          ['体重', 'weight'],
          [number('kilograms', ['体重', 'weight'], 'kg'), date('on', ['測定日', 'on'])],
          {
            isOptional: true,
          },
        ),
        number('heightCentimetres', ['身長', 'height'], 'cm'),
        choice('bloodType', ['血液型（参考）', 'blood type'], bloodTypes()),
      ]),
      rows('list', 'record.labs', ['直近検査', 'last results'], 24, [
        choice('item', ['項目', 'item'], labItems),
        text('value', ['値', 'value']),
        date('on', ['検査日', 'on']),
      ]),
    ],
  },
];

function consciousness(): Record<string, Words> {
  const grades = ['0', '1', '2', '3', '10', '20', '30', '100', '200', '300'];
  return Object.fromEntries(grades.map((grade) => [grade, [grade, grade]]));
}

function bloodTypes(): Record<string, Words> {
  const types = ['A+', 'B+', 'O+', 'AB+', 'A-', 'B-', 'O-', 'AB-', 'A', 'B', 'O', 'AB'];
  return Object.fromEntries(types.map((type) => [type, [type, type]]));
}
