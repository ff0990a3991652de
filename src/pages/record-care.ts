/** Blocks 4 to 9 of the record page: what he has, how he usually is, what to expect, what he takes and carries. */
import { formatNational } from '../lib/phone.ts';
import type { EmergencyRecord } from '../records/record.ts';
import { type Field, field, joined, list, more, noted, plain, type Row, saidOf } from './rows.ts';
import type { Words } from './words.ts';

type Part = { rows: Row[]; continued: Row[] };

export function problemsOf({ problems, course, past }: EmergencyRecord, words: Words): Part {
  const said = (key: string, values = {}) => words.say(`record.problem.${key}`, values);
  const texts = problems.map(({ name, onset, isSuspected }) =>
    noted(name, [isSuspected ? said('suspected') : null, onset && said('since', { month: onset })]),
  );
  const [main, ...others] = texts;
  const rest = others.map((text, index) => `${index + 2}. ${text}`).join('　');
  const rows: Row[] = [
    plain(field(said('main'), main!), ...(rest === '' ? [] : [field(said('others'), rest)])),
    plain(field(said('course'), course ?? words.say('record.unknown'))),
  ];
  const history = past.map(({ name, year }) => noted(name, [year === null ? null : String(year)]));
  if (history.length > 0) rows.push(plain(field(said('past'), history.join('、'))));
  return { rows, continued: [] };
}

export function baselineOf(record: EmergencyRecord, words: Words): Row[] {
  const said = (key: string, values = {}) => words.say(`record.baseline.${key}`, values);
  const { adl, careLevel, communication } = record;
  const grade = (value: string) =>
    ['independent', 'unknown', 'I', 'IIa', 'IIb', 'IIIa', 'IIIb', 'IV', 'M'].includes(value)
      ? said(`grade.${value}`)
      : value;
  const help = (['moving', 'eating', 'excretion'] as const).map((what) =>
    said(what, { help: said(`help.${adl[what]}`) }),
  );
  const grades = [said('bedridden', { grade: grade(adl.bedridden) }), said('dementia', { grade: grade(adl.dementia) })];
  return [
    plain(vitalsOf(record, words)),
    plain(
      field(said('adl'), joined([...grades, ...help])),
      field(said('communication'), communication ?? words.say('record.unknown')),
      field(said('care_level'), said(`level.${careLevel.level}`)),
    ),
  ];
}

function vitalsOf({ baselineVitals: vitals }: EmergencyRecord, words: Words): Field {
  if (!vitals) return field(words.say('record.baseline.vitals_unknown'), words.say('record.unknown'));
  const said = (key: string, values = {}) => words.say(`record.baseline.${key}`, values);
  const one = (key: string, value: number | string | null) => (value === null ? null : said(key, { value }));
  const litres = vitals.oxygenLitres;
  const oxygen = litres === null ? '' : litres === 0 ? said('room_air') : said('oxygen', { litres });
  const { systolic, diastolic } = vitals;
  const values = [
    one('consciousness', vitals.consciousness),
    systolic === null ? null : said('pressure', { systolic, diastolic: diastolic ?? '－' }),
    one('pulse', vitals.pulse),
    vitals.oxygenSaturation === null ? null : `${said('saturation', { value: vitals.oxygenSaturation })}${oxygen}`,
    one('temperature', vitals.temperature),
    one('breathing', vitals.respiratoryRate),
  ];
  return field(said('vitals', { on: vitals.measuredOn }), joined(values));
}

/** domain.md 5.1: what the first sheet holds at most; the others follow on the next. */
const mostStock = 6;
const mostMeds = 14;
const mostProcedures = 5;

export function planOf({ anticipated, homeStock }: EmergencyRecord, words: Words): Part {
  const said = (key: string, values = {}) => words.say(`record.plan.${key}`, values);
  const events = anticipated.map(({ event, action, call }) => said('anticipated', { event, action, call }));
  const rows: Row[] =
    events.length > 0 ? list(events, { most: 3, columns: 1, words }).rows : [{ kind: 'note', text: said('nothing') }];
  const stock = homeStock.map(({ name, quantity, place, isNarcotic }) =>
    joined([noted(`${name}${isNarcotic ? words.say('record.meds.narcotic') : ''}`, [quantity, place])], ' '),
  );
  if (stock.length === 0) return { rows, continued: [] };
  const part = (items: string[]): Row => plain(field(said('stock'), items.join('、')));
  const rest = stock.slice(mostStock);
  if (rest.length === 0) return { rows: [...rows, part(stock)], continued: [] };
  return { rows: [...rows, part(stock.slice(0, mostStock)), more(rest.length, words)], continued: [part(rest)] };
}

export function medsOf({ meds, pharmacy }: EmergencyRecord, words: Words): Part {
  const said = (key: string, values = {}) => words.say(`record.meds.${key}`, values);
  const where = pharmacy
    ? joined([
        pharmacy.name,
        formatNational(pharmacy.phone),
        pharmacy.holidayPhone && said('holiday', { phone: formatNational(pharmacy.holidayPhone) }),
      ])
    : words.say('record.unknown');
  const last = plain(field(said('pharmacy'), where));
  if (meds.state !== 'present')
    return { rows: [{ kind: 'note', text: saidOf(meds, words, () => '') }, last], continued: [] };
  const texts = meds.items.map(({ name, dose, usage, changedOn, isNarcotic, isHandEntered }) =>
    joined(
      [
        `${name}${isNarcotic ? said('narcotic') : ''}${isHandEntered ? said('hand_entered') : ''}`,
        dose,
        usage,
        changedOn && `（${said('changed', { on: changedOn.slice(2).replaceAll('-', '/') })}）`,
      ],
      ' ',
    ),
  );
  const held = list(texts, { most: mostMeds, columns: 2, words });
  return { rows: [...held.rows, last], continued: held.continued };
}

export function proceduresOf({ procedures }: EmergencyRecord, words: Words): Part {
  const said = (key: string, values = {}) => words.say(`record.procedure.${key}`, values);
  if (procedures.state !== 'present')
    return { rows: [{ kind: 'note', text: saidOf(procedures, words, () => '') }], continued: [] };
  const texts = procedures.items.map(({ kind, setting, changedOn, vendor }) =>
    joined([
      kind === 'other' && setting ? setting : joined([said(`kind.${kind}`), setting], ' '),
      changedOn && said('changed', { on: changedOn }),
      vendor && said('vendor', { name: vendor.name, phone: formatNational(vendor.phone) }),
    ]),
  );
  return list(texts, { most: mostProcedures, columns: 1, words, isNumbered: false });
}

/** The newest first of each item's dates is the writer's business; here all are printed with their dates. */
export function labsOf({ labs }: EmergencyRecord, words: Words): Row[] {
  if (labs.length === 0) return [{ kind: 'note', text: words.say('record.labs.nothing') }];
  const groups = [...new Set(labs.map(({ on }) => on))].map((day) => {
    const ofThatDay = labs.filter(({ on }) => on === day);
    const values = ofThatDay.map(({ item, value }) => `${words.say(`record.labs.item.${item}`)} ${value}`);
    return field(day, values.join('　'));
  });
  return [plain(...groups)];
}
