import { expect } from 'chai';
import { setCardCopyPolicy } from '../../src/disclosures/actions.ts';
import { freezeNumber, liftFreeze } from '../../src/fax/actions.ts';
import { hubInbox } from '../../src/inbox/actions.ts';
import { plusSeconds } from '../../src/lib/clock.ts';
import { readers } from '../../src/paper/reader/pool.ts';
import { drawCard } from '../support/card-copy.ts';
import { mulberry } from '../support/chance.ts';
import { degrade, typical } from '../support/degrade.ts';
import { type FaxNight, openFaxNight } from '../support/fax-night.ts';
import { giveFax, keysPatient, recordScene, type Scene, signsOn } from '../support/record-scene.ts';
import { createWorld, type Line, type World } from '../support/world.ts';

const clinic = '+81450001234';
const day = 86_400;

describe('a page that came to the wrong machine', function () {
  this.timeout(120_000);
  let world: World;
  let scene: Scene;
  let night: FaxNight;
  beforeEach(async () => {
    world = await createWorld();
    scene = await recordScene(world);
    night = await openFaxNight(world, [clinic]);
  });
  afterEach(async () => {
    await night.close();
    expect(world.complaints.splice(0).filter((line) => !line.includes('fax_number_frozen'))).to.deep.equal([]);
    await world.close();
  });
  after(() => readers().close());

  const rows = async (sql: string) => (await world.db.query(sql)).rows;
  const complains = () =>
    freezeNumber(night.ctx, clinic, {
      ...{ reason: 'complaint', associationId: world.town.associationId, actor: 'operator:op_night' },
    });
  async function asks(): Promise<Line> {
    const line = await signsOn(world, scene);
    await keysPatient(world, line, scene.patient.card, scene.birth);
    await line.press('1');
    return line;
  }

  it('stops its number at the first complaint: what is on its way is called off, the doctor is told, the clock starts', async () => {
    const line = await asks();
    await line.press('1');
    await line.hangUp();
    await world.phoneOf(scene.doctor).habit({ behaviour: 'answer', answerAfterSeconds: 3 });
    const at = world.now();
    const { faxIds, incidentIds } = await complains();
    expect([faxIds.length, incidentIds.length]).to.deep.equal([1, 1]);
    await night.passes(60);
    await world.passes({ seconds: 40 });
    expect(await night.tray(clinic)).to.deep.equal([]);
    expect(await rows('select status from fax')).to.deep.equal([{ status: 'cancelled' }]);
    expect(await world.phoneOf(scene.doctor).heard()).to.match(/ファクスをお届けできませんでした/);
    expect(await rows('select reason, opened_at, preliminary_due_at, final_due_at from incident')).to.deep.equal([
      {
        ...{ reason: 'complaint', opened_at: at },
        ...{ preliminary_due_at: plusSeconds(at, 3 * day), final_due_at: plusSeconds(at, 30 * day) },
      },
    ]);
    // The second complaint about the same number is the same incident.
    expect((await complains()).incidentIds).to.deep.equal([]);
    expect(await rows('select id from incident')).to.have.length(1);
  });

  it('closes that number to everybody: no doctor is offered it, and no copy of a card from there is believed', async () => {
    const colleague = await world.town.doctor('同じ診療所の医師');
    await giveFax(world, colleague, clinic);
    await setCardCopyPolicy(world.ctx, world.town.associationId, 'pseudonymous');
    await complains();
    expect(await rows('select distinct status from fax_destination')).to.deep.equal([{ status: 'frozen' }]);
    const line = await asks();
    await world.passes({ seconds: 8 });
    expect(await line.heard()).to.match(/送り先を押してください。登録の電話に折り返して読み上げるときは9/);
    await line.press('1');
    await line.hangUp();
    await night.faxes(
      clinic,
      degrade(drawCard(scene.patient.card, mulberry(1)), { seed: 7, level: typical, resolution: 'fine' }),
    );
    await night.passes(240);
    expect(await rows('select id from disclosure')).to.deep.equal([]);
    expect(await rows('select id from fax')).to.deep.equal([]);
    const [item] = await hubInbox(world.db, world.town.associationId);
    expect(item).to.include({ kind: 'card_copy', reason: 'sender_unknown', isAlarmed: true });
    expect(world.complaints.splice(0).join()).to.include('paper_request_alarmed');
    // Thawed, it begins again: registered, and untested.
    expect(await liftFreeze(night.ctx, clinic, 'operator:op_night')).to.equal(true);
    expect(await rows('select distinct status from fax_destination')).to.deep.equal([{ status: 'registered' }]);
    const again = await asks();
    await world.passes({ seconds: 8 });
    expect(await again.heard()).to.match(/送り先を押してください。登録の電話に折り返して読み上げるときは9/);
  });
});
