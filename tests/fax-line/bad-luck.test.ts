import { expect } from 'chai';
import { inTransaction } from '../../src/db.ts';
import { queueFax } from '../../src/fax/actions.ts';
import { encodeTiff } from '../../src/imaging/tiff.ts';
import { giveFax, recordScene } from '../support/record-scene.ts';
import { openBusyExchange } from './busy-exchange.ts';
import { efaxAnswers } from './efax.ts';
import { type HubLine, openHubLine } from './hub-line.ts';
import { until } from './modems.ts';
import { scribbled } from './scribbled.ts';

describe('a page that has bad luck on a real line', function () {
  this.timeout(320_000);
  let line: HubLine;

  before(async () => {
    line = await openHubLine(1);
    const { world, inbox } = line;
    const { attending } = await recordScene(world);
    const destinationId = await giveFax(world, attending, '+81450001234');
    const document = await encodeTiff([scribbled(1500)]);
    const fax = { associationId: world.town.associationId, destinationId, document, pages: 1 } as const;
    await inTransaction(world.db, (tx) =>
      queueFax(tx, inbox.ctx, { ...fax, purpose: 'form', subjectId: null, at: world.now() }),
    );
  });
  afterEach(async function () {
    if (this.currentTest?.state === 'failed') await line.tells(this.currentTest.err);
  });
  after(() => line.close());

  let attempts = 0;
  /** Why the next attempt failed. */
  const failed = async (): Promise<object> => {
    attempts++;
    return line.waits(`attempt ${attempts} has failed`, 280, async () => {
      const [fax] = await line.rows('select status, attempt, failure from fax');
      const isOver = fax?.status === 'queued' || fax?.status === 'failed';
      return isOver && fax.attempt === attempts ? (fax.failure as object) : null;
    });
  };
  /** Another page is on the line. efax keeps what it says until a call is over, so the hub's side is asked. */
  async function inThePage(before: number): Promise<void> {
    await until('the page has begun', 60, async () => (await line.hub.pagesBegun()) > before);
  }
  /** The time of the next attempt comes at once. */
  const isNext = () => line.world.passes({ minutes: 6 });

  it('finds the machine busy', async () => {
    await line.far.pullOut();
    const exchange = await openBusyExchange(line.far.port);
    expect(await failed()).to.include({ class: 'busy', retryable: true });
    await exchange.close();
    await line.far.plugIn();
  });

  it('finds nobody who answers', async () => {
    await isNext();
    expect(await failed()).to.include({ class: 'no_answer', retryable: true });
  });

  it('is cut when the other machine is switched off', async () => {
    const machine = await efaxAnswers(line.bench, line.far);
    const before = await line.hub.pagesBegun();
    await isNext();
    const cut = failed();
    await inThePage(before);
    await machine.end();
    await line.far.hangUp();
    expect(await cut).to.include({ class: 'dropped', retryable: true });
  });

  it('is cut when the line goes silent', async () => {
    const machine = await efaxAnswers(line.bench, line.far);
    const before = await line.hub.pagesBegun();
    await isNext();
    const cut = failed();
    await inThePage(before);
    await line.far.pullOut();
    expect(await cut).to.include({ class: 'dropped', retryable: true });
    await machine.end();
    expect(await line.rows('select status, is_resend from fax')).to.deep.equal([{ status: 'queued', is_resend: true }]);
  });
});
