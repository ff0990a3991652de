import { randomBytes } from 'node:crypto';
import { expect } from 'chai';
import type { Page } from 'playwright-core';
import { recordVault } from '../../src/disclosures/record-vault.ts';
import { rasterise } from '../../src/pages/raster.ts';
import { readPage } from '../../src/paper/read-page.ts';
import { readers } from '../../src/paper/reader/pool.ts';
import { stockCards } from '../../src/vault/actions.ts';
import { openBrowser } from '../support/console.ts';
import { type ConsoleNight, openConsoleNight } from '../support/console-night.ts';
import { degrade, typical } from '../support/degrade.ts';
import { invented, tabTo, typeEnrolment } from '../support/enrolment-script.ts';
import { type FaxNight, openFaxNight } from '../support/fax-night.ts';
import { blankForms, codeOf, tickForm } from '../support/filled-form.ts';
import { giveFax, givePin, keysPatient, type Scene, signsOn } from '../support/record-scene.ts';
import { type TownPerson, testCard } from '../support/town.ts';
import { usualTicks } from './inbox-support.ts';

const clinic = '+81450001234';
const pin = '40718293';

describe('from a fax that a clinic sends to a card in the hand, and from the card to the clinic’s tray', function () {
  this.timeout(240_000);
  let night: ConsoleNight;
  let faxes: FaxNight;
  let doctor: TownPerson;
  let chromium: Awaited<ReturnType<typeof openBrowser>>;

  before(async () => {
    night = await openConsoleNight();
    const { world, desk } = night;
    doctor = await world.town.doctor('鴎野　透');
    await givePin(world, doctor, pin);
    await giveFax(world, doctor, clinic);
    faxes = await openFaxNight(world, [clinic]);
    await withRealVault();
    chromium = await openBrowser(desk);
  });
  after(async () => {
    await chromium?.close();
    await faxes?.close();
    await readers().close();
    await night?.close();
  });

  /** The night's releases open what the desk has sealed, and a card lies in stock. */
  async function withRealVault(): Promise<void> {
    const { world, desk } = night;
    const { db, clock, release } = world;
    const { pepper } = testCard;
    const { cards } = desk.patients.vault.derivation(pepper);
    const { caseKey } = release;
    release.tools.vault = recordVault({ db, clock, cards, pepper, caseKey, random: randomBytes });
    await stockCards(
      { ...desk.patients.vault.night, ...desk.patients.vault.derivation(pepper), db, clock, caseKey },
      1,
    );
  }

  const at = async (page: Page, path: string): Promise<Page> => {
    page.setDefaultTimeout(20_000);
    await page.goto(`${night.desk.url}${path}`);
    return page;
  };

  async function clinicFaxesForm(): Promise<void> {
    const codes = { ...codeOf, enrolment: { ...codeOf.enrolment, subject: doctor.code } };
    const sheet = tickForm((await blankForms(codes)).enrolment, 'enrolment', usualTicks, 5);
    await faxes.faxes(clinic, degrade(sheet, { seed: 31, level: typical, resolution: 'fine' }));
    await faxes.passes(120);
  }

  /** @returns the card as it is printed. */
  async function clerkEnrols(): Promise<Buffer> {
    const page = await at(await chromium.pageOf(night.person('clerk', '事務 花子')), '/inbox');
    await page.getByRole('link', { name: '開く' }).waitFor();
    await tabTo(page, page.getByRole('link', { name: '開く' }));
    await page.keyboard.press('Enter');
    await page.locator('[data-field="registration.nameKana"] svg').waitFor();
    await typeEnrolment(page, invented);
    await page.getByText('直すところ').waitFor({ state: 'hidden' });
    await page.keyboard.press('Control+Enter');
    await page.getByRole('heading', { level: 1, name: /患者番号 P\d+ を登録しました/ }).waitFor();
    await tabTo(page, page.getByRole('button', { name: 'カードを印刷' }));
    // The browser would tell of a PDF only what its own viewer makes of it: its bytes are taken on their way.
    let pdf: Buffer = Buffer.alloc(0);
    await page.route('**/card.pdf', async (route) => {
      const response = await route.fetch();
      pdf = await response.body();
      await route.fulfill({ response });
    });
    await page.keyboard.press('Enter');
    await page.getByTitle('カードを印刷').waitFor();
    return pdf;
  }

  async function nurseReadsASecondTime(): Promise<void> {
    const page = await at(await chromium.pageOf(night.person('nurse', '看護 一郎')), '/inbox');
    await page.getByRole('link', { name: '照合する' }).waitFor();
    await tabTo(page, page.getByRole('link', { name: '照合する' }));
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { level: 1, name: '第二照合' }).waitFor();
    const { kana, name, birth, phone } = invented;
    await tabTo(page, page.getByRole('textbox', { name: '氏名カナ' }));
    for (const text of [kana, name, birth, phone, '0450007001']) {
      await page.keyboard.insertText(text);
      await page.keyboard.press('Enter');
    }
    for (const box of await page.getByLabel('紙と同じです').all()) {
      await tabTo(page, box);
      await page.keyboard.press('Space');
    }
    await tabTo(page, page.getByRole('button', { name: '照合する' }));
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { level: 1, name: '受付' }).waitFor();
  }

  /** What our own reader finds on the printed sheet. */
  async function numberOn(pdf: Buffer): Promise<string> {
    const [sheet] = await rasterise(pdf, 'fine');
    const reading = await readPage(sheet!);
    if (reading.kind !== 'card') throw new Error(`the printed card is read as ${reading.kind}`);
    return reading.number;
  }

  async function doctorAsksByTelephone(card: string): Promise<string> {
    const { world } = night;
    const line = await signsOn(world, { doctor, pin } as Scene);
    await keysPatient(world, line, card, '19400301');
    await line.press('1');
    await line.press('1');
    const heard = await line.heard();
    await line.hangUp();
    await faxes.passes(120);
    return heard;
  }

  it('enrols with the keyboard alone, is read a second time by somebody else, and the card opens the record that night', async () => {
    const { db } = night.world;
    await clinicFaxesForm();
    const pdf = await clerkEnrols();
    await nurseReadsASecondTime();

    const number = await numberOn(pdf);
    const { cards } = night.desk.patients.vault.derivation(testCard.pepper);
    const derived = await cards.derive(number);
    const { rows } = await db.query(
      `select card.status, record_life.status as life, inbox_item.outcome, received_fax.from_number as sender
      from card
      join record_life using (patient_id)
      join inbox_item on inbox_item.patient_id = card.patient_id
      join received_fax on received_fax.id = inbox_item.received_fax_id
      where card.lookup_index = $1`,
      [derived.index],
    );
    expect(rows).to.deep.equal([{ status: 'active', life: 'active', outcome: 'enrolled', sender: clinic }]);

    expect(await doctorAsksByTelephone(number)).to.match(/頭文字ミ・ナ、1940年生まれ/);
    const tray = await faxes.tray(clinic);
    expect(tray.map(({ pages, partial }) => [pages.length, partial])).to.deep.equal([[1, false]]);
    expect(await kindsInLog()).to.include.members([
      'page_sealed',
      'card_printed',
      'record_second_reading_passed',
      'disclosed',
    ]);
    expect(chromium.problems).to.deep.equal([]);
    expect([...night.desk.complaints, ...night.world.complaints]).to.deep.equal([]);
  });

  const kindsInLog = async (): Promise<string[]> =>
    (await night.world.db.query<{ kind: string }>('select distinct kind from audit_entry')).rows.map(
      ({ kind }) => kind,
    );
});
