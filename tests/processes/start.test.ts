import { expect } from 'chai';
import { type Child, type DataFolder, dataFolder, endChildren, startChild, until } from '../support/processes.ts';
import { accepts, callerRings, type Town, townOn } from './people.ts';

const number = '+815000000100';
/** P001 of the example: attending 鴎野, mobile and clinic. */
const card = '543274497068';
const mobile = '+819000000101';

/** 磯村 of the example, first deputy of P001; his PIN stands in the example's README. */
const doctor = { phone: '+819000000102', code: '815602', pin: '252016', fax: '+81450000402' };
const birthDate = '19400301';

interface Received {
  state: string;
  tiff: string;
  pages: unknown[];
}

/** Asks for the record by telephone, and waits for it in the tray of the doctor's clinic. */
async function recordIntoTheTray(town: Town, printed: string): Promise<Received> {
  const faxHouse = /^fax house: (\S+?)\/ /m.exec(printed)?.[1] ?? '';
  const call = await town.exchange.dial(doctor.phone, number);
  const keys = [
    [/119番/, '2'],
    [/登録医コード/, doctor.code],
    [/暗証番号とシャープ/, `${doctor.pin}#`],
    [/12けた/, card],
    [/生年月日/, birthDate],
    [/理由を押してください/, '1'],
    [/末尾0 4 0 2のファクスは1/, '1'],
  ] as const;
  for (const [words, digits] of keys) {
    await town.hears(call, words, 30);
    await town.exchange.press(call, digits);
  }
  await town.hears(call, /記録をお送りします/, 30);
  const received = await until('the page to be in the tray', 60, async () => {
    const answer = await fetch(`${faxHouse}/faxhouse/numbers/${encodeURIComponent(doctor.fax)}/received`);
    return ((await answer.json()) as Received[])[0];
  });
  return { ...received, tiff: `${faxHouse}${received.tiff}` };
}

describe('npm start', function () {
  this.timeout(180_000);
  let folder: DataFolder;
  before(async () => {
    folder = await dataFolder();
  });
  afterEach(endChildren);
  after(async () => expect(await folder.discard(), 'jobs that were looked at').to.be.above(2));

  const start = (more: Record<string, string> = {}): Child =>
    startChild('src/start.ts', {
      KAMOME_DATA: folder.path,
      PORT: '0',
      EXCHANGE_PORT: '0',
      FAXHOUSE_PORT: '0',
      CONSOLE_PORT: '0',
      ...more,
    });
  const addressIn = async (child: Child): Promise<string> =>
    (await child.line(/^ready (http:\/\/127\.0\.0\.1:\d+)$/, 90))[1] ?? '';

  it('says where to try it and that it begins with the example, is ready, takes a call, and ends in order', async () => {
    const system = start();
    const url = await addressIn(system);
    await folder.keepJobs();
    const lines = system.output().trim().split('\n');
    expect(lines.slice(0, 2).join('\n')).to.match(/try it: http:\/\/127\.0\.0\.1:\d+\//);
    expect(lines.filter((line) => line.startsWith('ready '))).to.deep.equal([lines.at(-1)]);
    expect(system.output()).to.match(/the database is empty: beginning with the example ward/);
    const [, consoleUrl = '', invitation] =
      /^console: (\S+)\/ .*\n.*(http:\/\/localhost:\d+\/invitation#\S+)$/m.exec(system.output()) ?? [];
    expect(invitation).to.include(`${consoleUrl}/invitation#`);
    expect((await fetch(`${consoleUrl}/api/me`)).status).to.equal(401);
    await until('the pages of the console to be built', 60, async () => {
      const page = await fetch(`${consoleUrl}/`);
      return page.ok && (await page.text()).includes('<div id="root">') ? true : undefined;
    });
    expect((await fetch(`${url}/healthz`)).status).to.equal(200);
    expect(await (await fetch(`${url}/readyz`)).json()).to.deep.include({ ready: true });
    expect(await (await fetch(`${url}/metrics`)).text()).to.match(/^kamome_http_seconds_count\{.*healthz.*\} 1$/m);

    const town = townOn(/try it: (\S+?)\/ /.exec(system.output())?.[1] ?? '');
    await town.exchange.setHabit(mobile, accepts());
    await town.ringsAbout(card, callerRings, number);
    await town.joined(callerRings, mobile, 60);

    expect((await fetch(`${url}/unseal`)).headers.get('content-security-policy')).to.match(/^default-src 'none'/);
    const fax = await recordIntoTheTray(town, system.output());
    expect(fax.state).to.equal('delivered');
    expect(fax.pages.length).to.be.at.least(1);
    const document = Buffer.from(await (await fetch(fax.tiff)).arrayBuffer());
    expect(document.subarray(0, 4).toString('latin1')).to.equal('II*\0');

    system.signal('SIGTERM');
    expect(await system.ended(90)).to.deep.equal({ code: 0, signal: null });
    expect(await folder.users()).to.deep.equal([]);
  });

  it('starts again and says nothing of an example; a second one on its folder or ports says so and ends', async () => {
    const system = start();
    const { port } = new URL(await addressIn(system));
    expect(system.output()).not.to.include('the database is empty');

    const other = await dataFolder();
    const onFolder = start();
    const onPort = start({ KAMOME_DATA: other.path, PORT: port });
    const onExchangePort = start({ KAMOME_DATA: other.path, EXCHANGE_PORT: port });
    const onFaxHousePort = start({ KAMOME_DATA: other.path, FAXHOUSE_PORT: port });
    for (const second of [onFolder, onPort, onExchangePort, onFaxHousePort]) {
      expect((await second.ended(90)).code).to.equal(1);
      expect(second.output()).not.to.match(/^ready /m);
    }
    expect(onFolder.output()).to.match(/already runs on the data folder .* as process \d+; stop it/);
    expect(onPort.output()).to.match(new RegExp(`port ${port} is taken: .* PORT`));
    expect(onExchangePort.output()).to.match(new RegExp(`port ${port} is taken: .* EXCHANGE_PORT`));
    expect(onFaxHousePort.output()).to.match(new RegExp(`port ${port} is taken: .* FAXHOUSE_PORT`));
    expect(await other.users()).to.deep.equal([]);
    await other.discard();

    system.signal('SIGINT');
    expect((await system.ended(90)).code).to.equal(0);
    expect(await folder.users()).to.deep.equal([]);
  });

  it('names all faults of the configuration at once, with their cures and without their values', async () => {
    const secret = 'short-secret';
    const wrong = { PORT: '99999', REDIS_URL: 'localhost', TWILIO_AUTH_TOKEN: secret, LOG_LEVEL: 'loud' };
    const system = start(wrong);
    expect((await system.ended(60)).code).to.equal(1);
    expect(system.output()).to.match(/has 5 faults/);
    for (const name of [...Object.keys(wrong), 'TWILIO_ACCOUNT_SID'])
      expect(system.output()).to.match(new RegExp(`^ {2}${name}: .+\\. .+\\.$`, 'm'));
    expect(system.output()).not.to.include(secret);
  });

  it('told to leave while it still starts, leaves no database server behind', async () => {
    const system = start();
    await system.line(/try it/, 60);
    system.signal('SIGTERM');
    expect((await system.ended(90)).code).to.equal(0);
    expect(await folder.users()).to.deep.equal([]);
  });
});
