import { expect } from 'chai';
import { raiseAlarm } from '../../src/alarms/actions.ts';
import type { AnyRoute } from '../../src/console/route.ts';
import { type ConsoleRoutes, routes } from '../../src/console/routes.ts';
import { inTransaction } from '../../src/db.ts';
import { registerDestinationIn } from '../../src/fax/actions.ts';
import { permits, type Role, roles } from '../../src/staff/staff.ts';
import type { Person } from '../support/console.ts';
import { minimumDraft } from '../support/drafts.ts';
import { openCases } from '../support/open-cases.ts';
import { type Known, sampleOf } from '../support/samples.ts';
import { type DeskWorld, openDesk } from './inbox-support.ts';

type Operation = keyof ConsoleRoutes;
type Crew = ReadonlyMap<Role, Person>;
const operations = Object.keys(routes) as Operation[];
/** Of the patient of the first association. */
const secretKana = 'ナイショ ヨウコ';
const anyId = /\b[a-z]{2}_[0-9a-z]{26}\b/g;

const aPhone = [{ number: '090-0000-0999', kind: 'mobile' }];
const aFile = Buffer.from('日付,医師').toString('base64');
const aDoctor = (areaId: unknown, facilityId: unknown) => {
  return { entry: 'doctor', name: '別の名', spokenName: 'べつのな', areaId, facilityId, isActive: true };
};

/** What a shape does not say about its values (refinements, instants of one's own). */
const own = ({ areaId, facilityId, hospitalId }: Known): Partial<Record<Operation, Known>> => ({
  change_entry: { fields: aDoctor(areaId, facilityId) },
  add_entry: { fields: aDoctor(areaId, facilityId), phones: aPhone },
  change_phones: { phones: aPhone },
  change_plan: { own: { stepSeconds: 20 }, before: {} },
  change_rotation: { hospitalIds: [hospitalId] },
  make_feed: { areaId: null },
  note_absence: { from: '2026-12-20', until: '2026-12-21' },
  end_pattern: { from: '2026-12-20' },
  preview_roster_file: { file: aFile },
  import_roster_file: { file: aFile, fingerprint: '0'.repeat(64) },
  settle_roster_reply: { dates: ['2026-12-20'] },
});

/** Answered in other words than "there is no such thing", and nothing comes of it: own months, what needs no row, a no of another kind. */
const harmless: Operation[] = [
  ...(['add_entry', 'roster_fairness', 'foresight', 'start_foresight'] as const),
  ...(['release_item', 'ask_again', 'send_back_record'] as const),
];

/** Of these the first association has none either: returned roster sheets, failed faxes, passkeys, a sealed day, perhaps a roll-call, an issued card, a foresight; a calendar has a secret address. */
const notFurnished: Operation[] = [
  'roster_reply',
  'roster_reply_page',
  'settle_roster_reply',
  'send_again',
  'end_my_session',
  'remove_my_passkey',
  'calendar',
  'seal_pdf',
  'note_roll_call',
  'card_pdf',
  'card_letter',
  'foresight_pdf',
];

/**
 * The first association has something of everything; the second one has a hub with people in every role and nothing else, who bring the
 * ids of the first to every door of the console.
 */
describe('another association at the doors of the console, with the ids of the first in hand', () => {
  let world: DeskWorld;
  let theirs: { id: string; crew: Crew; known: Known };
  let ours: Crew;
  /** Names and ids of the first association. */
  let secrets: string[];
  let known: Known;

  before(async function () {
    this.timeout(180_000);
    world = await openDesk();
    const crew = async (associationId: string, name: string): Promise<Crew> => {
      const people = roles.map((role) => world.employee(role, { associationId, name }));
      return new Map((await Promise.all(people)).map((person) => [person.staff.role, person]));
    };
    ours = await crew(world.associationId, '内部の職員');
    known = await furnish(world, ours);
    secrets = await namesAndIds(world);
    const other = await secondAssociation(world);
    theirs = { ...other, crew: await crew(other.id, '外部の者') };
  });
  after(() => world?.close());

  async function ask(crew: Crew, operation: Operation, inPath: Known) {
    const route: AnyRoute = routes[operation];
    const values = { ...known, ...own(known)[operation] };
    const params = sampleOf(route.params, { ...values, ...inPath }) as Record<string, string> | undefined;
    const query = Object.entries((sampleOf(route.query, values) ?? {}) as Record<string, string | null>);
    const search = new URLSearchParams(query.filter(([, value]) => value !== null) as [string, string][]);
    const body = JSON.stringify(sampleOf(route.body, values));
    const path = route.path.replace(/:(\w+)/g, (_, name: string) => encodeURIComponent(params?.[name] ?? ''));
    const response = await personFor(crew, operation).fetch(`/api${path}?${search}`, {
      method: route.method.toUpperCase(),
      ...(route.body ? { body, headers: { 'content-type': 'application/json' } } : {}),
    });
    return { status: response.status, text: await response.text(), sent: `${path} ${search} ${body}` };
  }

  /** One request of the second association, and what must not come of it. @returns what it was told. */
  async function intrude(operation: Operation, inPath: Known): Promise<string> {
    const before = await everyRow(world);
    const { status, text, sent } = await ask(theirs.crew, operation, inPath);
    const told = `${operation} ${sent} → ${status} ${text.slice(0, 300)}`;
    expect(status, told).to.be.below(500);
    const heard = secrets.filter((secret) => text.includes(secret) && !sent.includes(secret));
    expect(heard, `heard by ${told}`).to.deep.equal([]);
    const after = await everyRow(world);
    const gone = [...before].filter((row) => !after.has(row) && !row.includes(theirs.id));
    expect(gone, `changed or removed by ${told}`).to.deep.equal([]);
    const added = [...after].filter((row) => !before.has(row) && secrets.some((secret) => row.includes(secret)));
    expect(added, `written by ${told}`).to.deep.equal([]);
    return told;
  }

  it('hears nothing of the first that it did not say itself, changes nothing there, and keeps nothing of it', async function () {
    this.timeout(180_000);
    const heard: string[] = [];
    for (const operation of operations) heard.push(await intrude(operation, {}));
    expect(heard.filter((told) => told.includes('does_not_fit'))).to.deep.equal([]); // no door is spared by a misfit
    const withIds = heard.filter((_, index) => routes[operations[index]!].path.includes(':'));
    const otherwise = withIds.filter((told) => !/ → (404|401) /.test(told));
    expect(otherwise.map((told) => told.split(' ')[0])).to.deep.equal(harmless);
  });

  it('cannot hang what belongs to the first onto what is its own', async function () {
    this.timeout(180_000);
    for (const operation of operations) await intrude(operation, theirs.known);
  });

  it('is told no where a colleague of the first, with the same words, is let through', async function () {
    this.timeout(180_000);
    const shut: string[] = [];
    for (const operation of operations) {
      if (!routes[operation].path.includes(':') || notFurnished.includes(operation)) continue;
      const { status, text } = await ask(ours, operation, {});
      if (status === 404 || /does_not_fit|not_permitted/.test(text)) shut.push(operation);
    }
    expect(shut).to.deep.equal([]);
  });
});

function personFor(crew: Crew, operation: Operation): Person {
  const { access } = routes[operation];
  const isOpen = access === 'anybody' || access === 'signed_in';
  return crew.get(isOpen ? 'administrator' : roles.find((one) => permits(one, access))!)!;
}

/** An area, a doctor and a hospital: enough to hang something onto. */
async function secondAssociation(world: DeskWorld): Promise<{ id: string; known: Known }> {
  const { ids, db, clock } = world.ctx;
  const [id, areaId, doctorId, hospitalId] = [ids.next('as'), ids.next('ar'), ids.next('dr'), ids.next('ho')];
  await db.query(
    `insert into association (id, code, name, spoken_name, caller_number, created_at)
    values ($1, 'other', '別の医師会', 'べつのいしかい', '+81450009999', $2)`,
    [id, clock.now()],
  );
  await db.query(
    `insert into area (id, association_id, code, key, name, spoken_name) values ($1, $2, 'B1', 1, '別地区', 'べつちく')`,
    [areaId, id],
  );
  await db.query(
    `insert into doctor (id, association_id, code, name, spoken_name, area_id)
    values ($1, $2, '900001', '別の医師', 'べつのいし', $3)`,
    [doctorId, id, areaId],
  );
  await db.query(
    `insert into hospital (id, association_id, code, name, spoken_name, pin_hash)
    values ($1, $2, '900', '別の病院', 'べつのびょういん', 'x')`,
    [hospitalId, id],
  );
  return { id, known: { areaId, doctorId, hospitalId, id: doctorId } };
}

/** Something of everything that an id can name. @returns the names of parameters → what stands there. */
async function furnish(world: DeskWorld, crew: Crew): Promise<Known> {
  const { ctx, associationId } = world;
  const { db, ids, clock } = ctx;
  const nurse = crew.get('nurse')!;
  const first = async (sql: string): Promise<string> => (await db.query<{ id: string }>(sql)).rows[0]!.id;
  const of = (table: string, offset = 0) => first(`select id from ${table} order by code offset ${offset} limit 1`);
  const [areaId, doctorId, hospitalId] = [await of('area'), await of('doctor'), await of('hospital')];
  const [takerId, facilityId] = [await of('doctor', 1), await of('facility')];
  const params = { areaId };

  await world.stock(2);
  const draft = minimumDraft();
  draft.registration.nameKana = secretKana;
  draft.registration.tel = [{ e164: '090-0000-0077' }];
  const { patientId } = await world.patients.enrol({ draft });
  const itemId = await world.receivesForm();
  const [caseId] = await openCases(db, associationId, [areaId], 1);
  const about = { associationId, kind: 'break_glass', subjectId: ids.next('ds') } as const;
  await inTransaction(db, (tx) => raiseAlarm(tx, ctx, about, clock.now()));

  const night = { date: '2026-12-20', from: 1080, to: 1980 };
  const absence = { doctorId: takerId, from: '2026-12-10', until: '2026-12-11' };
  await nurse.call('note_absence', { body: absence });
  const pattern = {
    doctorId,
    position: 8,
    from: 1080,
    to: 1980,
    days: ['mon' as const],
    fromDate: '2026-12-01',
    untilDate: null,
  };
  await nurse.call('add_pattern', { params, body: pattern });
  await nurse.call('make_feed', { body: { doctorId, areaId: null } });
  await nurse.call('assign_duty', { params, body: { ...night, position: 7, doctorId, before: null } });
  const { swapId } = await nurse.call('ask_swap', {
    params,
    body: { ...night, position: 7, giverId: doctorId, takerId },
  });
  await nurse.call('tell_beds', {
    params: { hospitalId },
    body: { bedType: 'general', freeCount: 2, acceptance: 'open', seenAsOf: null },
  });

  const owner = { kind: 'hospital', id: hospitalId } as const;
  const entry = {
    associationId,
    owner,
    position: 3,
    number: '045-000-0299',
    form: 'full',
    operatorId: nurse.staff.id,
  } as const;
  await inTransaction(db, (tx) => registerDestinationIn(tx, ctx, entry));
  const destinationId = await first(`select id from fax_destination where e164 = '+81450000299'`);
  const faxId = ids.next('fx');
  await db.query(
    `insert into fax (id, association_id, destination_id, purpose, status, pages, document, due_at, queued_at)
    values ($1, $2, $3, 'record', 'queued', 1, 'x', $4, $4)`,
    [faxId, associationId, destinationId, clock.now()],
  );
  const frozen = { target: { number: '045-000-0298' }, reason: 'complaint' } as const;
  await nurse.call('freeze_fax_number', { body: frozen });
  const { proposalId } = await nurse.call('propose_fax_destination', {
    body: { owner: { kind: 'doctor', id: takerId }, position: 3, number: '045-000-0297', form: 'full' },
  });
  const sessionId = ids.next('se');
  await db.query(
    `insert into staff_session
      (id, token_hash, kind, association_id, staff_id, label, method, signed_in_at, proved_at, seen_at, expires_at)
    values ($1, decode(repeat('77', 32), 'hex'), 'screen', $2, $3, '壁', 'person', $4, $4, $4, $5)`,
    [sessionId, associationId, nurse.staff.id, clock.now(), new Date(clock.now().getTime() + 86_400_000)],
  );
  return {
    ...{ areaId, doctorId, hospitalId, facilityId, takerId, patientId, itemId, caseId, swapId, destinationId, faxId },
    ...{ proposalId, sessionId, staffId: nurse.staff.id, giverId: doctorId, id: doctorId, kind: 'doctor' },
    alarmId: await first('select id from alarm'),
    absenceId: await first('select id from doctor_absence'),
    ruleId: await first(`select id from duty_rule where position = 8`),
    feedId: await first('select id from roster_feed'),
    incidentId: await first('select id from incident'),
    code: await first(`select code as id from patient where id = '${patientId}'`),
    ...{ month: '2026-12', date: '2026-12-20', fromDate: '2026-12-20', untilDate: '2026-12-27', from: 1080, to: 1980 },
    ...{ time: '20:00', before: null, after: null, afterId: swapId, version: 1, number: '045-000-0298' },
    draft: minimumDraft(),
  };
}

/** Ids, and names that are no common word, of everything that is there. */
async function namesAndIds(world: DeskWorld): Promise<string[]> {
  const found = new Set<string>();
  for (const row of await everyRow(world)) for (const id of row.match(anyId) ?? []) found.add(id);
  const named = ['area', 'doctor', 'facility', 'hospital', 'standby_person', 'staff'];
  for (const table of named) {
    const { rows } = await world.ctx.db.query<{ name: string }>(`select name from ${table}`);
    for (const { name } of rows) found.add(name);
  }
  for (const word of [secretKana, ...secretKana.split(' '), '0900000077', '090-0000-0077']) found.add(word);
  return [...found];
}

/** Every row of every table but the count of guessers, which belongs to nobody; as one text each. */
async function everyRow({ ctx: { db } }: DeskWorld): Promise<Set<string>> {
  const { rows: tables } = await db.query<{ name: string }>(
    `select tablename as name from pg_tables where schemaname = 'public' and tablename not in ('migration', 'staff_attempt')`,
  );
  const all = tables.map(({ name }) => `select '${name} ' || t::text as row from ${name} as t`).join(' union all ');
  const { rows } = await db.query<{ row: string }>(all);
  return new Set(rows.map(({ row }) => row));
}
