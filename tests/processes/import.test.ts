import { expect } from 'chai';
import { exampleCopy, type Folder } from '../lists/support.ts';
import { type Child, type DataFolder, dataFolder, endChildren, startChild } from '../support/processes.ts';
import { callerRings, ringsOn, townOn } from './people.ts';

/** Two doctors of the example's first area (藤棚, key 1), with their mobiles. */
const before = { code: '237041', mobile: '+819000000103' };
const afterwards = { code: '555426', mobile: '+819000000105' };

describe('npm run import beside the running system', function () {
  this.timeout(240_000);
  let folder: DataFolder;
  let lists: Folder;
  let system: Child;
  beforeEach(async () => {
    [folder, lists] = await Promise.all([dataFolder(), exampleCopy()]);
    system = startChild('src/start.ts', {
      KAMOME_DATA: folder.path,
      PORT: '0',
      EXCHANGE_PORT: '0',
      FAXHOUSE_PORT: '0',
      CONSOLE_PORT: '0',
    });
    await system.line(/^ready /, 90);
    await folder.keepJobs();
  });
  afterEach(async () => {
    await endChildren();
    await Promise.all([folder.discard(), lists.discard()]);
  });

  /** Makes one doctor the only one on duty in the area, at any hour of any date. */
  async function importRosterOf(code: string): Promise<void> {
    const others = (await lists.read('roster.csv')).split('\n').filter((line) => !line.startsWith('藤棚,'));
    const [heading, ...rest] = others;
    await lists.write(
      'roster.csv',
      [heading, `藤棚,${code},1,毎日祝日年末年始お盆,,,,00:00-24:00`, ...rest].join('\n'),
    );
    const command = startChild('src/lists/main.ts', { KAMOME_DATA: folder.path }, [lists.path]);
    expect((await command.ended(90)).code, command.output()).to.equal(0);
  }

  it('changes whom the next step of a call that is already hunting rings', async () => {
    const town = townOn(/try it: (\S+?)\/ /.exec(system.output())?.[1] ?? '');
    for (const { mobile } of [before, afterwards]) await town.exchange.setHabit(mobile, ringsOn);
    await importRosterOf(before.code);
    const id = await town.exchange.dial(callerRings, '+815000000100');
    await town.hears(id, /119番/, 30);
    await town.exchange.press(id, '1');
    await town.hears(id, /12けた/, 30);
    await town.exchange.press(id, '0#');
    await town.hears(id, /お住まいの地区/, 30);
    await town.exchange.press(id, '1');
    await town.rung(before.mobile, 30);
    expect(await town.calls(afterwards.mobile)).to.have.length(0);
    await importRosterOf(afterwards.code);
    await town.rung(afterwards.mobile, 60);
  });
});
