import { expect } from 'chai';
import { sealAssociation } from '../../src/audit/actions.ts';
import { importExampleRecords } from '../../src/patients/example-actions.ts';
import { cardCopyOf, openByCard, stockCards } from '../../src/vault/actions.ts';
import { exampleFolder } from '../patients/support.ts';
import { expectAccessible } from '../support/axe.ts';
import { type ConsoleWorld, openBrowser, openConsoleWorld } from '../support/console.ts';

describe('the pages of patients and audit', () => {
  let world: ConsoleWorld;
  let chromium: Awaited<ReturnType<typeof openBrowser>>;
  before(async function () {
    this.timeout(180_000);
    world = await openConsoleWorld();
    // The example ward as of now; hidden secrets are lost in a copy.
    const now = Object.create(world.patients.ctx, { clock: { value: world.ctx.clock } });
    await importExampleRecords(now, exampleFolder);
    await stockCards(world.patients.vault.night, 1);
    await sealAssociation({ db: world.ctx.db, signer: world.signer, clock: world.ctx.clock }, world.associationId);
    chromium = await openBrowser(world);
  });
  after(async () => {
    await chromium?.close();
    await world?.close();
  });

  const patientOf = async (code: string): Promise<string> =>
    (await world.ctx.db.query('select id from patient where code = $1', [code])).rows[0].id;
  const numberOf = async (patientId: string): Promise<string> => {
    const copy = await world.patients.vault.inTransaction((tx) => cardCopyOf(tx, world.ctx, patientId));
    return copy?.number ?? '';
  };

  it('find たかさ as it is typed, open the record, reissue the card, and make the statement', async () => {
    const patientId = await patientOf('P001');
    const number = await numberOf(patientId);
    const page = await chromium.pageOf(world.person('hub_doctor', { name: '拠点 花子' }));
    await page.goto(`${world.url}/patients`);
    const box = page.getByLabel('カナ・生年月日・電話・カード番号・患者番号');
    await box.pressSequentially('たかさ');
    await page.getByText('カナで検索しています。').waitFor();
    await page.getByText('1名').waitFor();
    await expectAccessible(page);
    expect(page.url()).to.equal(`${world.url}/patients`); // no name in an address
    await box.press('ArrowDown');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { level: 1, name: '髙﨑' }).waitFor();
    await page.getByRole('heading', { name: '警告' }).waitFor();
    await expectAccessible(page);

    await page.getByRole('tab', { name: 'カード・手続き' }).click();
    await page.getByRole('button', { name: '再発行する' }).click();
    const dialog = page.getByRole('dialog');
    await expectAccessible(page);
    await dialog.getByLabel('紛失').check();
    await dialog.getByRole('button', { name: '再発行する' }).click();
    await page.getByText('新しいカードができました。').waitFor();
    await expectAccessible(page);
    const opened = await openByCard(world.patients.ctx, world.associationId, number);
    expect(opened).to.include({ refused: 'revoked' });

    await page.getByRole('tab', { name: '開示・閲覧' }).click();
    await page.getByText('拠点で閲覧').first().waitFor();
    await expectAccessible(page);
    const saving = page.waitForEvent('download');
    await page.getByRole('button', { name: '開示明細を作る（PDF）' }).click();
    expect((await saving).suggestedFilename()).to.equal('statement-P001.pdf');
    await page.getByRole('tab', { name: '版の履歴' }).click();
    await page.getByText('カード再発行').waitFor();
    await page.getByText('開示明細を作成').waitFor();
    await expectAccessible(page);
    expect(chromium.problems).to.deep.equal([]);
  });

  it('close a patient only when his number was typed', async () => {
    const page = await chromium.pageOf(world.person('nurse'));
    await page.goto(`${world.url}/patients/${await patientOf('P014')}`);
    await page.getByRole('tab', { name: 'カード・手続き' }).click();
    await page.getByRole('button', { name: '閉鎖する' }).click();
    const dialog = page.getByRole('dialog');
    const close = dialog.getByRole('button', { name: '閉鎖する' });
    await dialog.getByLabel('死亡').check();
    expect(await close.isDisabled()).to.equal(true);
    await dialog.getByLabel(/P014 を打ってください/).fill('p014');
    await close.click();
    await page.getByText('閉鎖されています（理由：死亡）。').waitFor();
    await page.getByRole('tab', { name: '記録', exact: true }).click();
    await page.getByText('消去されました').waitFor();
  });

  it('confirm the oldest record with one key', async () => {
    const page = await chromium.pageOf(world.person('nurse'));
    await page.goto(`${world.url}/confirmations`);
    const first = page.locator('[data-row]').first();
    await first.waitFor();
    await expectAccessible(page);
    const patientId = await first.getAttribute('data-row');
    await first.focus();
    await page.keyboard.press('y');
    await page.getByText('確認を記録しました。').waitFor();
    const { rows } = await world.ctx.db.query(
      `select count(*)::integer as times from audit_entry where chain_id = $1 and kind = 'record_confirmed'`,
      [patientId],
    );
    expect(rows[0].times).to.equal(1);
  });

  it('show the log to an auditor, verify it while he looks, and offer the seal of the day', async () => {
    const page = await chromium.pageOf(world.person('auditor'), { width: 390, height: 844 });
    await page.goto(`${world.url}/audit`);
    await page.locator('.log-row strong').first().waitFor();
    await page.getByLabel('できごと').selectOption('record_second_reading_passed');
    await page.getByRole('button', { name: '絞り込む' }).click();
    await page.locator('.log-row strong', { hasText: '照合に合格' }).first().waitFor();
    await page.getByText('詳しく').first().click();
    await expectAccessible(page);
    await page.getByRole('tab', { name: '検証' }).click();
    await page.getByRole('button', { name: '検証を始める' }).click();
    await page.getByText('異常はありません').waitFor();
    await expectAccessible(page);
    await page.getByRole('tab', { name: '日々の封印' }).click();
    await page
      .getByRole('link', { name: /印刷（PDF）/ })
      .first()
      .waitFor();
    await expectAccessible(page);
    await page.getByRole('tab', { name: '開示明細' }).click();
    await page.getByLabel(/患者番号/).fill('P002');
    const saving = page.waitForEvent('download');
    await page.getByRole('button', { name: '開示明細を作る（PDF）' }).click();
    expect((await saving).suggestedFilename()).to.equal('statement-P002.pdf');
    await expectAccessible(page);
    expect(chromium.problems).to.deep.equal([]);
  });
});
