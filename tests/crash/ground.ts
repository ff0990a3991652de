/** What the crash run stands on: a PostgreSQL with fsync on a disk that can be filled, and the town's data in it. */
import { randomBytes } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type pg from 'pg';
import { giveTo } from '../../src/embedded/account.ts';
import {
  createCluster,
  openCluster,
  runningPort,
  startCluster,
  stopCluster,
  superuser,
} from '../../src/embedded/cluster.ts';
import { createCardDeriver } from '../../src/lib/card.ts';
import { systemClock } from '../../src/lib/clock.ts';
import { randomIds } from '../../src/lib/ids.ts';
import { importFolder } from '../../src/lists/actions.ts';
import { enlivenExample } from '../../src/simulators/town/example.ts';
import { pepperIdOf } from '../../src/vault/actions.ts';
import type { loadHubCertificate } from '../../src/vault/hub.ts';
import { testCard } from '../support/town.ts';
import { openSmallDisk, type SmallDisk } from './small-disk.ts';

const root = path.resolve(import.meta.dirname, '../..');
export const exampleFolder = path.join(root, 'config/examples/nishi');
const diskMegabytes = 800;

export interface Ground {
  url: string;
  port: number;
  /** Null: nobody may mount one here. */
  disk: SmallDisk | null;
  stop(mode: 'fast' | 'immediate'): Promise<void>;
  start(): Promise<void>;
  /** Does the server run? */
  isUp(): Promise<boolean>;
  close(): Promise<void>;
}

export async function openGround(folder: string): Promise<Ground> {
  const home = path.join(folder, 'postgres');
  const disk = await openSmallDisk(home, diskMegabytes);
  if (!disk) await mkdir(home);
  const cluster = await openCluster(path.join(home, 'data'), path.join(folder, 'postgres.log'));
  await giveTo(cluster.account, folder);
  await giveTo(cluster.account, home);
  await createCluster(cluster, null);
  const settings = { max_connections: '300', shared_buffers: '64MB', max_wal_size: '128MB', log_min_messages: 'fatal' };
  const port = await startCluster(cluster, settings);
  return {
    ...{ url: `postgresql://${superuser}@127.0.0.1:${port}/postgres`, port, disk },
    stop: (mode) => stopCluster(cluster, mode),
    isUp: async () => (await runningPort(cluster)) !== null,
    async start() {
      // As systemd does: it may need several tries while the disk is full or its recovery runs.
      for (let tries = 1; ; tries++) {
        try {
          return void (await startCluster(cluster, { ...settings, port: String(port) }));
        } catch (error) {
          if (tries >= 30) throw error;
          await pause(1000);
        }
      }
    },
    async close() {
      await disk?.free();
      await stopCluster(cluster, 'immediate').catch(() => undefined); // it may be away already
      await disk?.close();
    },
  };
}

/** The example ward with its records and fax numbers. @returns its association. */
export async function furnish(
  db: pg.Pool,
  hub: ReturnType<typeof loadHubCertificate>,
  { caseKey, searchKey }: { caseKey: Buffer; searchKey: Buffer },
): Promise<string> {
  const cards = createCardDeriver(testCard);
  const parts = { db, clock: systemClock, ids: randomIds, random: randomBytes };
  const deriveLookupIndex = async (number: string) => (await cards.derive(number)).index;
  const report = await importFolder({ ...parts, pinCostLog2: 4, deriveLookupIndex }, exampleFolder);
  if (report.status === 'refused') throw new Error('the lists of the example are refused');
  const night = { ...parts, hub, cards, pepperId: pepperIdOf(testCard.pepper), caseKey, searchKey };
  await enlivenExample(night, exampleFolder);
  return report.association.id;
}
