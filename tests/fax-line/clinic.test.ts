import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect } from 'chai';
import { type BilevelPage, blankPage, fine } from '../../src/imaging/bilevel.ts';
import { encodeTiff } from '../../src/imaging/tiff.ts';
import { decodeFax } from '../../src/paper/decode.ts';
import { findCodes } from '../../src/paper/page/find-codes.ts';
import { drawCard } from '../support/card-copy.ts';
import { mulberry } from '../support/chance.ts';
import { a4Height } from '../support/degrade.ts';
import { minimumDraft } from '../support/drafts.ts';
import { blankForms, tickForm } from '../support/filled-form.ts';
import { openHubDesk } from '../support/hub-desk.ts';
import { lay } from '../support/lay.ts';
import { giveFax, givePin, keysPatient, type Scene, signsOn } from '../support/record-scene.ts';
import type { TownPerson } from '../support/town.ts';
import { type HubLine, openHubLine, ourNumber } from './hub-line.ts';
import { type FaxMachine, openFaxMachine } from './hylafax.ts';

const pin = '40718293';

/** A page of some 40 s, and room for a machine that is busy with other tests. */
const pageSeconds = 150;

describe('a clinic with a real fax machine', function () {
  this.timeout(2 * pageSeconds * 1000);
  let line: HubLine;
  let machine: FaxMachine;
  let doctor: TownPerson;
  let card: string;

  before(async () => {
    line = await openHubLine(0);
    machine = await openFaxMachine(line.bench, 'clinic', line.far, 1);
    doctor = await line.world.town.doctor('鴎野　透');
    await givePin(line.world, doctor, pin);
    await giveFax(line.world, doctor, '+81450001234');
  });
  afterEach(async function () {
    if (this.currentTest?.state !== 'failed') return;
    await line.tells(this.currentTest.err);
    console.error(`── the clinic's last sessions\n${await machine.sessions()}`);
  });
  after(() => line.close());

  const rows = (sql: string) => line.rows(sql);

  async function lays(name: string, page: BilevelPage): Promise<void> {
    const file = path.join(line.bench.folder, `${name}.tif`);
    await writeFile(file, await encodeTiff([page]));
    await machine.fax(ourNumber, file);
  }

  /** The page that comes out as number `count` of the clinic's tray. */
  async function comesOut(count: number): Promise<BilevelPage> {
    const settled = () => rows(`select 1 from fax where status = 'delivered'`);
    await line.waits('the page is delivered', pageSeconds, async () => (await settled()).length === count);
    const file = (await machine.tray())[count - 1];
    const decoded = file && (await decodeFax(file));
    if (!decoded || 'refused' in decoded) throw new Error('what came out cannot be read');
    expect(decoded.pages).to.have.length(1);
    return decoded.pages[0] as BilevelPage;
  }

  it('lays an enrolment form in: it waits at the desk, ticks read, with number and name of the machine', async () => {
    const ticks = [
      'reg_kind=new',
      'sex=female',
      'allergy=none',
      'consent_to=yes',
      'consent_fax=yes',
      'consent_by=self',
    ];
    const sheet = tickForm((await blankForms()).enrolment, 'enrolment', ticks);
    await lays('form', sheet);
    await line.waits('the form waits at the desk', pageSeconds, async () => {
      const [item] = await rows('select kind, status from inbox_item');
      return item?.kind === 'enrolment' && item.status === 'waiting';
    });
    expect(await rows('select from_number, to_e164, claimed_station_id, is_partial from received_fax')).to.deep.equal([
      { from_number: '+81450001234', to_e164: '+815000000110', claimed_station_id: 'clinic', is_partial: false },
    ]);
    const { registration, record } = minimumDraft();
    const { sex: _sex, consentTo: _consent, ...person } = registration;
    const { allergy: _allergy, ...rest } = record;
    const written = { registration: { ...person, primary: { doctor: doctor.code } }, record: rest };
    ({ card } = await openHubDesk(line.world, line.inbox).enrolsWhatCameIn(written));
    expect(await line.hub.tray()).to.deep.equal([]); // Kamome has it; nothing is left in the spool
  });

  it('lays a copy of the card in: the pseudonymous page comes out whole, 1728 wide, and its code is read', async () => {
    const copy = lay(drawCard(card, mulberry(1)), blankPage(1728, a4Height, fine), 480, 900);
    await lays('card', copy);
    const page = await comesOut(1);
    expect(page.width).to.equal(1728);
    expect(await codeOn(page)).to.match(/^KMR1 /);
    expect(await rows('select form from disclosure')).to.deep.equal([{ form: 'pseudonymous' }]);
  });

  it('gets the full record for which its doctor has asked by telephone', async () => {
    const call = await signsOn(line.world, { doctor, pin } as Scene);
    await keysPatient(line.world, call, card, '19400301');
    await call.press('1');
    await call.press('1');
    await call.hangUp();
    const page = await comesOut(2);
    expect([page.width, page.height > 2150]).to.deep.equal([1728, true]);
    expect(await codeOn(page)).to.match(/^KMR1 /);
    expect(await rows('select form from disclosure order by disclosed_at')).to.deep.equal([
      { form: 'pseudonymous' },
      { form: 'full' },
    ]);
    expect(line.world.complaints).to.deep.equal([]);
  });
});

async function codeOn(page: BilevelPage): Promise<string | undefined> {
  const [code] = await findCodes(
    page,
    () => true,
    () => true,
  );
  return code?.text;
}
