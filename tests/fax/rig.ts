/** What the conformance suite needs of a provider, whichever it is: to play the far end, and to be rude. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import express from 'express';
import type pg from 'pg';
import { inTransaction } from '../../src/db.ts';
import { queueFax } from '../../src/fax/actions.ts';
import type { FaxLine } from '../../src/fax/fax-line.ts';
import { sweepReceived } from '../../src/fax/receiving.ts';
import { sweepFaxes } from '../../src/fax/sending.ts';
import { faxWebhooks } from '../../src/fax/webhooks.ts';
import { createServerShell } from '../../src/http/server.ts';
import { blankPage, fine } from '../../src/imaging/bilevel.ts';
import { encodeTiff } from '../../src/imaging/tiff.ts';
import { createMetrics } from '../../src/metrics.ts';
import { type FaxWorld, faxWorld, forgetFaxes } from './support.ts';

export interface Rig {
  world: FaxWorld;
  /** Where our own door is. */
  url: string;
  /** Requests to send that the provider has seen. */
  creates(): Promise<number> | number;
  /** The next request to send is answered like a breakdown; `taken`: after it was accepted. */
  nextCreateBreaks(how: 'refused' | 'taken'): Promise<void>;
  /** What the clinic's machine does from now on. */
  machineIs(how: 'ok' | 'busy' | 'slow'): Promise<void>;
  /** Nothing that the provider wants to tell arrives. */
  newsIsLost(): Promise<void>;
  /** References of the faxes that came out at the clinic. */
  tray(): Promise<(string | null)[]>;
  /** A number for which the provider invents a failure that is in no table; null: `failsStrangely` does it. */
  strangeNumber: string | null;
  /** The fax under way fails for a reason that is in no table. */
  failsStrangely(): Promise<void>;
  somebodyFaxes(): Promise<void>;
  /** So many tries to fetch the received page fail. */
  fetchFails(times: number): Promise<void>;
  /** The provider keeps nothing (unread) of what we received. */
  isEmptyThere(): Promise<boolean>;
  /** Lets what is under way come to rest. */
  idle(): Promise<void>;
  close(): Promise<void>;
}

export interface Base {
  world: FaxWorld;
  url: string;
  stop(): Promise<void>;
}

/** Our own side: a database, a clock, the routes on a port of their own. */
export async function openBase(db: pg.Pool, lineOf: (url: string, now: () => Date) => FaxLine): Promise<Base> {
  await forgetFaxes(db);
  await db.query('truncate fax_destination cascade');
  const outer = express();
  const server = createServer(outer);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  let now = (): Date => new Date();
  const world = await faxWorld(
    db,
    lineOf(url, () => now()),
    url,
  );
  now = () => world.clock.now();
  const shell = { log: world.ctx.log, metrics: createMetrics(), ready: async () => ({}) };
  outer.use(createServerShell(shell, (app) => app.use('/fax', faxWebhooks(world.ctx))));
  return {
    ...{ world, url },
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Does what is due until nothing is, here and there. */
export async function comesToRest(rig: Pick<Rig, 'world' | 'idle'>): Promise<void> {
  for (let rounds = 0; rounds < 30; rounds++) {
    await rig.idle();
    const done = (await sweepFaxes(rig.world.ctx)) + (await sweepReceived(rig.world.ctx));
    if (done === 0) return rig.idle();
  }
}

/** Moves the clock in small steps, so that neither side overtakes the other. */
export async function passes(rig: Rig, seconds: number, step = 2): Promise<void> {
  const { clock } = rig.world;
  const end = clock.now().getTime() + seconds * 1000;
  await comesToRest(rig);
  while (clock.now().getTime() < end) {
    const next = new Date(Math.min(end, clock.now().getTime() + step * 1000));
    await clock.advanceTo(next, () => rig.idle());
    await comesToRest(rig);
  }
}

/** Two pages, as our own makes them. */
export const twoPages = (): Promise<Uint8Array> => encodeTiff([blankPage(1728, 400, fine), blankPage(1728, 300, fine)]);

export async function queueTwoPages(world: FaxWorld, destinationId: string): Promise<string> {
  const document = await twoPages();
  const { associationId, ctx } = world;
  const queued = await inTransaction(ctx.db, (tx) =>
    queueFax(tx, ctx, {
      ...{
        associationId,
        destinationId,
        document,
        pages: 2,
        purpose: 'record',
        subjectId: null,
        at: world.clock.now(),
      },
    }),
  );
  if ('refused' in queued) throw new Error(queued.refused);
  return queued.queued;
}
