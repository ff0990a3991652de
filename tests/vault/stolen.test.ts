import { hkdfSync, randomBytes } from 'node:crypto';
import { expect } from 'chai';
import { openNameLine, sealNameLine } from '../../src/patients/name-line.ts';
import { saveNameLine } from '../../src/patients/search-store.ts';
import { cardToken } from '../../src/patients/search-tokens.ts';
import { closePatient, keepForCase, openByCard, stockCards } from '../../src/vault/actions.ts';
import { dataKeyByCard, openFromTransit, openVersion, VaultError, type VersionOf } from '../../src/vault/vault.ts';
import { LogWorld } from '../audit/log-builder.ts';
import { freshDatabase, type TestDatabase } from '../support/postgres.ts';
import { VaultWorld } from './support.ts';

/** Everything that stands in the database, as whoever copied it has it. */
type Dump = ReadonlyMap<string, readonly Record<string, unknown>[]>;

/** What a record says of a person; in the spellings in which a careless column would hold it. */
const person = {
  nameKanji: '髙﨑 鷗子',
  nameKana: 'タカサキ カモメコ',
  birthDate: '1938-11-03',
  birthKeyed: '19381103',
  address: '横浜市西区藤棚町9丁目99番',
  phone: '090-0000-4321',
  phoneE164: '+819000004321',
};
const content = JSON.stringify({ schema: 1, registration: person, record: { allergies: 'ペニシリン' } });

describe('a stolen database, with every secret of the gateway', () => {
  let database: TestDatabase;
  let world: VaultWorld;
  let dump: Dump;
  let cardNumbers: string[];
  const searchKey = randomBytes(32);
  const lineKey = (bytes: Uint8Array = searchKey) => ({ bytes, associationId: world.associationId });

  before(async function () {
    this.timeout(120_000);
    database = await freshDatabase();
    world = await new VaultWorld(database.pool).open();
    cardNumbers = [];
    for (let patient = 0; patient < 5; patient++) {
      const { patientId, card } = await world.enrolled('{"schema":1,"draft":true}', content);
      cardNumbers.push(card.number);
      // As the console keeps them: what its lists show, and by what it finds a card.
      const line = { name: person.nameKanji, kana: person.nameKana, birth: person.birthDate };
      await saveNameLine(
        database.pool,
        world.associationId,
        patientId,
        sealNameLine(lineKey(), patientId, line, randomBytes),
      );
      await database.pool.query('update card set search_token = $2 where id = $1', [
        ...[card.cardId, cardToken(lineKey(), card.number)],
      ]);
      if (patient === 4) await world.inTransaction((tx) => closePatient(tx, world.hub, world.of(patientId)));
    }
    // A case that was opened by a card and is over.
    const calls = new LogWorld(database.pool);
    const caseId = await calls.case(world.associationId);
    const opened = await openByCard(world.night, world.associationId, cardNumbers[0] ?? '');
    if ('refused' in opened) throw new Error(opened.refused);
    await keepForCase(database.pool, world.night, caseId, opened);
    await database.pool.query(`update urgent_call set status = 'closed' where id = $1`, [caseId]);
    await stockCards(world.night, 2);
    dump = await dumpOf(database);
  });
  after(() => database.drop());

  it('holds versions, wraps, cards and a log, or this test would prove nothing', () => {
    for (const [table, least] of Object.entries({
      record_version: 10,
      record_hub_wrap: 8,
      record_card_wrap: 8,
      card: 7,
    }))
      expect(dump.get(table)?.length, table).to.be.at.least(least);
    expect(dump.get('audit_entry')?.length).to.be.above(20);
  });

  it('shows no name, birth date, address or phone of a patient, and no card number', () => {
    const columns = [...dump].flatMap(([table, rows]) =>
      rows.flatMap((row) =>
        Object.entries(row).map(([column, value]) => [`${table}.${column}`, bytesOf(value)] as const),
      ),
    );
    const secrets = [...Object.values(person), 'ペニシリン', ...cardNumbers];
    const needles = secrets.flatMap((text) => [
      ...[Buffer.from(text), Buffer.from(text, 'utf16le'), Buffer.from(text).toString('hex'), encodedInside(text)],
    ]);
    const shown = needles.flatMap((needle) =>
      columns.filter(([, bytes]) => bytes.includes(needle)).map(([column]) => `${column}: ${needle.toString()}`),
    );
    expect(shown).to.deep.equal([]);
    // The search does find what is there.
    const found = columns.filter(([, bytes]) => bytes.includes(Buffer.from('西区医師会')));
    expect(found.map(([column]) => column)).to.include('association.name');
  });

  it('opens no record by anything that is in it or in the gateway', () => {
    const { pepper, caseKey, night } = world;
    const keys = [...candidates(dump), pepper, caseKey, ...derivedFrom(pepper), ...derivedFrom(caseKey)];
    expect(keys.length).to.be.above(50);
    expect(attack(dump, keys)).to.deep.equal([]);
    expect(night.hub).to.not.have.property('privateKey');
  });

  it('opens no name without the search key, which the gateway does not hold', () => {
    const { pepper, caseKey } = world;
    const lines = dump.get('patient_name_line') ?? [];
    expect(lines).to.have.length(4); // the closed patient's is gone
    const open = ({ patient_id, sealed }: Record<string, unknown>, bytes: Uint8Array) =>
      openNameLine(lineKey(bytes), patient_id as string, sealed as Buffer);
    for (const line of lines) {
      for (const key of [...candidates(dump), pepper, caseKey]) expect(() => open(line, key)).to.throw(VaultError);
      expect(open(line, searchKey).name).to.equal(person.nameKanji);
    }
  });

  it('opens exactly one record by a card number: what is left to a thief is to guess it', async () => {
    const { key } = await world.night.cards.derive(cardNumbers[1] ?? '');
    const openedRecords = attack(dump, [key]);
    expect(openedRecords.map(({ text }) => text)).to.deep.equal(['{"schema":1,"draft":true}', content]);
    expect(new Set(openedRecords.map(({ patientId }) => patientId)).size).to.equal(1);
    const withoutPepper = await world.derivation(randomBytes(32)).cards.derive(cardNumbers[1] ?? '');
    expect(attack(dump, [withoutPepper.key]), 'and the pepper is needed as well').to.deep.equal([]);
  });

  it('opens nothing of a closed patient even by the right card and the hub key', async () => {
    const { key } = await world.night.cards.derive(cardNumbers[4] ?? '');
    expect(attack(dump, [key])).to.deep.equal([]);
    const closed = dump.get('patient')?.find((row) => row.shredded_at !== null);
    const versions = dump.get('record_version')?.filter((row) => row.patient_id === closed?.id) ?? [];
    const wraps = dump.get('record_hub_wrap')?.filter((row) => versions.some(({ id }) => id === row.version_id));
    expect([versions.length, wraps?.length]).to.deep.equal([2, 0]);
  });

  it('keeps nothing of a case that is closed, and what it keeps of an open one needs the case key', async () => {
    expect(dump.get('case_key_wrap')).to.deep.equal([]);
    const calls = new LogWorld(database.pool);
    const other = await calls.association();
    const caseId = await calls.case(other);
    const opened = await openByCard(world.night, world.associationId, cardNumbers[0] ?? '');
    if ('refused' in opened) throw new Error(opened.refused);
    await keepForCase(database.pool, world.night, caseId, opened);
    const now = await dumpOf(database);
    expect(attack(now, candidates(now))).to.deep.equal([]);
    const [kept] = now.get('case_key_wrap') ?? [];
    const byCaseKey = openFromTransit(kept?.wrap as Buffer, world.caseKey, `case:${caseId}`);
    expect(byCaseKey.equals(opened.dataKey), 'product.md allows the gateway this, while the case is open').to.equal(
      true,
    );
  });
});

async function dumpOf({ pool }: TestDatabase): Promise<Dump> {
  const { rows } = await pool.query<{ name: string }>(
    `select table_name as name from information_schema.tables where table_schema = 'public' and table_type = 'BASE TABLE'`,
  );
  const tables = await Promise.all(
    rows.map(async ({ name }) => [name, (await pool.query(`select * from "${name}"`)).rows] as const),
  );
  return new Map(tables);
}

function bytesOf(value: unknown): Buffer {
  if (value instanceof Buffer) return value;
  if (value instanceof Date) return Buffer.from(value.toISOString());
  return Buffer.from(typeof value === 'string' ? value : (JSON.stringify(value) ?? ''));
}

/** The part of its base64 that does not depend on what stands before and after it. */
const encodedInside = (text: string): string => Buffer.from(text).toString('base64').slice(0, -4) || text;

/** Every 32 bytes that stand anywhere in the dump: a key that was left lying about would be among them. */
function candidates(dump: Dump): Buffer[] {
  const found = new Map<string, Buffer>();
  const add = (bytes: Buffer): unknown => bytes.length === 32 && found.set(bytes.toString('hex'), bytes);
  for (const rows of dump.values())
    for (const value of rows.flatMap((row) => Object.values(row))) {
      const bytes = bytesOf(value);
      if (value instanceof Buffer) for (const start of [0, 1, 12, 13]) add(bytes.subarray(start, start + 32));
      else
        for (const [run] of bytes.toString().matchAll(/[0-9a-f]{64}|[A-Za-z0-9+/]{43}=/g))
          add(Buffer.from(run, run.length === 64 ? 'hex' : 'base64'));
    }
  return [...found.values()];
}

const derivedFrom = (secret: Buffer): Buffer[] =>
  ['kamome card index 1', 'kamome card key 1', ''].map((label) =>
    Buffer.from(hkdfSync('sha256', secret, new Uint8Array(), label, 32)),
  );

/** Tries each key as data key, as card key and as case key of every version. */
function attack(dump: Dump, keys: readonly Buffer[]): { patientId: string; text: string }[] {
  const wraps = [...(dump.get('record_card_wrap') ?? []), ...(dump.get('case_key_wrap') ?? [])];
  return (dump.get('record_version') ?? []).flatMap((row) => {
    const of: VersionOf = {
      ...{ associationId: String(row.association_id), patientId: String(row.patient_id), version: Number(row.version) },
    };
    const sealed = { nonce: row.nonce as Buffer, ciphertext: row.ciphertext as Buffer };
    const unwrapped = wraps
      .filter(({ version_id }) => version_id === row.id)
      .flatMap(({ wrap }) => keys.map((key) => dataKeyByCard({ cardWrap: wrap as Buffer }, of, key)));
    const dataKeys = [...keys, ...unwrapped.filter((key) => key !== null)];
    const opened = dataKeys
      .map((dataKey) => tried(() => openVersion(sealed, of, dataKey)))
      .find((text) => text !== null);
    return opened ? [{ patientId: of.patientId, text: opened.toString() }] : [];
  });
}

function tried(open: () => Buffer): Buffer | null {
  try {
    return open();
  } catch {
    return null;
  }
}
