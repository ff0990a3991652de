import { expect } from 'chai';
import fc from 'fast-check';
import { splitAddress } from '../../src/lib/address.ts';
import { examine, type Finding, formatFinding } from '../../src/patients/findings.ts';
import { printedKana, printedName, registrationShape } from '../../src/patients/registration.ts';
import { minimumDraft, type TestDraft } from '../support/drafts.ts';

const at = new Date('2026-03-01T03:00:00Z');
const brief = ({ level, key, code }: Finding): string => `${level} ${key} ${code}`;
const held = (findings: Finding[]): string[] =>
  findings.filter(({ level }) => level === 'refused' || level === 'minimum').map(brief);
const examined = (change: (draft: TestDraft) => void) => {
  const draft = minimumDraft();
  change(draft);
  return examine(draft, at);
};

describe('a registration', () => {
  it('with the minimum can be sealed and have a card, and is 未完成', () => {
    const { content, isComplete, findings } = examine(minimumDraft(), at);
    expect(content?.registration.birth).to.equal('1940-03-01');
    expect(isComplete).to.equal(false);
    expect(held(findings)).to.deep.equal([]);
    expect(findings.map(brief)).to.include('complete name missing').and.to.include('complete meds still_unknown');
  });

  it('of nothing names the whole minimum at once', () => {
    const { content, findings } = examine({}, at);
    expect(content).to.equal(null);
    const keys = findings.filter(({ level }) => level === 'minimum').map(({ key }) => key);
    expect(new Set(keys)).to.deep.equal(
      new Set([
        ...['name_kana', 'birth', 'sex', 'address', 'tel', 'primary', 'main_dx', 'allergy', 'key_person'],
        ...['consent_to', 'consent_by'],
      ]),
    );
    expect(held(findings).filter((line) => line.startsWith('refused'))).to.deep.equal([]);
  });

  it('with many faults names all of them at once, each with label, problem and cure in both languages', () => {
    const { content, findings } = examined(({ registration, record }) => {
      registration.birth = '昭和64.1.8';
      registration.tel = [{ e164: '119' }];
      registration.insurerNo = '33120016';
      registration.authorClinic = '9910113719';
      registration.postal = '220-00';
      registration.sex = 'x';
      registration.consentTo = false;
      record.contacts = [];
      record.codeStatus = { status: 'dnar', document: null, expectedCondition: '' };
      record.course = 'あ'.repeat(121);
    });
    expect(content).to.equal(null);
    expect(held(findings)).to.have.members([
      'refused birth other_era',
      'refused tel phone_emergency',
      'refused insurer_no check_digit',
      'refused author_clinic prefecture',
      'refused postal postal',
      'refused sex not_a_choice',
      'refused acp_doc missing',
      'refused expected_condition missing',
      'refused course too_long',
      'minimum key_person no_key_person',
      'minimum consent_to consent_needed',
    ]);
    for (const { label, problem, cure } of findings)
      for (const [ja, en] of [label, problem, cure])
        expect([ja, en].every((word) => word !== '' && !word.includes('{}'))).to.equal(true);
    const birth = findings.find(({ key }) => key === 'birth')!;
    expect(formatFinding(birth)).to.equal(
      '生年月日（和暦可）: その日は書かれた元号に含まれません。平成元年1月8日（1989-01-08） のことでしたら、そう書いてください' +
        ' / birth date: the day does not belong to that era; write 平成元年1月8日（1989-01-08） if that is meant',
    );
  });

  it('never repeats in a finding what was written', () => {
    const { findings } = examined(({ registration, record }) => {
      registration.birth = 'ひみつ';
      registration.tel = [{ e164: 'ひみつ' }];
      registration.nameKana = '秘密 ひみつ';
      registration.name = 'ひみつ';
      registration.ひみつ = 1;
      registration.sex = 'ひみつ';
      record.problems = [{ name: 'ひみつ'.repeat(40) }];
      record.baselineVitals = { measuredOn: 'ひみつ', pulse: 'ひみつ' };
    });
    expect(findings.length).to.be.above(6);
    expect(JSON.stringify(findings)).to.not.match(/ひみつ|秘密/);
  });

  const warned: [string, (draft: TestDraft) => void, string][] = [
    ['昭和65: counted on', ({ registration }) => (registration.birth = '昭和65.1.1'), 'warning birth beyond_era'],
    [
      'a DNAR document older than a year',
      ({ record }) =>
        (record.codeStatus = {
          status: 'dnar',
          document: { kind: '書面', signedOn: 'R6.12.1', signatories: ['本人'], keptAt: '自宅' },
          expectedCondition: '癌',
        }),
      'warning acp_doc review_due',
    ],
    [
      'a blood thinner in the list that the alerts do not name',
      ({ record }) =>
        (record.meds = { state: 'present', items: [{ name: 'エリキュース錠2.5mg', dose: '1錠', usage: '朝夕' }] }),
      'warning anticoagulant hidden_alert',
    ],
    [
      'a narcotic that is not marked',
      ({ record }) =>
        (record.meds = { state: 'present', items: [{ name: 'ﾌｪﾝﾄｽﾃｰﾌﾟ2mg', dose: '1枚', usage: '1日1回' }] }),
      'warning meds hidden_alert',
    ],
    [
      'a doubtful check digit',
      ({ registration }) => (registration.ltcInsurer = '141037'),
      'warning ltc_insurer doubtful_check_digit',
    ],
    [
      'a certificate that has run out',
      ({ record }) => (record.careLevel = { level: 'care_3', validFrom: 'R6.1.1', validUntil: 'R7.12.31' }),
      'warning care_level period_over',
    ],
    [
      'an image of medicines that nobody has typed',
      ({ registration }) => (registration.medsImage = { page: `pg_${'0'.repeat(26)}`, status: 'untranscribed' }),
      'warning meds untranscribed',
    ],
  ];
  for (const [what, change, expected] of warned) {
    it(`only warns of ${what}`, () => {
      const { content, findings } = examined(change);
      expect(findings.map(brief)).to.include(expected);
      expect(content).to.not.equal(null);
    });
  }

  const refusals: [string, (draft: TestDraft) => void, string][] = [
    ['a birth in the future', ({ registration }) => (registration.birth = 'R8.3.2'), 'refused birth in_future'],
    ['an age over 120', ({ registration }) => (registration.birth = '明治38.3.1'), 'refused birth too_old'],
    [
      'a laboratory date in the future',
      ({ record }) => (record.labs = [{ item: 'potassium', value: 4, on: '2026-03-02' }]),
      'refused labs in_future',
    ],
    [
      'a proxy without a reason',
      ({ registration }) => Object.assign(registration.consentBy, { who: 'proxy', relation: '子' }),
      'refused consent_by proxy_reason',
    ],
    [
      'a kana name of one character',
      ({ registration }) => (registration.nameKana = { family: 'イ', given: '' }),
      'minimum name_kana missing',
    ],
    ['a name in one piece', ({ registration }) => (registration.name = '髙﨑薫'), 'refused name missing'],
    [
      'a space inside a part of the name',
      ({ registration }) => (registration.name = { family: '髙　﨑', given: '薫' }),
      'refused name name_space',
    ],
    [
      'a postal code in the address',
      ({ registration }) => (registration.address = '〒220-0051 神奈川県横浜市西区見本町'),
      'refused address postal_in_address',
    ],
    [
      'a member code with a slip',
      ({ registration }) => (registration.primary = { doctor: '100553' }),
      'refused primary member_code',
    ],
    ['an impossible value', ({ record }) => (record.body = { heightCentimetres: 1520 }), 'refused body out_of_bounds'],
  ];
  for (const [what, change, expected] of refusals) {
    it(`refuses ${what}`, () => {
      const { content, findings } = examined(change);
      expect(held(findings)).to.include(expected);
      expect(content).to.equal(null);
    });
  }

  // NFC already rewrites 神 福 塚 隆 in their compatibility forms; 髙 﨑 and IVS must survive everything too.
  const names = [
    '髙﨑　薫',
    '\u{fa19}田　\u{fa1b}子',
    '\u{fa10}本　\u{f9dc}',
    '葛\u{e0100}城　辻\u{e0101}',
    '𠮷野　龍',
    '齋藤　惠',
  ];
  for (const written of names) {
    it(`keeps the name ${written} by its code points`, () => {
      const { content } = examined(({ registration }) => (registration.name = written));
      expect(printedName(content!.registration)).to.equal(written);
    });
  }
  it('keeps the code points of any name', () => {
    const part = fc.string({
      unit: fc.constantFrom('髙', '﨑', '\u{fa19}', '\u{f9dc}', '葛\u{e0100}', '𠮷', '々', 'ヶ'),
      minLength: 1,
      maxLength: 8,
    });
    fc.assert(
      fc.property(part, part, (family, given) => {
        const name = registrationShape.shape.name.parse(`${family}　${given}`);
        expect(name).to.deep.equal({ family, given });
      }),
    );
  });
  it('prints the kana where the name is still missing', () => {
    const { content } = examine(minimumDraft(), at);
    expect(printedName(content!.registration)).to.equal('タカサキ　カオル');
    expect(printedKana(content!.registration)).to.equal('タカサキ　カオル');
  });

  const addresses: [string, [string, string, string] | null][] = [
    ['神奈川県横浜市西区見本町1-2', ['神奈川県', '横浜市西区', '見本町1-2']],
    ['東京都　港区見本1-2-3', ['東京都', '港区', '見本1-2-3']],
    ['東京都町田市見本町1', ['東京都', '町田市', '見本町1']],
    ['奈良県大和郡山市見本町1', ['奈良県', '大和郡山市', '見本町1']],
    ['三重県四日市市見本1', ['三重県', '四日市市', '見本1']],
    ['北海道余市郡余市町見本1', ['北海道', '余市郡余市町', '見本1']],
    ['京都府京都市見本区1', ['京都府', '京都市見本区', '1']],
    ['大阪府堺市見本区1', ['大阪府', '堺市見本区', '1']],
    ['横浜市西区見本町1', null],
  ];
  for (const [text, parts] of addresses) {
    it(`splits the address ${text}`, () => {
      const found = splitAddress(text);
      expect(found && [found.prefecture, found.city, found.line]).to.deep.equal(parts);
    });
  }
});
