/** Blocks 10 and 11 of the record page: whom to call, where a bed may be. */
import { formatNational } from '../lib/phone.ts';
import type { Contact, EmergencyRecord } from '../records/record.ts';
import type { BedNews, RecordContext } from './record-context.ts';
import { field, joined, list, noted, plain, type Row } from './rows.ts';
import type { Words } from './words.ts';

export function contactsOf({ contacts }: EmergencyRecord, context: RecordContext, words: Words): Row[] {
  if (contacts.length === 0) return [{ kind: 'note', text: words.say('record.contact.nothing') }];
  const texts = contacts.map((contact) => contactText(contact, context, words));
  return list(texts, { most: 6, columns: 1, words }).rows;
}

function contactText(contact: Contact, { variant }: RecordContext, words: Words): string {
  const said = (key: string) => words.say(`record.contact.${key}`);
  const isFamily = contact.role === 'key_person' || contact.role === 'family' || contact.role === 'other';
  const role = noted(said(`role.${contact.role}`), ['relation' in contact ? contact.relation : null]);
  // A relative's name and number name the patient; who works with him does not.
  if (variant === 'pseudonymous' && isFamily) return `${role} ${said('anonymous')}`;
  return joined([
    role,
    joined(['organisation' in contact ? contact.organisation : null, contact.name], ' '),
    contact.phones.map(formatNational).join('、'),
    contact.hours,
    contact.role === 'nursing_station' ? said(contact.hasNightContract ? 'night' : 'no_night') : null,
  ]);
}

export function hospitalsOf({ hospitals }: EmergencyRecord, context: RecordContext, words: Words): Row[] {
  const said = (key: string, values = {}) => words.say(`record.hospital.${key}`, values);
  const registered = hospitals.map(({ name, registeredOn, hospitalPatientId }, index) =>
    joined([
      said('rank', { rank: index + 1 }),
      name,
      registeredOn && said('on', { on: registeredOn }),
      // The hospital's own number of the patient names him there.
      context.variant !== 'pseudonymous' && hospitalPatientId ? said('id', { id: hospitalPatientId }) : null,
    ]),
  );
  const first = plain(field(said('registered'), registered.length > 0 ? registered.join(' ／ ') : said('nothing')));
  const { tonight } = context;
  const duty = tonight?.duty.map(({ name, phone }) => joined([name, phone && formatNational(phone)], ' ')).join('、');
  const beds = tonight?.beds.map((news) => bedText(news, context.at, words)).join('、');
  const unknown = words.say('record.unknown');
  return [first, plain(field(said('duty'), duty || unknown), field(said('beds'), beds || unknown))];
}

const minuteMs = 60_000;

/** Every status carries its age; stale news are 要電話確認 and nothing else (product.md, rule 3). */
function bedText({ name, state, asOf }: BedNews, at: Date, words: Words): string {
  const said = (key: string, values = {}) => words.say(`record.hospital.${key}`, values);
  const minutes = Math.max(0, Math.floor((at.getTime() - asOf.getTime()) / minuteMs));
  const age = minutes < 60 ? said('minutes', { count: minutes }) : said('hours', { count: Math.floor(minutes / 60) });
  return said('bed', { name, state: said(`bed_state.${state}`), at: localTime(asOf), age });
}

const localTime = (at: Date): string => new Date(at.getTime() + 9 * 60 * minuteMs).toISOString().slice(11, 16);
