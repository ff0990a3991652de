/** Kamome on a real line: the inbox of a story behind HylaFAX, and a clock that keeps the time of the wall while one waits. */
import { rm } from 'node:fs/promises';
import { setCardCopyPolicy } from '../../src/disclosures/actions.ts';
import { readers } from '../../src/paper/reader/pool.ts';
import { hylafaxLine } from '../../src/providers/hylafax/line.ts';
import { type Inbox, openInbox } from '../support/fax-night.ts';
import { createWorld, type World } from '../support/world.ts';
import { type FaxMachine, openFaxMachine } from './hylafax.ts';
import { type Bench, type Modem, modemPair, openBench, until } from './modems.ts';

export const ourNumber = '05000000110';
export const clinicNumber = '0450001234';

export interface HubLine {
  bench: Bench;
  /** HylaFAX of the hub. */
  hub: FaxMachine;
  /** The modem at the other end of the line. */
  far: Modem;
  world: World;
  inbox: Inbox;
  rows(sql: string): Promise<Record<string, unknown>[]>;
  /** Kamome does what is due, as its workers do, until it is so. */
  waits<T>(what: string, seconds: number, ask: () => Promise<T | null | false | undefined>): Promise<T>;
  /** For a test that has failed: what every program said. */
  tells(error: unknown): Promise<void>;
  close(): Promise<void>;
}

/** @param at which line of this machine: files of tests run beside each other. A copy of a card brings a pseudonymous page. */
export async function openHubLine(at: number): Promise<HubLine> {
  const bench = await openBench();
  const [own, far] = await modemPair(bench, at, [ourNumber, clinicNumber]);
  const hub = await openFaxMachine(bench, 'hub', own, 2 * at);
  const world = await createWorld();
  await setCardCopyPolicy(world.ctx, world.town.associationId, 'pseudonymous');
  const inbox = await openInbox(world, hylafaxLine({ spool: hub.spool, host: hub.host }));
  return {
    ...{ bench, hub, far, world, inbox },
    rows: async (sql) => (await world.db.query(sql)).rows,
    async waits(what, seconds, ask) {
      let seen = Date.now();
      return until(what, seconds, async () => {
        const passed = Date.now() - seen;
        seen += passed;
        await world.clock.advanceTo(new Date(world.clock.now().getTime() + passed), async () => undefined);
        await inbox.sweep();
        return ask();
      });
    },
    async tells(error) {
      console.error(error);
      console.error(`${await bench.said()}\n── the hub's last sessions\n${await hub.sessions()}`);
    },
    async close() {
      await bench.close();
      for (const { tty } of [own, far]) await rm(`/dev/${tty}`, { force: true }); // the one thing outside of the folder
      inbox.close();
      await readers().close();
      await world.close();
    },
  };
}
