/** The form's sections about the person, the care team and the consents, in the order of the enrolment sheet. */
import { recordFields, registrationFields } from './fields.ts';
import { check, choice, date, type FormSection, group, line, reference, rows, several, text, yesNo } from './form.ts';
import { careLevelWords, contactRoles, registrationKinds, residences, sexes, type Words } from './words.ts';

const labelOf = (key: keyof typeof registrationFields): Words => registrationFields[key].label;

const who: Readonly<Record<string, Words>> = { patient: ['本人', 'patient'], proxy: ['代理', 'proxy'] };
const relatives = ['key_person', 'family'];
const offices = ['attending', 'deputy', 'nursing_station', 'care_manager', 'other'];

export const personSections: readonly FormSection[] = [
  {
    key: 'sheet',
    title: ['届出', 'The form'],
    fields: [
      choice('registration.regKind', labelOf('reg_kind'), registrationKinds, { sheet: ['reg_kind'] }),
      date('registration.regDate', labelOf('reg_date'), { sheet: ['reg_date'] }),
      reference('doctor', 'registration.authorDoctor', labelOf('author_doctor'), { sheet: ['author_doctor'] }),
      line('digits', 'registration.authorClinic', labelOf('author_clinic'), { sheet: ['author_clinic'] }),
    ],
  },
  {
    key: 'person',
    title: ['本人', 'The patient'],
    fields: [
      line('kana', 'registration.nameKana', labelOf('name_kana'), {
        ...{ sheet: ['name_kana'], isMinimum: true },
        hint: ['姓と名の間に空白。ひらがなでも可', 'A space between family and given name'],
      }),
      choice('registration.sex', labelOf('sex'), sexes, { sheet: ['sex'], isMinimum: true }),
      line('name', 'registration.name', labelOf('name'), {
        sheet: ['name'],
        hint: ['姓と名の間に空白', 'A space between family and given name'],
      }),
      date('registration.birth', labelOf('birth'), { sheet: ['birth'], isMinimum: true }),
      line('postal', 'registration.postal', labelOf('postal'), { sheet: ['postal'] }),
      text('registration.address', labelOf('address'), {
        ...{ sheet: ['address'], isMinimum: true },
        hint: ['都道府県から', 'Begin with the prefecture'],
      }),
      text('registration.building', labelOf('building'), { sheet: ['building'] }),
      rows(
        'list',
        'registration.tel',
        labelOf('tel'),
        3,
        [line('phone', 'e164', labelOf('tel')), check('isFax', ['FAX', 'fax'])],
        { sheet: ['tel'], isMinimum: true },
      ),
      reference('area', 'registration.area', labelOf('area'), { sheet: ['area'] }),
      group(
        'registration.residence',
        labelOf('residence'),
        [
          choice('kind', labelOf('residence'), residences),
          text('facilityKind', ['施設の種別', 'kind of facility'], { when: { name: 'kind', is: ['facility'] } }),
        ],
        { sheet: ['residence'], isOptional: true },
      ),
      text('registration.formerName', labelOf('former_name'), { sheet: ['former_name'] }),
    ],
  },
  {
    key: 'insurance',
    title: ['保険・介護', 'Insurance and care'],
    fields: [
      line('digits', 'registration.insurerNo', labelOf('insurer_no'), { sheet: ['insurer_no'] }),
      group(
        'registration.insured',
        labelOf('insured'),
        [
          text('symbol', ['記号', 'symbol']),
          text('number', ['番号', 'number']),
          line('digits', 'branch', ['枝番', 'branch']),
        ],
        { sheet: ['insured'], isOptional: true },
      ),
      rows(
        'list',
        'registration.publicPayer',
        labelOf('public_payer'),
        4,
        [line('digits', 'payer', ['負担者番号', 'payer']), line('digits', 'recipient', ['受給者番号', 'recipient'])],
        { sheet: ['public_payer'] },
      ),
      line('digits', 'registration.ltcInsurer', labelOf('ltc_insurer'), { sheet: ['ltc_insurer'] }),
      line('digits', 'registration.ltcNo', labelOf('ltc_no'), { sheet: ['ltc_no'] }),
      group(
        'record.careLevel',
        labelOf('care_level'),
        [
          choice('level', recordFields.care_level.label, careLevelWords),
          date('validFrom', ['有効期間 から', 'valid from']),
          date('validUntil', ['有効期間 まで', 'valid until']),
        ],
        { sheet: ['care_level'] },
      ),
    ],
  },
];

export const teamSections: readonly FormSection[] = [
  {
    key: 'contacts',
    title: ['連絡先', 'Contacts'],
    fields: [
      rows(
        'list',
        'record.contacts',
        ['連絡先（上から順に連絡）', 'contacts in calling order'],
        6,
        [
          choice('role', ['役割', 'role'], contactRoles, { preset: 'key_person' }),
          text('name', ['氏名', 'name']),
          text('relation', ['続柄', 'relation'], { when: { name: 'role', is: relatives } }),
          text('organisation', ['施設名', 'organisation'], { when: { name: 'role', is: offices } }),
          several('phone', 'phones', ['電話', 'phones'], 3),
          text('hours', ['時間帯', 'hours']),
          check('hasNightContract', ['24 時間契約', '24 hour contract'], {
            when: { name: 'role', is: ['nursing_station'] },
          }),
        ],
        {
          isMinimum: true,
          sheet: ['key_person', 'key_person_relation', 'key_person_tel', 'nurse_station', 'care_manager'],
        },
      ),
      rows(
        'fact',
        'record.surrogate',
        labelOf('surrogate'),
        1,
        [
          text('name', ['氏名', 'name'], { sameAs: 'record.contacts.0.name' }),
          text('relation', ['続柄', 'relation'], { sameAs: 'record.contacts.0.relation' }),
          several('phone', 'phones', ['電話', 'phones'], 2, { sameAs: 'record.contacts.0.phones' }),
        ],
        { sheet: ['surrogate'] },
      ),
      group(
        'registration.primary',
        labelOf('primary'),
        [
          reference('doctor', 'doctor', labelOf('primary'), { sameAs: 'registration.authorDoctor', isMinimum: true }),
          text('hours', ['連絡できる時間', 'hours']),
        ],
        { sheet: ['primary'], isMinimum: true },
      ),
      rows(
        'list',
        'registration.deputy',
        labelOf('deputy'),
        8,
        [reference('doctor', 'doctor', labelOf('deputy')), text('conditions', ['条件（曜日・処置）', 'conditions'])],
        { sheet: ['deputy'] },
      ),
      group(
        'record.pharmacy',
        labelOf('pharmacy'),
        [
          text('name', ['薬局名', 'pharmacy']),
          line('phone', 'phone', ['電話', 'phone']),
          line('phone', 'holidayPhone', ['休日夜間の電話', 'holiday phone']),
        ],
        { sheet: ['pharmacy'], isOptional: true },
      ),
      rows(
        'list',
        'record.hospitals',
        labelOf('hospital1'),
        2,
        [
          reference('hospital', 'code', ['登録病院', 'registered hospital']),
          text('name', ['病院名', 'name']),
          date('registeredOn', ['登録日', 'registered on']),
          text('hospitalPatientId', ['病院の患者番号', "hospital's patient id"]),
        ],
        { sheet: ['hospital1'] },
      ),
    ],
  },
  {
    key: 'consent',
    title: ['同意', 'Consent'],
    fields: [
      yesNo('registration.consentTo', labelOf('consent_to'), { sheet: ['consent'], isMinimum: true }),
      yesNo('registration.consentFax', labelOf('consent_fax')),
      yesNo('registration.consentEmergency', labelOf('consent_emergency')),
      yesNo('registration.withdraw', labelOf('withdraw')),
      group('registration.consentHosp', labelOf('consent_hosp'), [
        yesNo('hospital', ['受入病院', 'hospitals']),
        yesNo('nursing', ['訪問看護', 'home nursing']),
        yesNo('ambulance', ['救急隊', 'ambulance']),
      ]),
      group(
        'registration.consentBy',
        labelOf('consent_by'),
        [
          choice('who', ['同意した人', 'who'], who),
          text('name', ['氏名', 'name'], { sameAs: 'registration.name' }),
          text('relation', ['続柄', 'relation'], { when: { name: 'who', is: ['proxy'] } }),
          text('reason', ['本人が同意できない理由', 'why the patient cannot'], {
            when: { name: 'who', is: ['proxy'] },
          }),
          check('isWrittenByOther', ['代筆', 'written by somebody else']),
          date('on', ['同意日', 'date'], { sameAs: 'registration.regDate' }),
          text('explainedBy', ['説明者', 'explained by']),
        ],
        { sheet: ['consent_by', 'consent_date'], isMinimum: true },
      ),
    ],
  },
];
