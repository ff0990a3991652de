import { expect } from 'chai';
import { readers } from '../../src/paper/reader/pool.ts';
import { degrade, typical } from '../support/degrade.ts';
import { minimumDraft } from '../support/drafts.ts';
import { type FaxNight, openFaxNight } from '../support/fax-night.ts';
import { blankForms, tickForm } from '../support/filled-form.ts';
import { answersAndPresses1, nurseRingsAbout } from '../support/habits.ts';
import { type Enrolled, type HubDesk, openHubDesk } from '../support/hub-desk.ts';
import { giveFax, givePin, keysPatient, type Scene, signsOn } from '../support/record-scene.ts';
import type { TownPerson } from '../support/town.ts';
import { createWorld, type World } from '../support/world.ts';

const clinic = '+81450001234';
const birth = '19400301';

/** What the clerk reads on the crops; allergy, sex and consent stand as ticks on the sheet. */
function handwriting(attending: TownPerson) {
  const { registration, record } = minimumDraft();
  const { sex: _sex, consentTo: _consent, ...person } = registration;
  const { allergy: _allergy, ...rest } = record;
  return { registration: { ...person, primary: { doctor: attending.code } }, record: rest };
}

describe('a patient enrolled from one faxed page', function () {
  this.timeout(180_000);
  let world: World;
  let night: FaxNight;
  let desk: HubDesk;
  let doctor: TownPerson;
  let enrolled: Enrolled;
  const pin = '40718293';

  beforeEach(async () => {
    world = await createWorld();
    doctor = await world.town.doctor('鴎野　透');
    await givePin(world, doctor, pin);
    await giveFax(world, doctor, clinic);
    night = await openFaxNight(world, [clinic]);
    desk = openHubDesk(world, night);
    const ticks = [
      'reg_kind=new',
      'sex=female',
      'allergy=none',
      'consent_to=yes',
      'consent_fax=yes',
      'consent_by=self',
    ];
    const sheet = tickForm((await blankForms()).enrolment, 'enrolment', ticks);
    await night.faxes(clinic, degrade(sheet, { seed: 31, level: typical, resolution: 'fine' }));
    await night.passes(120);
    enrolled = await desk.enrolsWhatCameIn(handwriting(doctor));
  });
  afterEach(async () => {
    await night.close();
    expect(world.complaints).to.deep.equal([]);
    await world.close();
  });
  after(() => readers().close());

  const scene = (): Pick<Scene, 'doctor' | 'pin'> => ({ doctor, pin });
  const rows = async (sql: string) => (await world.db.query(sql)).rows;

  /** Code, PIN, card and birth date by telephone; the reason and the fax when he gets so far. */
  async function asksByTelephone(card: string): Promise<string> {
    const line = await signsOn(world, scene() as Scene);
    await keysPatient(world, line, card, birth);
    const heard = await line.heard();
    if (/1940年生まれ/.test(heard)) {
      await line.press('1');
      await line.press('1');
    }
    await line.hangUp();
    return heard;
  }

  it('has his record in the clinic’s tray that night, asked for with nothing but the card', async () => {
    expect(await asksByTelephone(enrolled.card)).to.match(/頭文字タ・カ、1940年生まれ/);
    await night.passes(120);
    const tray = await night.tray(clinic);
    expect(tray.map(({ pages, partial }) => [pages.length, partial])).to.deep.equal([[1, false]]);
    expect(await rows('select form, relation, version from disclosure')).to.deep.equal([
      { form: 'full', relation: 'attending', version: 1 },
    ]);
    expect(await rows(`select kind, status, outcome from inbox_item`)).to.deep.equal([
      { kind: 'enrolment', status: 'settled', outcome: 'enrolled' },
    ]);
  });

  it('has it there too when a nurse rings about him and the doctor takes the call', async () => {
    await world.phoneOf(doctor).habit(answersAndPresses1);
    await nurseRingsAbout(world, enrolled.card);
    await world.passes({ seconds: 20 });
    expect(await world.phoneOf(doctor).heard()).to.match(/記録をファックスします/);
    await night.passes(120);
    expect(await night.tray(clinic)).to.have.length(1);
    expect(await rows('select reason, relation from disclosure')).to.deep.equal([
      { reason: 'emergency_visit', relation: 'attending' },
    ]);
  });

  it('loses his card: from then on it opens nothing, and the card that is handed out instead opens everything', async () => {
    expect(await desk.reportsLost(enrolled)).to.equal(true);
    expect(await asksByTelephone(enrolled.card)).to.match(/このカードでは記録をお出しできません/);
    expect(await rows('select id from disclosure')).to.deep.equal([]);
    const again = await desk.reissues(enrolled);
    expect(again.card).not.to.equal(enrolled.card);
    expect(await asksByTelephone(enrolled.card)).to.match(/このカードでは記録をお出しできません/);
    expect(await asksByTelephone(again.card)).to.match(/1940年生まれ/);
    await night.passes(120);
    expect(await night.tray(clinic)).to.have.length(1);
  });
});
