/** The processes of the crash run, each on wires of its own, started again by a supervisor whenever one dies. */
import { rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { type Child, startChild } from '../support/processes.ts';
import { type Cut, openWire, type Wire } from './wire.ts';

export type Role = 'gateway' | 'worker';
export const ends = ['database', 'queue', 'carrier', 'faxes'] as const;
export type End = (typeof ends)[number];

export interface Member {
  name: string;
  role: Role;
  child: Child;
  wires: Partial<Record<End, Wire>>;
  /** Ended by us, in good order: not started again by the supervisor. */
  isLeaving: boolean;
  /** Of its own HTTP; workers have none. */
  port: number | undefined;
  /** Where its program lies; another place while a release is being replaced. */
  root: string | undefined;
}

export interface Houses {
  folder: string;
  env: Record<string, string>;
  /** Where each end really listens; an end that is left out has no wire, and its address is in `env`. */
  ports: Partial<Record<End, number>>;
  /** The variable with the address, and how it is written. */
  address: Record<End, (port: number) => Record<string, string>>;
}

export interface Members {
  all: Member[];
  /** `by`: its last error, when nobody had killed it. */
  restarts: { at: number; role: Role; by: string | null }[];
  /** Waits until each of them is at work. */
  allReady(): Promise<void>;
  /** Ends one in good order and starts it again, from `root` when that is given. */
  roll(index: number, root?: string): Promise<void>;
  cut(role: Role, end: End, how: Cut): void;
  mend(): void;
  /** Puts the clock of one that runs wrong by so many seconds; 0: right again. */
  setClock(index: number, seconds: number): Promise<void>;
  close(): Promise<void>;
}

export async function startMembers(
  { folder, env, ports, address }: Houses,
  wanted: readonly { role: Role; port?: number }[],
  from?: string,
): Promise<Members> {
  let isClosing = false;
  const restarts: Members['restarts'] = [];
  const start = (member: Pick<Member, 'name' | 'role' | 'wires' | 'port' | 'root'>): Child => {
    const { name, role, wires, port, root } = member;
    const own = Object.entries(wires).map(([end, wire]) => address[end as End](wire.port));
    return startChild(
      role === 'gateway' ? 'src/main.ts' : 'workers/main.ts',
      Object.assign({}, env, ...own, {
        ...{ KAMOME_CRASH_ROLE: role, KAMOME_CRASH_NAME: name },
        ...(port ? { PORT: String(port) } : {}),
      }),
      [],
      root ? { cwd: root } : {},
    );
  };
  /** As systemd or an orchestrator does: whoever dies is started again at once. */
  const supervise = (member: Member): void => {
    const watched = member.child;
    watched.ended(86_400).then(
      ({ signal }) => {
        if (isClosing || member.isLeaving || member.child !== watched) return;
        const by =
          signal === 'SIGKILL'
            ? null
            : watched
                .output()
                .trimEnd()
                .split('\n')
                .filter((line) => !line.startsWith('{"level"'))
                .join(' | ')
                .slice(0, 600);
        restarts.push({ at: Date.now(), role: member.role, by });
        member.child = start(member);
        supervise(member);
      },
      () => undefined,
    );
  };
  async function isReady(member: Member): Promise<void> {
    const said = member.role === 'gateway' ? /gateway_ready|"event":"ready"/ : /worker_ready/;
    for (;;) {
      const { child } = member;
      const error = await child.line(said, 120).then(
        () => null,
        (fault: Error) => fault,
      );
      if (!error) return;
      await pause(200);
      if (member.child === child) throw error; // otherwise it died on its way, and was started again
    }
  }
  const all: Member[] = [];
  for (const [index, { role, port }] of wanted.entries()) {
    const wires: Member['wires'] = {};
    for (const end of ends) if (ports[end] !== undefined) wires[end] = await openWire(ports[end]);
    const parts = { name: `${role}-${index}`, role, wires, port, root: from };
    const member: Member = { ...parts, child: start(parts), isLeaving: false };
    all.push(member);
    supervise(member);
  }
  const allReady = async (): Promise<void> => void (await Promise.all(all.map(isReady)));
  await allReady();
  return {
    ...{ all, restarts, allReady },
    async roll(index, root) {
      const member = all[index]!;
      member.isLeaving = true;
      member.child.signal('SIGTERM');
      await member.child.ended(60);
      member.root = root ?? member.root;
      member.child = start(member);
      member.isLeaving = false;
      supervise(member);
      await isReady(member);
    },
    cut(role, end, how) {
      for (const member of all) if (member.role === role) member.wires[end]?.cut(how);
    },
    mend() {
      for (const { wires } of all) for (const wire of Object.values(wires)) wire.mend();
    },
    async setClock(index, seconds) {
      const file = path.join(folder, `clock-${all[index]!.name}`);
      if (seconds === 0) await rm(file, { force: true });
      else await writeFile(file, String(seconds * 1000));
    },
    async close() {
      isClosing = true;
      await Promise.all(all.map(({ child }) => child.kill().catch(() => undefined)));
      await Promise.all(all.flatMap(({ wires }) => Object.values(wires).map((wire) => wire.close())));
    },
  };
}
