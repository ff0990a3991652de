import { expect } from 'chai';
import { drawCard } from '../support/card-copy.ts';
import { mulberry } from '../support/chance.ts';
import { blankForms, tickForm } from '../support/filled-form.ts';
import { lay } from '../support/lay.ts';
import { recordScene } from '../support/record-scene.ts';
import { efaxSends } from './efax.ts';
import { type HubLine, openHubLine, ourNumber } from './hub-line.ts';
import { until } from './modems.ts';
import { scribbled } from './scribbled.ts';

/** More than the part with the card has: the lines below it are dense. */
const cardBytes = 40_000;

describe('an old fax machine without error correction, on a real line', function () {
  this.timeout(300_000);
  let line: HubLine;
  let card: string;

  before(async () => {
    line = await openHubLine(2);
    ({ card } = (await recordScene(line.world)).patient);
  });
  afterEach(async function () {
    if (this.currentTest?.state === 'failed') await line.tells(this.currentTest.err);
  });
  after(() => line.close());

  /** The item of the newest page, once it has been acted on. */
  const item = (ofPage: number) =>
    line.waits('the page is read', 180, async () => {
      const items = await line.rows(
        `select kind, inbox_item.status, reason, is_partial from inbox_item join received_fax on received_fax.id = received_fax_id
        where inbox_item.status <> 'arrived' order by inbox_item.received_at`,
      );
      return items[ofPage - 1];
    });

  it('brings a form to the desk', async () => {
    const sheet = tickForm((await blankForms()).enrolment, 'enrolment', ['reg_kind=new', 'consent_to=yes']);
    const machine = await efaxSends(line.bench, line.far, ourNumber, sheet);
    expect(await item(1)).to.deep.equal({
      kind: 'enrolment',
      status: 'waiting',
      reason: 'to_enrol',
      is_partial: false,
    });
    expect(await machine.ended).to.equal(0);
    expect(await line.hub.sessions()).to.match(/page 1 in .* 1-D MH/); // with error correction it would be MMR
  });

  it('brings nothing back for a copy of a card when the line is cut below it, however well the card is read', async () => {
    const machine = await efaxSends(
      line.bench,
      line.far,
      ourNumber,
      lay(drawCard(card, mulberry(1)), scribbled(9000), 480, 100),
    );
    await until('the card has gone over', 90, async () => (await line.hub.receivedBytes()) > cardBytes);
    await machine.end();
    await line.far.hangUp();
    expect(await item(2)).to.deep.equal({ kind: 'card_copy', status: 'waiting', reason: 'partial', is_partial: true });
    expect(await line.rows('select 1 from disclosure')).to.deep.equal([]);
  });
});
