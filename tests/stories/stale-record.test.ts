import { expect } from 'chai';
import { plusSeconds } from '../../src/lib/clock.ts';
import { printsPages } from '../support/printed-pages.ts';
import { giveRecord, keysPatient, recordScene, type Scene, signsOn } from '../support/record-scene.ts';
import { sampleContent } from '../support/release-tools.ts';
import { useWorld } from '../support/use-world.ts';

describe('a record that nobody has confirmed for a long time', () => {
  const world = useWorld();
  let scene: Scene;
  beforeEach(async () => {
    scene = await recordScene(world);
  });

  /** Asks for the record, last confirmed so many days ago, and chooses the first fax. @returns the page as set. */
  async function printed(days: number): Promise<string> {
    giveRecord(world, scene.patient.id, sampleContent(), plusSeconds(world.now(), -days * 86_400));
    const pages = printsPages(world);
    const line = await signsOn(world, scene);
    await keysPatient(world, line, scene.patient.card, scene.birth);
    await line.press('1');
    await line.press('1');
    await line.hangUp();
    pages.close();
    return pages.views('record').join();
  }

  /** The same, read out on his registered telephone. */
  async function spoken(days: number): Promise<string> {
    giveRecord(world, scene.patient.id, sampleContent(), plusSeconds(world.now(), -days * 86_400));
    await world
      .phoneOf(scene.doctor)
      .habit({ behaviour: 'answer', answerAfterSeconds: 3, keys: [{ afterSeconds: 2, digits: `${scene.pin}#` }] });
    const line = await signsOn(world, scene, '+819000009999');
    await keysPatient(world, line, scene.patient.card, scene.birth);
    await line.press('1');
    await line.press('9');
    await world.passes({ seconds: 60 });
    return world.phoneOf(scene.doctor).heard();
  }

  it('is given out all the same, and the page says in its head how old it is', async () => {
    expect(await printed(200))
      .to.include('200日前')
      .and.to.include('★★古い情報');
  });

  it('says so first when it is read out, before any alert', async () => {
    expect(await spoken(200)).to.match(/最終確認は200日前、古い情報です。必ず確かめてください。\nアレルギー/);
  });

  it('is only to be confirmed between the 90th and the 180th day, and nothing is said of it before', async () => {
    expect(await printed(120))
      .to.include('★要確認')
      .and.not.to.include('★★古い情報');
    expect(await spoken(120)).to.match(/最終確認は120日前、要確認です。\nアレルギー/);
    expect(await spoken(30)).not.to.match(/最終確認は/);
  });
});
