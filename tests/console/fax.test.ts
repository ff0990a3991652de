import { expect } from 'chai';
import { receivedFaxesText, sentFaxesText } from '../../src/console/fax/store.ts';
import { inTransaction } from '../../src/db.ts';
import { registerDestinationIn } from '../../src/fax/actions.ts';
import { expectAccessible } from '../support/axe.ts';
import { type ConsoleWorld, openBrowser, openConsoleWorld } from '../support/console.ts';
import { expectSoundLog } from '../support/sound-log.ts';

describe('the desk of the faxes', () => {
  let world: ConsoleWorld;
  let destinationId: string;
  const minute = 60_000;

  before(async () => {
    world = await openConsoleWorld();
    const { rows } = await world.ctx.db.query('select id from doctor where association_id = $1 order by code limit 1', [
      world.associationId,
    ]);
    const owner = { kind: 'doctor', id: rows[0].id } as const;
    const entry = {
      associationId: world.associationId,
      owner,
      position: 3,
      number: '045-000-0299',
      operatorId: 'op_1',
    };
    const made = await inTransaction(world.ctx.db, (tx) =>
      registerDestinationIn(tx, world.ctx, { ...entry, form: 'full' }),
    );
    if ('refused' in made) throw new Error(made.refused);
    destinationId = made.destination.id;
  });
  after(() => world?.close());

  /** A page in the queue or over, as the line leaves it. */
  async function fax(status: 'queued' | 'failed' | 'delivered', given: { agoMinutes?: number; purpose?: string } = {}) {
    const { agoMinutes = 0, purpose = 'record' } = given;
    const { db, ids, clock } = world.ctx;
    const id = ids.next('fx');
    const at = new Date(clock.now().getTime() - agoMinutes * minute);
    const isOver = status !== 'queued';
    const failure = status === 'failed' ? { class: 'dropped', retryable: true, code: '3' } : null;
    await db.query(
      `insert into fax (id, association_id, destination_id, purpose, status, attempt, pages, failure, document, due_at,
        queued_at, settled_at)
      values ($1, $2, $3, $4, $5, 1, 1, $6, $7, $8, $9, $10)`,
      [
        ...[id, world.associationId, destinationId, purpose, status, failure && JSON.stringify(failure)],
        ...[
          isOver ? null : Buffer.alloc(1),
          isOver ? null : new Date(at.getTime() + 600 * minute),
          at,
          isOver ? at : null,
        ],
      ],
    );
    return id;
  }

  it('goes on by key, newest first, whatever is put in meanwhile', async () => {
    const ids: string[] = [];
    for (let place = 0; place < 35; place++) ids.push(await fax('delivered', { agoMinutes: 1000 - place }));
    const clerk = world.person('clerk');
    const first = await clerk.call('sent_faxes', { query: {} });
    expect(first.faxes.map(({ id }) => id)).to.deep.equal(ids.toReversed().slice(0, 30));
    const newer = await fax('queued');
    const rest = await clerk.call('sent_faxes', { query: { after: first.next! } });
    expect(rest.faxes.map(({ id }) => id)).to.deep.equal(ids.toReversed().slice(30));
    expect(rest.next).to.equal(null);
    const waiting = await clerk.call('sent_faxes', { query: { filter: 'under_way' } });
    expect(waiting.faxes.map(({ id }) => id)).to.deep.equal([newer]);
  });

  it('takes a waiting page back, once', async () => {
    const faxId = await fax('queued');
    const nurse = world.person('nurse');
    const params = { faxId };
    expect(await world.person('auditor').refused('withdraw_fax', { params })).to.include({ code: 'not_permitted' });
    expect(await nurse.call('withdraw_fax', { params })).to.deep.equal({ outcome: 'withdrawn' });
    expect(await nurse.refused('withdraw_fax', { params })).to.include({ status: 409, code: 'fax_over' });
    const { fax: shown, life } = await nurse.call('sent_fax', { params });
    expect(shown.status).to.equal('cancelled');
    expect(life).to.deep.include.members([{ ...life[0]!, kind: 'fax_cancelled', isByPerson: true }]);
  });

  it('asks a worker for a test page, and says that it is on its way', async () => {
    const nurse = world.person('nurse');
    const params = { destinationId };
    expect(await nurse.call('test_fax_destination', { params })).to.deep.equal({ outcome: 'asked' });
    expect(await nurse.call('test_fax_destination', { params })).to.deep.equal({ outcome: 'asked_already' });
    const { destinations } = await nurse.call('fax_destinations', { query: { words: '' } });
    expect(destinations.find(({ id }) => id === destinationId)).to.include({ isTestAsked: true, status: 'registered' });
  });

  it('freezes at one complaint, starts the clock, and lifts it only to be tested anew', async () => {
    const nurse = world.person('nurse');
    const target = { destinationId };
    const frozen = await nurse.call('freeze_fax_number', { body: { target, reason: 'complaint' } });
    expect(frozen).to.deep.include({ destinations: 1, isNew: true });
    expect(await nurse.refused('test_fax_destination', { params: target })).to.include({ code: 'destination_frozen' });
    const again = { body: { target: { number: '045-000-0299' }, reason: 'wrong_number' } } as const;
    expect(await nurse.call('freeze_fax_number', again)).to.deep.include({ isNew: false });
    const { frozen: numbers, incidents } = await nurse.call('fax_incidents', {});
    expect(numbers.map(({ number, isOurs }) => [number, isOurs])).to.deep.equal([['045-000-0299', true]]);
    expect(incidents).to.have.length(1);
    await nurse.call('lift_fax_freeze', { body: { number: '045-000-0299' } });
    const { destinations } = await nurse.call('fax_destinations', { query: { filter: 'unconfirmed' } });
    expect(destinations.find(({ id }) => id === destinationId)).to.include({ status: 'registered' });
  });

  it('names what is wrong with a number, and leaves the lifting to who froze it', async () => {
    const nurse = world.person('nurse');
    const body = { target: { number: '119' }, reason: 'complaint' } as const;
    expect(await nurse.refused('freeze_fax_number', { body })).to.include({ status: 422, code: 'number_emergency' });
    const { rows } =
      await world.ctx.db.query(`insert into association (id, code, name, spoken_name, caller_number, created_at)
      values ('as_${'0'.repeat(26)}', 'other', '隣', '隣', '+81450000777', now()) returning id`);
    await world.ctx.db.query('insert into frozen_fax_number (e164, frozen_at, association_id) values ($1, now(), $2)', [
      '+81450000299',
      rows[0].id,
    ]);
    await world.ctx.db.query(`update fax_destination set status = 'frozen' where id = $1`, [destinationId]);
    const lift = { body: { number: '045-000-0299' } };
    expect(await nurse.refused('lift_fax_freeze', lift)).to.include({ status: 403, code: 'freeze_of_others' });
    const stranger = world.person('nurse', { associationId: rows[0].id });
    expect(await stranger.refused('test_fax_destination', { params: { destinationId } })).to.include({
      code: 'not_found',
    });
    expect(await stranger.refused('sent_fax', { params: { faxId: await fax('failed') } })).to.include({
      code: 'not_found',
    });
    expect((await stranger.call('sent_faxes', { query: {} })).faxes).to.deep.equal([]);
    expect((await stranger.call('fax_destinations', { query: {} })).destinations).to.deep.equal([]);
    expect((await stranger.call('received_faxes', { query: {} })).faxes).to.deep.equal([]);
  });

  for (const [name, text, index] of [
    ['all that were sent', sentFaxesText('all'), 'fax_by_time'],
    ['those under way', sentFaxesText('under_way'), 'fax_under_way'],
    ['those that failed', sentFaxesText('failed'), 'fax_failed_by_time'],
    ['those received', receivedFaxesText, 'received_fax_by_time'],
  ] as const)
    it(`finds ${name} by an index of their own`, async () => {
      const client = await world.ctx.db.connect();
      try {
        await client.query('begin; set local enable_seqscan = off; set local enable_sort = off');
        const { rows } = await client.query<{ 'QUERY PLAN': string }>(`explain ${text}`, [
          ...[world.associationId, null, null, 31],
        ]);
        expect(rows.map((row) => row['QUERY PLAN']).join('\n')).to.include(index);
      } finally {
        await client.query('rollback');
        client.release();
      }
    });

  it('takes a number off the list: nothing goes there, and coming back begins with two persons and a test', async () => {
    const clerk = world.person('clerk');
    const { destinations } = await clerk.call('fax_destinations', { query: { filter: 'all' } });
    const { id, number } = destinations.find(({ status }) => status !== 'frozen')!;
    const params = { destinationId: id };
    const foreign = world.person('clerk', { associationId: 'as_other' });
    expect(await foreign.refused('retire_fax_destination', { params })).to.include({ status: 404 });
    expect(await world.person('auditor').refused('retire_fax_destination', { params })).to.include({ status: 403 });
    await clerk.call('retire_fax_destination', { params });
    await clerk.call('retire_fax_destination', { params });
    const left = await clerk.call('fax_destinations', { query: { filter: 'all' } });
    expect(left.destinations.map((one) => one.id)).not.to.include(id);
    const { rows } = await world.ctx.db.query(
      `select actor from audit_entry where chain_id = $1 and kind = 'destination_retired'`,
      [id],
    );
    expect(rows, number).to.deep.equal([{ actor: `operator:${clerk.staff.id}` }]);
    expect(await clerk.refused('test_fax_destination', { params })).to.include({ status: 404 });
    await expectSoundLog(world.ctx.db, world.ctx.clock, world.associationId);
  });

  it('decides by the hub’s doctor what a record too long for a sealed page becomes, in the log', async () => {
    const doctor = world.person('hub_doctor');
    const now = async () => (await doctor.call('fax_policy', {})).sealedTooLong;
    expect(await now()).to.equal('spoken');
    const body = { sealedTooLong: 'pseudonymous' as const };
    expect(await world.person('clerk').refused('set_fax_policy', { body })).to.include({ status: 403 });
    for (let turn = 0; turn < 2; turn++) await doctor.call('set_fax_policy', { body });
    expect(await now()).to.equal('pseudonymous');
    const { rows } = await world.ctx.db.query(`select actor, data from audit_entry where kind = 'sealed_too_long_set'`);
    expect(rows).to.deep.equal([
      { actor: `operator:${doctor.staff.id}`, data: { before: 'spoken', after: 'pseudonymous' } },
    ]);
    await doctor.call('set_fax_policy', { body: { sealedTooLong: 'spoken' } });
  });

  it('is worked in the browser: what failed says what to do, a number is proposed, a complaint is taken', async function () {
    this.timeout(180_000);
    const failed = await fax('failed');
    const chromium = await openBrowser(world);
    try {
      const nurse = world.person('nurse');
      await world.ctx.db.query(
        `insert into staff (id, association_id, name, role, created_at) values ($1, $2, '看護 一郎', 'nurse', now())`,
        [nurse.staff.id, world.associationId],
      );
      const page = await chromium.pageOf(nurse);
      const open = async (path: string): Promise<void> => {
        await page.goto(world.url + path);
        await page.getByRole('heading', { level: 1 }).waitFor();
      };
      await open('/fax');
      await page
        .getByRole('row', { name: /届かなかった/ })
        .first()
        .waitFor();
      await expectAccessible(page);
      await open(`/fax/sent/${failed}`);
      await page.getByText('相手に電話し、出た紙を破棄してもらってから').waitFor();
      await expectAccessible(page);
      await open('/fax/received');
      await page.getByText('受信したファックスはありません。').waitFor();
      await expectAccessible(page);
      await open('/fax/destinations');
      await page.getByText('ファックスでは送らず、電話で読み上げる').waitFor();
      const listed = await page.getByRole('button', { name: /を廃止する$/ }).count();
      await page
        .getByRole('button', { name: /を廃止する$/ })
        .last()
        .press('Enter');
      await page.getByText('一覧から外します').waitFor();
      await expectAccessible(page);
      await page.getByRole('button', { name: '廃止する', exact: true }).press('Enter');
      await page.getByText('一覧から外します').waitFor({ state: 'hidden' });
      await page.waitForFunction(
        `document.querySelectorAll('button[aria-label$="を廃止する"]').length === ${listed - 1}`,
      );
      await page.getByRole('button', { name: '送信先を登録する' }).click();
      await page.getByLabel('持ち主の名前かコード').fill('病院');
      await page.getByRole('group', { name: '持ち主を選んでください' }).getByRole('button').first().click();
      await page.getByRole('textbox', { name: '番号' }).fill('119');
      await page.getByRole('button', { name: '登録を提案する' }).click();
      await page.getByText('110や119などの番号は登録できません。').waitFor();
      await page.getByRole('textbox', { name: '番号' }).fill('045-000-0288');
      await expectAccessible(page);
      await page.getByRole('button', { name: '登録を提案する' }).click();
      await page.getByText('提案しました。ほかの人が番号を確かめると登録されます。').waitFor();
      await open('/fax/incidents');
      await page.getByRole('button', { name: '誤送信の申し出を受けた' }).click();
      await page.getByLabel('ファックス番号').fill('045-000-0287');
      await expectAccessible(page);
      await page.getByRole('button', { name: 'すぐ停止する' }).click();
      await page.getByText('停止しました。').waitFor();
      await page.getByRole('button', { name: '戻る' }).first().click();
      await page.getByRole('row', { name: /045-000-0287/ }).waitFor();
      await expectAccessible(page);
      expect(chromium.problems.filter((problem) => !problem.includes('422'))).to.deep.equal([]);
    } finally {
      await chromium.close();
    }
  });
});
