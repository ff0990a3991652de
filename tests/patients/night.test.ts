import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { setCardCopyPolicy } from '../../src/disclosures/actions.ts';
import type { DisclosureContext } from '../../src/disclosures/context.ts';
import { verifySecret } from '../../src/lib/secret.ts';
import { enlivenExample, readExampleNight } from '../../src/simulators/town/example.ts';
import { exampleNotice, faxNotice } from '../../src/simulators/town/notice.ts';
import { exampleFolder, PatientsWorld } from './support.ts';

describe('the example ward at night', () => {
  let world: PatientsWorld;
  before(async function () {
    this.timeout(180_000);
    world = await PatientsWorld.open();
    expect(await enlivenExample(world.ctx, exampleFolder)).to.equal(true);
  });
  after(() => world.database.drop());

  const rows = async (sql: string) => (await world.ctx.db.query(sql)).rows;

  it('has a confirmed fax for every doctor and hospital, one pseudonymous and one sealed', async () => {
    const found = await rows(
      `select form, status, count(doctor_id) as doctors, count(hospital_id) as hospitals from fax_destination group by 1, 2
      order by 1, 2`,
    );
    expect(found).to.deep.equal([
      { form: 'full', status: 'confirmed', doctors: 33, hospitals: 10 },
      { form: 'full', status: 'registered', doctors: 0, hospitals: 0 }, // facilities of fax_destinations.csv
      { form: 'pseudonymous', status: 'confirmed', doctors: 1, hospitals: 0 },
      { form: 'sealed', status: 'confirmed', doctors: 1, hospitals: 0 },
      { form: 'sealed', status: 'registered', doctors: 1, hospitals: 0 },
    ]);
    const log = await rows(
      `select actor, kind, count(*) from audit_entry where actor = 'example' group by 1, 2 order by 2`,
    );
    expect(log).to.deep.equal([
      { actor: 'example', kind: 'card_copy_policy_set', count: 1 },
      { actor: 'example', kind: 'destination_confirmed', count: 45 },
      { actor: 'example', kind: 'destination_registered', count: 45 },
      { actor: 'example', kind: 'doctor_pin_issued', count: 35 },
    ]);
  });

  it('opens to the PINs that its README tells', async () => {
    const { pins } = await readExampleNight(exampleFolder);
    const readme = readFileSync(`${exampleFolder}/README.md`, 'utf8');
    const told = [...readme.matchAll(/^\| (\d{6}) \|.*\| (\d{6}) \| [\d-]+ \| .* \|$/gm)];
    expect(told.length).to.equal(8);
    for (const [, code = '', pin] of told) expect(pins[code], code).to.equal(pin);
    const hashes = await rows('select code, pin_hash from doctor_pin join doctor on doctor.id = doctor_id');
    expect(hashes).to.have.length(35);
    for (const { code, pin_hash } of hashes.slice(0, 5))
      expect(await verifySecret(pins[code] ?? '', pin_hash)).to.equal(true);
  });

  it('tells visitors of both pages the keys to press, each line short enough for them', async () => {
    const lines = [
      ...(await exampleNotice(world.ctx.db, exampleFolder)),
      ...(await faxNotice(world.ctx.db, exampleFolder)),
    ];
    expect(lines.some(({ ja }) => /100552、670241#、カード、19400301/.test(ja))).to.equal(true);
    for (const { ja, en } of lines) {
      expect(ja.length, ja).to.be.at.most(200);
      expect(en.length, en).to.be.at.most(200);
    }
  });

  it('leaves at the next start what the hub has changed since', async () => {
    const { db } = world.ctx;
    await db.query(`update fax_destination set status = 'retired' where form = 'sealed'`);
    await db.query(`update fax_destination set status = 'frozen' where form = 'pseudonymous'`);
    await setCardCopyPolicy({ db } as DisclosureContext, world.associationId, 'off');
    const before = await rows('select id, status from fax_destination order by id');
    const pins = await rows('select * from doctor_pin order by doctor_id');
    const entries = await rows('select count(*) from audit_entry');
    await enlivenExample(world.ctx, exampleFolder);
    expect(await rows('select id, status from fax_destination order by id')).to.deep.equal(before);
    expect(await rows('select * from doctor_pin order by doctor_id')).to.deep.equal(pins);
    expect(await rows('select card_copy from release_policy')).to.deep.equal([{ card_copy: 'off' }]);
    expect(await rows('select count(*) from audit_entry')).to.deep.equal(entries);
  });

  it('is none of another association’s business', async () => {
    await world.ctx.db.query(`update association set code = 'other'`);
    expect(await enlivenExample(world.ctx, exampleFolder)).to.equal(false);
  });
});
