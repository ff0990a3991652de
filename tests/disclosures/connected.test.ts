import { randomBytes } from 'node:crypto';
import { expect } from 'chai';
import { connectRelease } from '../../src/disclosures/connect.ts';
import type { ReleaseTools } from '../../src/disclosures/context.ts';
import { openPageMaker, type PageMaker } from '../../src/pages/maker.ts';
import { serialiseContent } from '../../src/records/record.ts';
import { reportLost } from '../../src/vault/actions.ts';
import { LogWorld } from '../audit/log-builder.ts';
import { mulberry } from '../support/chance.ts';
import { freshDatabase, type TestDatabase } from '../support/postgres.ts';
import { sampleContent } from '../support/release-tools.ts';
import { doing, VaultWorld } from '../vault/support.ts';

describe('releases over the real vault and the real pages', () => {
  let database: TestDatabase;
  let world: VaultWorld;
  let tools: ReleaseTools;
  let maker: PageMaker;
  before(async () => {
    database = await freshDatabase();
    world = await new VaultWorld(database.pool).open();
    maker = openPageMaker();
    const { clock, ids, pepper, caseKey, night } = world;
    tools = connectRelease({
      ...{ db: database.pool, clock, ids, pepper, caseKey, cards: night.cards, random: randomBytes, maker },
      ...{ publicBaseUrl: 'https://kamome.example', wakeFax: () => undefined },
    });
  });
  after(async () => {
    maker.close();
    await database.drop();
  });

  const text = (): string => Buffer.from(serialiseContent(sampleContent())).toString();

  it('opens the record behind a card, with a key that opens this version and no other', async () => {
    const { patientId, card } = await world.enrolled(text());
    const other = await world.enrolled(text());
    const opening = await tools.vault.openByCard(world.associationId, card.number);
    expect(opening.card).to.include({ patientId, version: 1 });
    const { content } = await tools.vault.openVersion(world.associationId, opening.card, opening.dataKey);
    expect(content.registration.birth).to.equal('1940-03-01');
    const elsewhere = { ...opening.card!, patientId: other.patientId };
    expect(await failure(() => tools.vault.openVersion(world.associationId, elsewhere, opening.dataKey))).to.match(
      /Vault/,
    );
  });

  it('gives nobody’s card a key of its own and a decoy to read, and remembers the number only by its derivation', async () => {
    const { card } = await world.enrolled(text());
    const unknown = await tools.vault.openByCard(world.associationId, unknownCard);
    const again = await tools.vault.openByCard(world.associationId, unknownCard);
    expect(unknown).to.include({ card: null, isRevoked: false });
    expect(unknown.dataKey.equals(again.dataKey)).to.equal(false);
    expect(unknown.cardTag)
      .to.equal(again.cardTag)
      .and.match(/^[0-9a-f]{32}$/);
    expect(unknown.cardTag).not.to.equal((await tools.vault.openByCard(world.associationId, card.number)).cardTag);
    const { content } = await tools.vault.openVersion(world.associationId, null, unknown.dataKey);
    expect(content.registration.birth).to.equal('1873-01-01');
  });

  it('sends a lost card to the hub', async () => {
    const { patientId, card } = await world.enrolled(text());
    await world.inTransaction((tx) =>
      reportLost(tx, world.night, { associationId: world.associationId, patientId, ...doing }),
    );
    const opening = await tools.vault.openByCard(world.associationId, card.number);
    expect(opening).to.include({ card: null, isRevoked: true });
  });

  for (const form of ['full', 'pseudonymous', 'sealed'] as const)
    it(`draws the ${form} page as a fax`, async () => {
      const drawn = await tools.pages.record({
        ...{ form, content: sampleContent(), confirmedAt: world.clock.now(), version: 1, cardNumber: '512345678990' },
        ...{ secret: form === 'sealed' ? '1234567890123456' : null, disclosureId: world.ids.next('ds') },
        ...{ requestedBy: { doctor: '夜 医師', facility: '夜の医院', faxLastFour: '1234' }, isHospital: false },
        ...{
          issuer: { name: '見本市医師会', misdirectionPhone: '+81450000000' },
          isAlarmed: false,
          at: world.clock.now(),
        },
      });
      expect(Buffer.from(drawn.document).subarray(0, 2).toString()).to.equal('II');
      expect(drawn.pages).to.be.within(1, 3);
      expect(drawn.document.length).to.be.above(5000);
    });

  it('knows before the disclosure whether a sealed page holds a record, and is right about the longest that it takes', async () => {
    const issuer = { name: '見本市医師会', misdirectionPhone: '+81450000000' };
    const at = world.clock.now();
    const chance = mulberry(17);
    const kanji = (length: number): string =>
      String.fromCodePoint(...Array.from({ length }, () => 0x4e00 + Math.floor(chance() * 5000)));
    const drugs = Array.from({ length: 60 }, () => ({
      ...{ name: kanji(30), dose: kanji(8), usage: kanji(12), changedOn: null },
      ...{ isNarcotic: false, isHandEntered: true, code: null },
    }));
    const withDrugs = (count: number) => {
      const content = sampleContent();
      content.record.meds = { state: 'present', items: drugs.slice(0, count) };
      return content;
    };
    const fits = (count: number) =>
      tools.pages.fitsSealed({ content: withDrugs(count), isHospital: false, issuer, at });
    let most = 0;
    while (most < 60 && (await fits(most + 1))) most++;
    expect(most).to.be.within(3, 59);
    const doctor = kanji(20);
    const drawn = await tools.pages.record({
      ...{ form: 'sealed', content: withDrugs(most), confirmedAt: at, version: 12, cardNumber: '512345678990', issuer },
      ...{ secret: '1234567890123456', disclosureId: world.ids.next('ds'), isHospital: false, isAlarmed: true, at },
      requestedBy: { doctor, facility: kanji(30), faxLastFour: '1234' },
    });
    expect(drawn.pages).to.equal(1);
  });

  it('keeps the key of a case while it is open, and gives it for this patient only', async () => {
    const { associationId } = world;
    const { patientId, card } = await world.enrolled(text());
    const other = await world.enrolled(text());
    const caseId = await new LogWorld(database.pool).case(associationId);
    const about = { associationId, caseId, patientId };
    const derived = await world.night.cards.derive(card.number);
    expect(await tools.vault.openForCase(database.pool, about)).to.equal(null);
    const foreign = await world.night.cards.derive(other.card.number);
    expect(await tools.vault.keepForCase(about, foreign)).to.equal(null);
    expect(await tools.vault.keepForCase(about, derived)).to.equal('kept');
    const { dataKey } = await tools.vault.openByCard(associationId, card.number);
    const content = sampleContent();
    expect(await tools.vault.openForCase(database.pool, about)).to.deep.equal({ version: 1, dataKey, content });
    await database.pool.query(`update urgent_call set status = 'closed', due_at = null where id = $1`, [caseId]);
    expect(await tools.vault.openForCase(database.pool, about)).to.equal(null);
    expect(await tools.vault.keepForCase(about, derived)).to.equal(null);
  });

  it('draws a notice and every refusal that is told on paper', async () => {
    const issuer = { name: '見本市医師会', misdirectionPhone: '+81450000000' };
    const at = world.clock.now();
    const disclosure = { id: world.ids.next('ds'), reason: 'visit', form: 'full', isBreakGlass: true, at } as const;
    const notice = await tools.pages.notice({ patientCode: 'P001', requester: '夜 医師', issuer, disclosure });
    expect(notice.pages).to.equal(1);
    for (const reason of [
      'serial_unknown',
      'serial_used',
      'not_confirmed',
      'card_revoked',
      'form_incomplete',
      'locked',
    ]) {
      const refusal = await tools.pages.refusal({
        reason,
        reference: world.ids.next('rq'),
        at,
        isAlarmed: true,
        issuer,
      });
      expect(refusal.pages, reason).to.equal(1);
    }
  });
});

const unknownCard = '800000000012';

const failure = (work: () => Promise<unknown>): Promise<string> =>
  work().then(
    () => 'no failure',
    (error: Error) => error.name,
  );
