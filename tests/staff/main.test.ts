import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect } from 'chai';
import { invited } from '../../src/staff/actions.ts';
import { StaffWorld } from './support.ts';

const root = path.resolve(import.meta.dirname, '../..');

describe('npm run staff', function () {
  this.timeout(120_000);
  let world: StaffWorld;
  let folder: string;
  before(async () => {
    world = await StaffWorld.open();
    folder = await mkdtemp(path.join(tmpdir(), 'kamome-staff-'));
  });
  after(async () => {
    await world?.database.drop();
    await rm(folder, { recursive: true, force: true });
  });

  const run = (...args: string[]): Promise<{ code: number; out: string; err: string }> =>
    new Promise((resolve) => {
      const env = {
        ...{ PATH: process.env.PATH ?? '', DATABASE_URL: world.database.url, KAMOME_DATA: folder },
        CONSOLE_BASE_URL: 'https://desk.example.jp',
      };
      const command = ['--import', 'tsx', 'src/staff/main.ts', ...args];
      const child = execFile(process.execPath, command, { cwd: root, env }, (_, out, err) =>
        resolve({ code: child.exitCode ?? -1, out, err }),
      );
    });

  it('invites somebody by a link of the console’s own address, and lists him', async () => {
    const made = await run('invite', '--role', 'nurse', '--name', '看護 花子');
    expect([made.code, made.err]).to.deep.equal([0, '']);
    const [, token = ''] = /https:\/\/desk\.example\.jp\/invitation#([\w-]{43})/.exec(made.out) ?? [];
    const at = { now: () => new Date() };
    const staff = await invited({ ...world.ctx, clock: at }, token);
    expect(staff).to.include({ name: '看護 花子', role: 'nurse' });
    expect((await run('list')).out).to.match(/op_\w+ {2}看護 花子 {2}看護師・保健師 nurse {2}招待中 invited/);
    const stopped = await run('stop', staff?.id ?? '');
    expect(stopped.code).to.equal(0);
    expect(await invited({ ...world.ctx, clock: at }, token)).to.equal(null);
    expect((await world.log(staff?.id ?? '')).map(({ kind, actor }) => [kind, actor])).to.deep.equal([
      ...[
        ['staff_invited', 'command_line'],
        ['staff_changed', 'command_line'],
      ],
    ]);
  });

  it('says how it is used, and that nobody of that id is here', async () => {
    const wrong = await run('invite', '--role', 'king', '--name', 'x');
    expect(wrong.code).to.equal(1);
    expect(wrong.err).to.match(/npm run staff/);
    expect((await run('reset', 'op_nobody')).err).to.match(/there is no such account/);
  });
});
