import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect } from 'chai';
import { endChildren, startChild } from '../support/processes.ts';

describe('npm run demo', function () {
  this.timeout(600_000);
  let temporary: string;
  beforeEach(async () => {
    temporary = await mkdtemp(path.join(tmpdir(), 'kamome-demo-test-'));
  });
  afterEach(async () => {
    await endChildren();
    await rm(temporary, { recursive: true, force: true });
  });
  // What it leaves behind would be in here; and its database server would hold its own folder open.
  const leftovers = async (): Promise<string[]> =>
    (await readdir(temporary)).filter((name) => name.startsWith('kamome-'));

  it('plays one urgent call from the first ring to the hospital that said yes, then a record from paper to the tray, and exits 0', async () => {
    const pages = path.join(temporary, 'pages');
    const demo = startChild('src/simulators/demo/main.ts', { TMPDIR: temporary }, ['--pages', pages]);
    const { code } = await demo.ended(560);
    const told = demo.output();
    expect(code, told).to.equal(0);
    const inThisOrder = [
      /^00:00\.\d .*the visiting nurse rings the night number/m,
      /the attending doctor's voicemail picks up/,
      /no key was pressed, so the next doctor is brought forward/,
      /the first deputy keys 2/,
      /the second deputy keys 1/,
      /the second deputy takes the call/,
      /joined: the visiting nurse talks with the second deputy/,
      /the doctor asks for a bed/,
      /the registered hospital is full until morning/,
      /hospital \d+ takes the patient/,
      /hospital \d+ joins the conversation/,
      /the urgent call is closed/,
      /a clinic faxes the enrolment form/,
      /a card is issued/,
      /at night another doctor rings for the record/,
      /it lies in the tray of the registered machine/,
      /another clinic faxes a copy of the card/,
      /the attending doctor is told/,
    ].map((words) => told.search(words));
    expect(inThisOrder).to.deep.equal(inThisOrder.toSorted((one, other) => one - other));
    expect(Math.min(...inThisOrder)).to.be.above(0);
    expect(told.match(/^✓/gm)).to.have.length(9);
    const saved = await readdir(pages);
    expect(saved.filter((name) => name.endsWith('.png'))).to.deep.equal([
      '1-enrolment-form.png',
      '2-card.png',
      '3-record-by-phone.png',
      '4-record-by-card-copy.png',
      '5-notice.png',
    ]);
    expect(told).not.to.match(/^✗/m);
    expect(told).not.to.match(/\d{12}|\d{6}#/); // neither the card nor a PIN
    expect(await leftovers()).to.deep.equal([]);
  });

  it('stopped by Ctrl-C, tidies up after itself', async () => {
    const demo = startChild('src/simulators/demo/main.ts', { TMPDIR: temporary });
    await demo.line(/rings the night number/, 120);
    expect(await leftovers()).to.have.length(1);
    demo.signal('SIGINT');
    demo.signal('SIGINT'); // the terminal and npm both send it
    expect((await demo.ended(60)).code).to.equal(130);
    expect(await leftovers()).to.deep.equal([]);
  });
});
