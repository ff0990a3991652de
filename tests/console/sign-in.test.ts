import { expect } from 'chai';
import type { Page } from 'playwright-core';
import { builtPages } from '../../src/console/build/build.ts';
import { faxOwners } from '../../src/directory/actions.ts';
import { propose } from '../../src/four-eyes/actions.ts';
import { invitationAddress, inviteStaff, openOidc, staffIn } from '../../src/staff/actions.ts';
import type { StaffRole } from '../../src/staff/staff.ts';
import { startProvider, type TestProvider } from '../staff/oidc-provider.ts';
import { goodPassword } from '../staff/support.ts';
import { expectAccessible } from '../support/axe.ts';
import { type ConsoleWorld, openBrowser, openConsoleWorld } from '../support/console.ts';
import { codeOf } from '../support/totp.ts';

const shots = process.env.KAMOME_SCREENSHOTS;

describe('signing in, in a real browser', function () {
  this.timeout(120_000);
  let world: ConsoleWorld;
  let chromium: Awaited<ReturnType<typeof openBrowser>>;
  let provider: TestProvider | null = null;
  let isBuilding = false;
  before(async () => {
    world = await openConsoleWorld({}, () => (isBuilding ? null : builtPages()));
    chromium = await openBrowser(world);
  });
  after(async () => {
    await provider?.close();
    await chromium?.close();
    await world?.close();
  });
  /** Refusals are seen by the person; the other system is outside. */
  const expected = (problem: string): boolean =>
    /status of (401|403|404|422|429|503)/.test(problem) || (provider !== null && problem.includes(provider.issuer));
  afterEach(() => {
    expect(chromium.problems.filter((problem) => !expected(problem))).to.deep.equal([]);
    expect(world.complaints).to.deep.equal([]);
  });

  const linkFor = async (role: StaffRole, name = '看護 花子'): Promise<string> => {
    const { associationId } = world;
    const { token } = await inviteStaff(world.ctx.staff, {
      associationId,
      name,
      role,
      language: 'ja',
      by: 'command_line',
    });
    return invitationAddress(world.siteUrl, token);
  };
  /** Each page that is reached is tried by axe; with KAMOME_SCREENSHOTS=<folder> it is also photographed. */
  const shoot = async (page: Page, name: string): Promise<void> => {
    await expectAccessible(page);
    if (!shots) return;
    for (const width of [1024, 390]) {
      await page.setViewportSize({ width, height: width === 390 ? 844 : 768 });
      await page.screenshot({ path: `${shots}/${name}-${width}.png`, fullPage: true });
    }
    await page.setViewportSize({ width: 1024, height: 768 });
  };
  /** A phone or laptop with a fingerprint reader, as Chromium plays one. */
  const giveAuthenticator = async (page: Page) => {
    const client = await page.context().newCDPSession(page);
    await client.send('WebAuthn.enable');
    await client.send('WebAuthn.addVirtualAuthenticator', {
      options: {
        protocol: 'ctap2',
        transport: 'internal',
        hasResidentKey: true,
        hasUserVerification: true,
        isUserVerified: true,
        automaticPresenceSimulation: true,
      },
    });
  };
  const isIn = (page: Page) => page.getByRole('heading', { level: 1, name: '今夜のボード' }).waitFor();

  it('waits with the first link of all until the pages are built, and loses nothing of it', async () => {
    const page = await chromium.pageOf(null);
    isBuilding = true;
    await page.goto(await linkFor('administrator', '最初の人'));
    await page.getByText('画面を準備しています').waitFor();
    isBuilding = false;
    await page.getByRole('heading', { name: '最初の人 さん、ようこそ' }).waitFor();
  });

  it('makes a passkey by the link, signs out, and comes in again by the passkey alone', async () => {
    const page = await chromium.pageOf(null);
    await giveAuthenticator(page);
    const link = await linkFor('nurse');
    await page.goto(link);
    await page.getByRole('heading', { name: '看護 花子 さん、ようこそ' }).waitFor();
    await shoot(page, 'invitation');
    await page.getByRole('button', { name: 'パスキーを作って始める' }).click();
    await isIn(page);
    await page.getByRole('button', { name: 'サインアウト' }).click();
    await page.getByRole('button', { name: 'パスキーでサインイン' }).waitFor();
    await shoot(page, 'sign-in');
    await page.getByRole('button', { name: 'パスキーでサインイン' }).click();
    await isIn(page);
    await page.getByRole('link', { name: '看護 花子（看護師・保健師）' }).click();
    await page.getByRole('heading', { level: 2, name: 'パスキー' }).waitFor();
    await shoot(page, 'account');
    const again = await chromium.pageOf(null);
    await again.goto(link);
    await again.getByText('この招待リンクは使用済みか').waitFor();
  });

  it('sets up a password with an authenticator app, keeps the recovery codes, and refuses a code twice', async () => {
    const page = await chromium.pageOf(null);
    await page.goto(await linkFor('administrator', '管理 太郎'));
    await page.getByRole('button', { name: 'パスワードと認証アプリを使う' }).click();
    await page.getByRole('img', { name: '認証アプリで読み取る記号' }).waitFor();
    await shoot(page, 'new-password');
    const secret = ((await page.locator('pre').textContent()) ?? '').replaceAll(' ', '');
    await page.getByLabel('サインイン名').fill('taro.kanri');
    await page.getByLabel(/^パスワード/).fill('password2026kamome');
    await page.getByLabel('確認コード').fill(codeOf(secret, new Date()));
    await page.getByRole('button', { name: '登録して始める' }).click();
    await page.getByText('よくある言葉、名前、並び順だけのパスワードは使えません').waitFor();
    await page.getByLabel(/^パスワード/).fill(goodPassword);
    const code = codeOf(secret, new Date());
    await page.getByLabel('確認コード').fill(code);
    await page.getByRole('button', { name: '登録して始める' }).click();
    await page.getByRole('heading', { name: '回復コードを紙に控えてください' }).waitFor();
    const recovery = await page.locator('pre').allTextContents();
    expect(recovery).to.have.length(10);
    await shoot(page, 'recovery-codes');
    await page.getByRole('button', { name: '控えました。始める' }).click();
    await isIn(page);
    await page.getByRole('button', { name: 'サインアウト' }).click();
    const signIn = async (typed: string): Promise<void> => {
      await page.getByLabel('サインイン名').fill('taro.kanri');
      await page.getByLabel(/^パスワード/).fill(goodPassword);
      await page.getByLabel('確認コード').fill(typed);
      await page.getByRole('button', { name: 'サインイン', exact: true }).click();
    };
    await signIn(code); // used a moment ago
    await page.getByText('名前、パスワード、確認コードのどれかが違います').waitFor();
    await shoot(page, 'sign-in-wrong');
    await signIn(recovery[0] ?? '');
    await isIn(page);
  });

  it('lets an administrator invite a colleague, after a proof when the last one is old', async () => {
    const page = await chromium.pageOf(null);
    await giveAuthenticator(page);
    await page.goto(await linkFor('administrator', '管理 次郎'));
    await page.getByRole('button', { name: 'パスキーを作って始める' }).click();
    await isIn(page);
    await world.ctx.db.query(`update staff_session set proved_at = proved_at - interval '1 hour'`);
    await page.getByRole('link', { name: '職員' }).click();
    await page.getByLabel('氏名').fill('事務 三郎');
    await page.getByRole('button', { name: '招待リンクを作る' }).click();
    await page.getByText('大切な操作です').waitFor();
    await shoot(page, 'proof');
    await page.getByRole('button', { name: 'パスキーで確認' }).click();
    await page.getByText('事務 三郎 さんの招待リンク').waitFor();
    await shoot(page, 'link');
    expect(await page.locator('pre').textContent()).to.match(/^http:\/\/localhost:\d+\/invitation#[\w-]{43}$/);
    await page.getByRole('button', { name: '渡しました' }).click();
    await page.getByRole('row', { name: /事務 三郎.*招待中/ }).waitFor();
    await shoot(page, 'staff');
  });

  it('comes up over the page when the session is revoked, and keeps what was typed', async () => {
    const page = await chromium.pageOf(null);
    await giveAuthenticator(page);
    await page.goto(await linkFor('administrator', '管理 四郎'));
    await page.getByRole('button', { name: 'パスキーを作って始める' }).click();
    await isIn(page);
    await page.getByRole('link', { name: '職員' }).click();
    await page.getByLabel('氏名').fill('途中まで');
    await world.ctx.db.query('update staff_session set ended_at = now() where ended_at is null');
    await page.getByRole('button', { name: '招待リンクを作る' }).click();
    await page.getByText('入力は残っています').waitFor();
    await shoot(page, 'session-over');
    await page.getByRole('button', { name: 'パスキーでサインイン' }).click();
    await page.getByText('入力は残っています').waitFor({ state: 'detached' });
    expect(await page.getByLabel('氏名').inputValue()).to.equal('途中まで');
  });

  it('turns a browser into a wall screen that shows the board and no door', async () => {
    const page = await chromium.pageOf(null);
    await giveAuthenticator(page);
    await page.goto(await linkFor('clerk', '事務 五郎'));
    await page.getByRole('button', { name: 'パスキーを作って始める' }).click();
    await isIn(page);
    await page.goto(`${world.siteUrl}/account`);
    await page.getByLabel('画面の名前').fill('拠点の壁');
    await page.getByRole('button', { name: 'この端末を壁の画面にする' }).click();
    await isIn(page);
    await page.getByText('更新中').waitFor();
    expect(await page.getByRole('navigation').count()).to.equal(0);
    const statuses = await page.evaluate(`Promise.all(['/api/account', '/api/staff', '/api/proposals'].map((path) =>
      fetch(path).then((response) => response.status)))`);
    expect(statuses).to.deep.equal([403, 403, 403]);
    await shoot(page, 'wall');
  });

  it('shows the second person what was proposed, and carries it out when he has compared', async () => {
    const page = await chromium.pageOf(null);
    await giveAuthenticator(page);
    await page.goto(await linkFor('clerk', '事務 提案者'));
    await page.getByRole('button', { name: 'パスキーを作って始める' }).click();
    await isIn(page);
    const all = await staffIn(world.ctx.staff, world.associationId);
    const proposer = all.find(({ name }) => name === '事務 提案者')!;
    const [owner] = await faxOwners(world.ctx.db, world.associationId);
    const { kind, id } = owner!;
    const payload = { owner: { kind, id }, position: 3, number: '0450000779', form: 'full' as const };
    await propose(world.ctx, proposer, 'fax_destination', payload);
    await page.getByRole('link', { name: '二人確認' }).click();
    await page.getByText('あなたの提案です').waitFor();
    const second = await chromium.pageOf(null);
    await giveAuthenticator(second);
    await second.goto(await linkFor('nurse', '看護 確認者'));
    await second.getByRole('button', { name: 'パスキーを作って始める' }).click();
    await isIn(second);
    await second.getByRole('link', { name: '二人確認' }).click();
    await second.getByText('045-000-0779').waitFor();
    await shoot(second, 'four-eyes');
    await second.getByRole('button', { name: '照合した。確認する' }).click();
    await second.getByText('確認を待つものはありません').waitFor();
    const { rows } = await world.ctx.db.query(`select status from fax_destination where e164 = '+81450000779'`);
    expect(rows).to.deep.equal([{ status: 'registered' }]);
  });

  it('goes to another system and back, links it, and comes in by it', async () => {
    provider = await startProvider();
    const { issuer } = provider;
    const redirectUri = `${world.siteUrl}/sign-in/oidc`;
    world.ctx.staff.oidc = openOidc({
      issuer,
      clientId: 'kamome',
      clientSecret: 'a secret of the client',
      redirectUri,
    });
    const page = await chromium.pageOf(null);
    await giveAuthenticator(page);
    await page.route(`${issuer}/authorize*`, (route) => {
      const back = provider?.visit(route.request().url(), { sub: 'hanako', amr: ['mfa'] });
      return route.fulfill({ status: 302, headers: { location: `${redirectUri}${back}` } });
    });
    await page.goto(await linkFor('nurse', '看護 連携'));
    await page.getByRole('button', { name: 'パスキーを作って始める' }).click();
    await isIn(page);
    await page.goto(`${world.siteUrl}/account`);
    await page.getByRole('button', { name: '連携する' }).click();
    await page.getByText('連携しました').waitFor();
    await page.getByRole('button', { name: '続ける' }).click();
    await page.getByText('連携しています').waitFor();
    await page.getByRole('button', { name: 'サインアウト' }).click();
    await page.getByRole('button', { name: /^127\.0\.0\.1:\d+ でサインイン$/ }).click();
    await isIn(page);
    expect(page.url()).to.equal(`${world.siteUrl}/`); // nothing of the code is left in the address
  });
});
