import { expect } from 'chai';
import type { Page } from 'playwright-core';
import { readers } from '../../src/paper/reader/pool.ts';
import { importTowns } from '../../src/postal-codes/actions.ts';
import { expectAccessible } from '../support/axe.ts';
import { openBrowser, type Person } from '../support/console.ts';
import { fieldInHand, invented, typeEnrolment } from '../support/enrolment-script.ts';
import { postalList } from '../support/postal-list.ts';
import { type DeskWorld, openDesk } from './inbox-support.ts';

describe('the enrolment desk in the browser', function () {
  this.timeout(180_000);
  let world: DeskWorld;
  let chromium: Awaited<ReturnType<typeof openBrowser>>;

  before(async () => {
    world = await openDesk();
    chromium = await openBrowser(world);
    await world.receivesForm();
    await world.stock(2);
  });
  after(async () => {
    await chromium?.close();
    await readers().close();
    await world?.close();
  });
  const at = async (person: Person, path: string): Promise<Page> => {
    const page = await chromium.pageOf(person);
    page.setDefaultTimeout(20_000);
    await page.goto(`${world.url}${path}`);
    return page;
  };

  it('enrols from the page to the printed card with the keyboard alone, and another person reads it a second time', async () => {
    const clerk = world.person('clerk', { name: '事務 花子' });
    const page = await at(clerk, '/inbox');
    await page.getByRole('heading', { level: 1, name: '受付' }).waitFor();
    await page.getByRole('link', { name: '開く' }).waitFor();
    await expectAccessible(page);
    await page.getByRole('link', { name: '開く' }).press('Enter');
    await page.locator('[data-field="registration.nameKana"] svg').waitFor();
    await expectAccessible(page);

    // What is typed is kept: a reload loses nothing.
    await page.locator('[data-field="registration.formerName"] input').fill('旧姓　某');
    await page.getByText('に保存しました').waitFor();
    await page.reload();
    await page.locator('[data-field="registration.formerName"] input').waitFor();
    expect(await page.locator('[data-field="registration.formerName"] input').inputValue()).to.equal('旧姓　某');

    await typeEnrolment(page, invented);
    await page.getByText('昭和15年3月1日（1940-03-01）').waitFor();
    await page.getByText('直すところ').waitFor({ state: 'hidden' });
    await page.keyboard.press('Control+Enter');
    await page.getByRole('heading', { level: 1, name: /患者番号 P\d+ を登録しました/ }).waitFor();
    const [card] = await Promise.all([
      page.waitForResponse((response) => response.url().endsWith('/card.pdf')),
      page.getByRole('button', { name: 'カードを印刷' }).press('Enter'),
    ]);
    expect([card.status(), card.headers()['content-type']]).to.deep.equal([200, 'application/pdf']);
    await page.getByTitle('カードを印刷').waitFor();
    await expectAccessible(page);

    const nurse = world.person('nurse', { name: '看護 一郎' });
    const reading = await at(nurse, '/inbox');
    await reading.getByRole('link', { name: '照合する' }).press('Enter');
    await reading.getByRole('heading', { level: 1, name: '第二照合' }).waitFor();
    await expectAccessible(reading);
    expect(await reading.content()).not.to.include('ミホン');
    await reading.getByRole('textbox', { name: '氏名カナ' }).fill('ミホン ナギサ');
    await reading.getByRole('textbox', { name: '氏名（漢字）' }).fill('見本 渚');
    await reading.getByRole('textbox', { name: '生年月日' }).fill('S15.3.2');
    await reading.getByRole('textbox', { name: '電話 1' }).fill('045-000-7001');
    await reading.getByRole('textbox', { name: '電話 2' }).fill('09000007001');
    for (const box of await reading.getByLabel('紙と同じです').all()) await box.check();
    await reading.getByRole('button', { name: '照合する' }).click();
    await reading.getByText('一致しません: 生年月日').waitFor();
    await reading.getByRole('textbox', { name: '生年月日' }).fill('昭和15年3月1日');
    await reading.getByRole('button', { name: '照合する' }).click();
    await reading.getByRole('heading', { level: 1, name: '受付' }).waitFor();
    const { rows } = await world.ctx.db.query('select status from record_life');
    expect(rows).to.deep.equal([{ status: 'active' }]);
    expect(chromium.problems).to.deep.equal([]);
    expect(world.complaints).to.deep.equal([]);
  });

  it('shows what is missing when somebody wants to finish too early, and stands in the first field of it', async () => {
    const clerk = world.person('clerk');
    const page = await at(clerk, '/inbox');
    await page.getByRole('button', { name: '紙なしで登録を始める' }).click();
    await page.locator('[data-field="registration.nameKana"] input').waitFor();
    await page.getByText('直すところ').waitFor();
    await page.getByRole('button', { name: '登録してカードを発行' }).click();
    await page.getByText('記入がありません').first().waitFor();
    const field = await fieldInHand(page);
    expect(field).to.match(/^(registration|record)\./);
    await page.locator('[data-field="registration.birth"] input').fill('昭和64年1月8日');
    await page.getByText('その日は書かれた元号に含まれません').waitFor();
    // A postal code becomes its town, which a person takes over with one key.
    await importTowns(world.ctx.db, postalList);
    await page.locator('[data-field="registration.postal"] input').fill('〒２２０ー０００１');
    await page.getByText('〒220-0001　神奈川県横浜市西区北軽井沢').waitFor();
    await page.keyboard.press('Enter');
    expect(await fieldInHand(page)).to.equal('registration.address');
    await page.getByRole('button', { name: 'F2 で「神奈川県横浜市西区北軽井沢」と入れる' }).waitFor();
    await page.keyboard.press('F2');
    await page.keyboard.insertText('1-2');
    const address = page.locator('[data-field="registration.address"] input');
    expect(await address.inputValue()).to.equal('神奈川県横浜市西区北軽井沢1-2');
    await address.fill('神奈川県横浜市中区見本町1-2');
    await page.getByText('郵便番号と住所の地域が合いません').waitFor();
    // The same person as before, found while typing.
    await page.locator('[data-field="registration.nameKana"] input').fill(invented.kana);
    await page.locator('[data-field="registration.birth"] input').fill(invented.birth);
    await page.getByText('氏名・生年月日が同じです').waitFor();
    await expectAccessible(page);
  });

  it('lets one of two clerks have a form, and tells the other who has it', async () => {
    const raced = await world.receivesForm(undefined, 3);
    const [one, two] = [world.person('clerk', { name: '先の人' }), world.person('clerk', { name: '後の人' })];
    const [first, second] = await Promise.all([at(one, `/inbox/${raced}`), at(two, `/inbox/${raced}`)]);
    const form = (page: Page) => page.locator('[data-field="registration.nameKana"]').waitFor();
    const refusal = (page: Page) => page.getByText(/(先の人|後の人) さんが先に担当しています/).waitFor();
    const got = await Promise.race([form(first).then(() => first), form(second).then(() => second)]);
    await refusal(got === first ? second : first);
    const queue = await at(got === first ? two : one, '/inbox');
    await queue.getByText(`${got === first ? '先の人' : '後の人'} さんが担当中`).waitFor();
  });

  it('is one column on a telephone, and every field of it has a label', async () => {
    const page = await chromium.pageOf(world.person('clerk'), { width: 390, height: 800 });
    await page.goto(`${world.url}/inbox`);
    await page.getByRole('heading', { level: 1, name: '受付' }).waitFor();
    const width = await page.evaluate<number>('document.documentElement.scrollWidth');
    expect(width).to.be.at.most(390);
    await expectAccessible(page);
  });
});
