/** The roster's desk on the example ward: Sunday, 22 November 2026, noon in Japan. */
import { type ConsoleWorld, openConsoleWorld, type Person } from '../support/console.ts';

const now = new Date('2026-11-22T03:00:00Z');
const timer = (handle: NodeJS.Timeout) => ({ cancel: () => clearTimeout(handle) });
export const clock = { now: () => now, after: (ms: number, task: () => void) => timer(setTimeout(task, ms)) };
export const night = { from: 1080, to: 1980 };

async function openRosterDesk() {
  const world: ConsoleWorld = await openConsoleWorld({ clock });
  const clerk: Person = world.person('clerk', { name: '事務 花子' });
  const areaId = (await clerk.call('roster_areas', {})).areas[0]!.id;
  const month = (value = '2026-12') => clerk.call('roster_month', { params: { areaId, month: value } });
  return {
    ...{ world, clerk, areaId, month },
    async nightOf(date: string) {
      const day = (await month(date.slice(0, 7))).days.find((one) => one.date === date)!;
      return day.cells.filter((cell) => cell.from === night.from).sort((a, b) => a.position - b.position);
    },
    async logged(chainId: string) {
      const { rows } = await world.ctx.db.query(
        'select kind, actor from audit_entry where chain_id = $1 order by seq',
        [chainId],
      );
      return rows as { kind: string; actor: string }[];
    },
  };
}

type RosterDesk = Awaited<ReturnType<typeof openRosterDesk>>;

/** The desk for the suite that asks for it: opened before its first test, closed after its last. */
export function useRosterDesk(): RosterDesk {
  const desk = {} as RosterDesk;
  before(async function () {
    this.timeout(120_000);
    Object.assign(desk, await openRosterDesk());
  });
  after(() => desk.world?.close());
  return desk;
}
