/** What happened, in plain words: one sentence in Japanese and in English for each event and each fact worth telling. */
import type { Fact, Outcome } from '../../escalations/urgent-call.ts';
import type { Cast, Person } from './cast.ts';
import type { ExchangeEvent } from './exchange.ts';

const nobody: Person = { ja: '不明の電話', en: 'an unknown phone' };

/** Of the telephone network. `isMachine`: a voicemail holds that line. Null: nothing a listener would miss. */
export function wordsForEvent(event: ExchangeEvent, cast: Cast, isMachine: boolean): Person | null {
  const { person, phone } = cast.byPhone.get(event.phone ?? '') ?? { person: nobody, phone: nobody };
  const text = event.text ?? '';
  switch (event.kind) {
    case 'call':
      return wordsForState(event, person, phone);
    case 'keyed':
      return event.lost
        ? null
        : { ja: `${person.ja}が${keys(text).ja}を押す`, en: `${person.en} keys ${keys(text).en}` };
    case 'said':
      return wordsForSpeech(text, person, person === cast.caller, isMachine);
    case 'event':
      return wordsForRemark(text, person, cast);
    default:
      return null;
  }
}

function wordsForState({ direction, state }: ExchangeEvent, person: Person, phone: Person): Person | null {
  const isInbound = direction === 'inbound';
  if (state === 'ringing' && isInbound)
    return { ja: `${person.ja}が夜間の番号にかける`, en: `${person.en} rings the night number` };
  if (state === 'ringing')
    return { ja: `${person.ja}の${phone.ja}が鳴る`, en: `${possessive(person)} ${phone.en} rings` };
  if (state === 'in-progress' && !isInbound) return { ja: `${person.ja}が電話に出る`, en: `${person.en} picks up` };
  if (state === 'canceled')
    return { ja: `${person.ja}の${phone.ja}は鳴りやむ`, en: `${possessive(person)} ${phone.en} stops ringing` };
  if (state === 'completed') return { ja: `${person.ja}との電話が終わる`, en: `the line to ${person.en} is closed` };
  return null;
}

/** The sentences that carry the story; menus and waiting words are left out. */
function wordsForSpeech(text: string, person: Person, isCaller: boolean, isMachine: boolean): Person | null {
  const quoted = `「${text}」`;
  if (isCaller && text.includes('119番') && text.includes('夜間窓口'))
    return { ja: `最初の言葉: ${quoted}`, en: 'the first words: hang up and ring 119 if life is in danger' };
  if (isMachine && text.includes('緊急呼です'))
    return { ja: `留守番電話に流れる: ${quoted}`, en: 'the question plays to the voicemail, which presses no key' };
  if (text.includes('緊急呼です') || text.includes('在宅患者です'))
    return { ja: `${person.ja}が聞く: ${quoted}`, en: `${person.en} hears what it is about, and which keys to press` };
  if (isCaller && text.endsWith('が受け入れます。'))
    return { ja: `全員に流れる: ${quoted}`, en: 'all hear who takes the patient' };
  if (text.includes('が受けました'))
    return { ja: `${person.ja}の電話に: ${quoted}`, en: `${possessive(person)} line hears who took it` };
  return null;
}

function wordsForRemark(text: string, person: Person, cast: Cast): Person | null {
  if (text.startsWith('answering machine: greeting'))
    return { ja: `${person.ja}の留守番電話が出る`, en: `${possessive(person)} voicemail picks up` };
  const isHospital = cast.hospitals.some((hospital) => hospital === person);
  if (isHospital && text.startsWith('joins conference'))
    return { ja: `${person.ja}が会話に加わる`, en: `${person.en} joins the conversation` };
  if (person !== cast.caller || !text.startsWith('talks with ')) return null;
  const others = text.slice('talks with '.length).split(', ');
  const names = others.map((e164) => cast.byPhone.get(e164)?.person ?? nobody);
  const ja = names.map((name) => name.ja).join('、');
  return {
    ja: `つながった。${person.ja}と${ja}が話している`,
    en: `joined: ${person.en} talks with ${names.map((name) => name.en).join(' and ')}`,
  };
}

/** Of the case's own audit log. Null: the telephone network tells it better. */
export function wordsForFact(fact: Fact, cast: Cast, hospitalOf: (requestId: string) => string): Person | null {
  const who = (id: string): Person => cast.byId.get(id) ?? nobody;
  switch (fact.type) {
    case 'case_opened':
      return { ja: '緊急呼を開いた。医師を呼び出す', en: 'the urgent call is open: doctors are called' };
    case 'next_brought_forward':
      return fact.because === 'silent'
        ? {
            ja: 'キーが押されないので、次の医師を早める',
            en: 'no key was pressed, so the next doctor is brought forward',
          }
        : fact.because === 'declined'
          ? { ja: 'できないと聞き、次の医師を早める', en: 'a "not me", so the next doctor is brought forward' }
          : null;
    case 'accepted':
      return {
        ja: `${who(fact.subjectId).ja}が受けた`,
        en: `${who(fact.subjectId).en} takes the call, and nobody else can`,
      };
    case 'bed_wanted':
      return fact.by === 'doctor' ? { ja: '医師が病床を求めた', en: 'the doctor asks for a bed' } : null;
    case 'bed_asked':
      return { ja: `${who(fact.hospitalId).ja}に問い合わせる`, en: `${who(fact.hospitalId).en} is asked` };
    case 'bed_refused': {
      const hospital = who(hospitalOf(fact.requestId));
      return fact.refusal === 'full'
        ? { ja: `${hospital.ja}は朝まで満床`, en: `${hospital.en} is full until morning` }
        : {
            ja: `${hospital.ja}は受け入れない（${fact.refusal}）`,
            en: `${hospital.en} does not take it (${fact.refusal})`,
          };
    }
    case 'bed_accepted': {
      const hospital = who(hospitalOf(fact.requestId));
      return { ja: `${hospital.ja}が受け入れる`, en: `${hospital.en} takes the patient` };
    }
    case 'bridge_broken':
      return { ja: '電話が切れた。かけ直す', en: 'a line broke: it is called back' };
    case 'outcome_reported':
      return {
        ja: `医師の報告: ${outcomes[fact.outcome]}`,
        en: `the doctor reports the outcome: ${fact.outcome}`,
      };
    case 'closed':
      return { ja: '緊急呼を閉じた', en: 'the urgent call is closed' };
    default:
      return null;
  }
}

const outcomes: Readonly<Record<Outcome, string>> = {
  visiting: '往診',
  advice: '助言',
  bed: '入院',
  handed_on: '引き継ぎ',
  talked: '通話',
  unreported: '報告なし',
};

const possessive = ({ en }: Person): string => `${en}'s`;

/** A card and a PIN are not printed, although these are invented. */
function keys(digits: string): Person {
  if (/^\d{12}#?$/.test(digits)) return { ja: 'カードの12桁', en: 'the twelve digits of the card' };
  if (/^\d{6,8}#$/.test(digits)) return { ja: '暗証番号と#', en: 'its PIN and #' };
  if (/^(19|20)\d{6}$/.test(digits)) return { ja: '生年月日', en: 'the birth date' };
  return { ja: ` ${digits} `, en: digits };
}
