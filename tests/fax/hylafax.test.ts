import { execFile } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readdir, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { expect } from 'chai';
import type pg from 'pg';
import { hylafaxLine } from '../../src/providers/hylafax/line.ts';
import { conforms } from './conformance.ts';
import { openBase, passes, type Rig, twoPages } from './rig.ts';
import { clinicFax, ourNumber } from './support.ts';

const run = promisify(execFile);
const hooks = path.resolve(import.meta.dirname, '../../src/providers/hylafax/hooks');

/**
 * A HylaFAX of a folder and a script: `sendfax` writes a q-file as the real one does, and the modem is played here. The hooks
 * are the ones that we deliver, run by the shell.
 */
const sendfax = `#!/bin/sh
cd "$(dirname "$0")"
echo x >> calls
mode=$(cat mode 2>/dev/null || true)
rm -f mode
[ "$mode" = refused ] && { echo "Can not reach server" >&2; exit 1; }
number=$(( $(cat seqf) + 1 ))
echo "$number" > seqf
tag= ; to= ; previous=
for word in "$@"; do
  case "$previous" in -i) tag=$word ;; -d) to=$word ;; esac
  previous=$word
done
printf '%s\\n' "$*" >> args
cp "$previous" "docq/doc$number.tif"
printf 'tts:0\\nstate:6\\nnpages:0\\ntotpages:2\\nexternal:%s\\njobtag:%s\\n' "$to" "$tag" > "sendq/q$number"
[ "$mode" = taken ] && exit 1
echo "request id is $number (group id $number) for host localhost (1 file)"
`;

interface HylafaxRig extends Rig {
  spool: string;
  lines(file: string): Promise<string[]>;
}

async function openRig(db: pg.Pool): Promise<HylafaxRig> {
  const spool = await mkdtemp(path.join(tmpdir(), 'kamome-hylafax-'));
  for (const folder of ['sendq', 'doneq', 'docq', 'recvq', 'kamome']) await mkdir(path.join(spool, folder));
  const at = (...parts: string[]): string => path.join(spool, ...parts);
  await writeFile(at('seqf'), '40\n');
  await writeFile(at('sendfax'), sendfax);
  await writeFile(at('faxrm'), '#!/bin/sh\necho "$*" >> "$(dirname "$0")/removed"\n');
  for (const program of ['sendfax', 'faxrm']) await chmod(at(program), 0o755);
  const commands = { sendfax: at('sendfax'), faxrm: at('faxrm') };
  const base = await openBase(db, () => hylafaxLine({ spool, host: 'localhost', commands }));
  const { world } = base;

  const begun = new Map<string, number>();
  const state = { machine: 'ok' as 'ok' | 'busy' | 'slow', isHookLost: false, failures: 0, received: 0 };
  const lines = async (file: string): Promise<string[]> =>
    (await readFile(at(file), 'utf8').catch(() => '')).split('\n').filter(Boolean);
  const hook = async (name: string, ...args: string[]): Promise<void> => {
    if (!state.isHookLost)
      await run('/bin/sh', [path.join(hooks, name), ...args], {
        env: { HYLAFAX_SPOOL: spool, PATH: process.env.PATH ?? '' },
      });
  };
  /** The job is over: the file moves to doneq as faxq does it, and the hook is called. */
  const ends = async (name: string, why: 'done' | 'failed', error = ''): Promise<void> => {
    const text = (await readFile(at('sendq', name), 'utf8')).replace('state:6', why === 'done' ? 'state:7' : 'state:8');
    const told = why === 'done' ? text.replace('npages:0', 'npages:2') : `${text}status:${error}\n`;
    await writeFile(at('sendq', name), told);
    await rename(at('sendq', name), at('doneq', name));
    await hook('notify', `doneq/${name}`, why, '0:30');
  };

  return {
    ...{ world, url: base.url, spool, lines, strangeNumber: null },
    creates: async () => (await lines('calls')).length,
    nextCreateBreaks: (how) => writeFile(at('mode'), how),
    async machineIs(how) {
      state.machine = how;
    },
    async newsIsLost() {
      state.isHookLost = true;
    },
    async tray() {
      const names = await readdir(at('doneq'));
      const jobs = await Promise.all(names.map((name) => readFile(at('doneq', name), 'utf8')));
      return jobs.filter((job) => job.includes('state:7')).map((job) => /jobtag:(.*)/.exec(job)?.[1] ?? null);
    },
    async failsStrangely() {
      const [name] = await readdir(at('sendq'));
      await ends(name ?? '', 'failed', 'The moon was wrong {E999}');
    },
    async somebodyFaxes() {
      const file = `recvq/fax${String(++state.received).padStart(8, '0')}.tif`;
      await writeFile(at(file), await twoPages());
      // A hook that was lost leaves the page in recvq: faxrcvd is run again by the administrator, or by HylaFAX's faxqclean.
      const wasLost = state.isHookLost;
      state.isHookLost = false;
      await hook('faxrcvd', file, 'ttyS0', '000000001', '', '0450000201', '', ourNumber);
      state.isHookLost = wasLost;
    },
    async fetchFails(times) {
      const { faxLine } = world.ctx;
      let left = times;
      world.ctx.faxLine = {
        ...faxLine,
        fetchMedia: async (media, limits) =>
          left-- > 0 ? { outcome: 'unavailable', code: 'EACCES' } : faxLine.fetchMedia(media, limits),
      };
    },
    async isEmptyThere() {
      const names = [...(await readdir(at('recvq'))), ...(await readdir(at('kamome')))];
      return names.length === 0;
    },
    async idle() {
      if (state.machine === 'slow') return;
      for (const name of await readdir(at('sendq'))) {
        const since = begun.get(name) ?? world.clock.now().getTime();
        begun.set(name, since);
        if (world.clock.now().getTime() - since < 15_000) continue;
        if (state.machine === 'busy') await ends(name, 'failed', 'Busy signal detected {E001}');
        else await ends(name, 'done');
      }
    },
    async close() {
      await base.stop();
      await rm(spool, { recursive: true });
    },
  };
}

conforms('HylaFAX', openRig, (given) => {
  const rig = (): HylafaxRig => given() as HylafaxRig;
  const event = (text: string, name = '1793624400-1.event'): Promise<void> =>
    writeFile(path.join(rig().spool, 'kamome', name), text);
  const received = (file: string): string =>
    `kind=received\nat=1\nfile=${file}\ncommunication=1\nerror=\nfrom=\nto=\nstation=\n`;

  it('dials as one dials in Japan, once, without a cover page or mail, under our reference only', async () => {
    const { queueTwoPages } = await import('./rig.ts');
    const id = await queueTwoPages(rig().world, (await rig().world.confirmed(1, clinicFax)).id);
    await passes(rig(), 2);
    const [args] = await rig().lines('args');
    expect(args).to.match(
      new RegExp(`^-n -D -h localhost -f kamome -i ${id}\\.1 -T 1 -t 1 -s a4 -m -d 0450000201 \\S+page\\.tif$`),
    );
  });

  it('leaves no page in the temporary folder', async () => {
    const before = (await readdir(tmpdir())).filter((name) => name.startsWith('kamome-fax-')).length;
    const { queueTwoPages } = await import('./rig.ts');
    await queueTwoPages(rig().world, (await rig().world.confirmed(1, clinicFax)).id);
    await passes(rig(), 2);
    expect((await readdir(tmpdir())).filter((name) => name.startsWith('kamome-fax-')).length).to.equal(before);
  });

  it('without a sendfax says so, and tries again: nothing has gone out', async () => {
    const line = hylafaxLine({ spool: rig().spool, host: 'h', commands: { sendfax: '/nowhere/sendfax', faxrm: 'x' } });
    const sent = await line.send({
      ...{ reference: 'fx_a.1', to: clinicFax, from: null, document: Buffer.from('x'), documentUrl: 'http://x' },
      ...{ resolution: 'fine', pace: 'usual' },
    });
    expect(sent).to.deep.include({ outcome: 'rejected' });
  });

  for (const file of ['../../etc/passwd', 'recvq/../seqf', '/etc/passwd', 'recvq/fax1.tif/../../seqf', 'docq/doc1.tif'])
    it(`reads no file that is not a page of recvq: ${file}`, async () => {
      await event(received(file));
      await passes(rig(), 10);
      expect(rig().world.received).to.have.length(0);
    });

  it('follows no link in recvq', async () => {
    await symlink(path.join(rig().spool, 'seqf'), path.join(rig().spool, 'recvq', 'fax7.tif'));
    await event(received('recvq/fax7.tif'));
    await passes(rig(), 10);
    expect(rig().world.lost.map((one) => one.code)).to.deep.equal(['wrong_place']);
  });

  it('lives with event files that are half written, empty, huge or no events', async () => {
    await event('kind=rec', '1-1.part');
    await event('', '1-2.event');
    await event('x'.repeat(10_000), '1-3.event');
    await event('no event', 'readme.txt');
    await rig().somebodyFaxes();
    await passes(rig(), 20);
    expect(rig().world.received).to.have.length(1);
  });

  it('takes what a caller calls himself as text, not as a command or a line of its own', async () => {
    const file = 'recvq/fax00000009.tif';
    await writeFile(path.join(rig().spool, file), await twoPages());
    const args = [
      path.join(hooks, 'faxrcvd'),
      file,
      'ttyS0',
      '000000009',
      '',
      '$(touch pwned)\nfile=/etc/passwd',
      '',
      ourNumber,
    ];
    await run('/bin/sh', args, {
      env: { HYLAFAX_SPOOL: rig().spool, PATH: process.env.PATH ?? '', SENDER: '`touch pwned`' },
    });
    await passes(rig(), 20);
    expect(rig().world.received).to.have.length(1);
    expect(await readdir(rig().spool)).to.not.include('pwned');
  });
});
