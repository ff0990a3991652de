import { openedContent, secretToHear } from '../disclosures/reading.ts';
import type { RecordRequest } from '../disclosures/request.ts';
import { daysSince, freshness } from '../records/freshness.ts';
import type { Fact, SealedContent } from '../records/record.ts';
import type { VoiceContext } from './context.ts';
import type { Prompts } from './prompts.ts';

/**
 * A record as a doctor hears it who stands at the bedside: alerts, wishes, problem, medicines that must not stop, whom to call;
 * never over a minute. What does not fit is counted aloud, never left out in silence (rule 7). Pure.
 */

/** Announcers read 300-350 characters a minute; the slow end, because it is three in the morning. */
export const charactersPerMinute = 330;

/** How much of the minute a text takes: one for a Japanese character, digits are read singly, Latin letters are quick. */
export function spokenLength(text: string): number {
  let length = 0;
  for (const letter of text) {
    if (/[0-9０-９]/.test(letter)) length += 1.5;
    else if (letter > '\u2fff') length += 1;
    else if (/[A-Za-z]/.test(letter)) length += 0.45;
    else if (/[,.:;]/.test(letter)) length += 0.5;
  }
  return length;
}

/** A sentence with a list: its items are said while there is room, the rest is counted. */
interface Passage {
  /** Everything, when it fits. */
  lead(items: string, rest: number): string;
  items: readonly string[];
}

/** The sentences, in order; together at most `charactersPerMinute` long, whatever the record holds. */
export function spokenRecord(
  { record }: SealedContent,
  prompts: Prompts,
  about: { confirmedAt: Date | null; at: Date },
): string[] {
  const say = (key: string, values?: Record<string, string | number>): string => prompts.say(key, values);
  const fixed = (text: string): Passage => ({ lead: () => text, items: [] });
  const fact = <T>(key: string, found: Fact<T>, name: (item: T) => string): Passage =>
    found.state === 'present'
      ? list(prompts, key, found.items.map(name))
      : fixed(say(found.state === 'none' ? 'record_fact_none' : 'record_fact_unknown', { fact: say(`word_${key}`) }));
  const { codeStatus, treatmentScope } = record;
  const unwanted = Object.entries(treatmentScope).filter(([, wish]) => wish === 'not_wanted');
  const first = record.contacts[0];
  const passages: Passage[] = [
    ...age(prompts, about).map(fixed),
    fact('allergy', record.allergy, (item) => item.name),
    fact('anticoagulant', record.anticoagulant, (item) => item.name),
    fact('device', record.deviceAlert, (item) => say(`word_device_${item.kind}`)),
    fact('infection', record.infection, (item) => item.name ?? say(`word_infection_${item.kind}`)),
    ...(record.safety.state === 'present'
      ? [
          list(
            prompts,
            'safety',
            record.safety.items.map((item) => say(`word_safety_${item.kind}`)),
          ),
        ]
      : []),
    fixed(say(`record_code_${codeStatus.status}`)),
    ...(codeStatus.status === 'dnar' ? [list(prompts, 'condition', [codeStatus.expectedCondition])] : []),
    ...(unwanted.length > 0
      ? [
          list(
            prompts,
            'unwanted',
            unwanted.map(([treatment]) => say(`word_treatment_${snake(treatment)}`)),
          ),
        ]
      : []),
    list(
      prompts,
      'problem',
      record.problems.map((problem) => problem.name),
    ),
    fact('keep', record.insulinSteroid, (item) => item.name),
    first
      ? list(prompts, 'contact', [`${say(`word_contact_${first.role}`)}、${spacedPhone(first.phones[0] ?? '')}`])
      : fixed(say('record_no_contact')),
  ];
  return fitted(passages);
}

/** How old the news is, when that is to be known before anything else; nothing while it is fresh. */
function age(prompts: Prompts, { confirmedAt, at }: { confirmedAt: Date | null; at: Date }): string[] {
  if (confirmedAt === null) return [prompts.say('record_not_confirmed')];
  const days = daysSince(confirmedAt, at);
  switch (freshness(confirmedAt, at)) {
    case 'fresh':
      return [];
    case 'due':
      return [prompts.say('record_old', { days })];
    case 'stale':
      return [prompts.say('record_stale', { days })];
  }
}

const list = (prompts: Prompts, key: string, items: readonly string[]): Passage => ({
  items,
  lead: (said, rest) => {
    const fact = prompts.say(`word_${key}`);
    if (said === '') return prompts.say('record_fact_counted', { fact, count: rest });
    if (rest > 0) return prompts.say('record_fact_rest', { fact, items: said, count: rest });
    return prompts.say('record_fact', { fact, items: said });
  },
});

/**
 * Begins with every list only counted, then gives room to item after item, the first passages first: an alert is named before
 * a telephone number is.
 */
function fitted(passages: readonly Passage[]): string[] {
  const counts = passages.map(() => 0);
  const sentence = (passage: Passage, count: number): string =>
    passage.lead(passage.items.slice(0, count).join('、'), passage.items.length - count);
  const lengthWith = (place: number, count: number): number =>
    passages.reduce(
      (sum, one, index) => sum + spokenLength(sentence(one, index === place ? count : counts[index]!)),
      0,
    );
  for (const [place, passage] of passages.entries())
    for (let count = 1; count <= passage.items.length; count++)
      // A shorter item further on may fit where a longer one did not, but they are said in their order.
      if (lengthWith(place, count) <= charactersPerMinute) counts[place] = count;
      else break;
  return passages.map((passage, index) => sentence(passage, counts[index]!));
}

/** The catalogue's keys have no capitals. */
const snake = (name: string): string => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

/** Digits one by one; as people in Japan say a number: +81 is 0. */
const spacedPhone = (e164: string): string => [...e164.replace(/^\+81/, '0').replace('+', '')].join(' ');

/** Words that stand in no receipt: initials and year of birth after the right date, the secret of a sealed page. */
export async function readBack(ctx: VoiceContext, request: RecordRequest): Promise<string | null> {
  const { prompts } = ctx.speech;
  if (request.status === 'released') {
    const secret = await secretToHear(ctx, request.disclosureId);
    return secret && secretWords(prompts, secret);
  }
  const content = await openedContent(ctx, request);
  if (!content) return null;
  const { birth, nameKana } = content.registration;
  return prompts.say('records_read_back', {
    family: nameKana.family[0] ?? '',
    given: nameKana.given[0] ?? '',
    year: birth.slice(0, 4),
  });
}

/** In groups of four, digit by digit. */
export function secretWords(prompts: Prompts, secret: string): string {
  const groups = secret.match(/.{4}/g)?.map((group) => [...group].join(' ')) ?? [];
  return prompts.say('records_secret', { secret: groups.join('、') });
}
