/** From the configuration to what the console's routes are handed, and back: for `npm run console` and for the all-in-one start. */
import { randomBytes } from 'node:crypto';
import { openVerifier } from '../audit/signer.ts';
import { createVerifications } from '../audit/verifications.ts';
import type { HubSecrets } from '../config/vault.ts';
import type { ConsoleProcessConfig } from '../config.ts';
import { openPool } from '../db.ts';
import { planShape } from '../escalations/plan.ts';
import { createForesights } from '../foresight/foresights.ts';
import { systemClock } from '../lib/clock.ts';
import { randomIds } from '../lib/ids.ts';
import type { Log } from '../log.ts';
import type { Metrics } from '../metrics.ts';
import { openPageMakerLater } from '../pages/maker.ts';
import { openWakeQueue } from '../queue.ts';
import {
  associationsWithoutStaff,
  invitationAddress,
  inviteFirst,
  openOidc,
  passwordCostLog2,
  type StaffContext,
  sessionOf,
  staffKeyOf,
} from '../staff/actions.ts';
import { createPace } from '../staff/pace.ts';
import { openHubVault } from '../vault/keys.ts';
import { buildPages, builtPages } from './build/build.ts';
import { startConsole } from './console.ts';
import { type ConsoleContext, consoleJobs } from './context.ts';

export interface OpenedConsole {
  port: number;
  /** One for each association where nobody can sign in yet: a link that is good once, for a day. */
  invitations: { association: string; address: string }[];
  /** Takes nothing more, lets running requests end, closes what was opened. */
  close(): Promise<void>;
}

/**
 * Opens database, queue and the hub's keys, and listens. Pages that are missing or old are built meanwhile.
 * @throws OperatorError when a key file is missing or does not open, or the port is taken.
 */
export async function openConsole(
  config: ConsoleProcessConfig,
  hub: HubSecrets,
  log: Log,
  metrics: Metrics,
): Promise<OpenedConsole> {
  const { databaseUrl, database, redisUrl, queue: queueConfig, publicBaseUrl } = config;
  if (!databaseUrl) throw new Error('there is no database to open');
  const db = openPool(databaseUrl, {
    max: database.consoleConnections,
    applicationName: 'kamome-console',
    onIdleError: (error) => log.warn('database_connection_lost', { error }),
  });
  const parts = { db, clock: systemClock, ids: randomIds, random: randomBytes };
  const vault = openHubVault(config, hub, parts);
  const queue = await openWakeQueue({ databaseUrl, redisUrl, queue: queueConfig }, log, consoleJobs);
  const maker = openPageMakerLater();
  const staff = staffContext(config, hub, parts);
  const auditKey = { file: config.auditKeyFile, dataFolder: config.dataFolder };
  const verifications = createVerifications({ ...parts, log, verifier: () => openVerifier(auditKey) });
  const plan = planShape.parse(config.plan);
  const foresights = createForesights({ ...parts, log, plan });
  const ctx: ConsoleContext = {
    ...vault,
    ...{ searchKey: hub.searchKey, random: randomBytes, log, maker, publicBaseUrl, staff, verifications },
    ...{ plan, foresights },
    pace: createPace(systemClock),
    wake: (job, id) => queue.wake(job, id),
  };
  const running = await startConsole({
    ...{ ctx, metrics, pages: pagesOf(log) },
    sessionOf: (cookie, isActivity) => sessionOf(staff, cookie, systemClock.now(), isActivity),
    http: { ...config.http, port: config.console.port },
    isSecure: config.console.baseUrl.startsWith('https:'),
    proxies: config.console.proxies,
  });
  return {
    port: running.port,
    invitations: await firstInvitations(staff),
    async close() {
      await running.drain();
      maker.close();
      await queue.close();
      await db.end();
    },
  };
}

function staffContext(
  { console: { baseUrl: origin, oidc } }: ConsoleProcessConfig,
  hub: HubSecrets,
  parts: Pick<StaffContext, 'db' | 'clock' | 'ids' | 'random'>,
): StaffContext {
  const redirectUri = `${origin}/sign-in/oidc`;
  return {
    ...{ ...parts, passwordCostLog2, staffKey: staffKeyOf(hub.searchKey), site: { origin, name: 'Kamome 鴎' } },
    // Named one by one: the secret is hidden from enumeration.
    oidc:
      oidc && openOidc({ issuer: oidc.issuer, clientId: oidc.clientId, clientSecret: oidc.clientSecret, redirectUri }),
  };
}

/** Looks once whether the pages are built; builds them beside everything else when they are not. */
function pagesOf(log: Log): () => string | null {
  let folder = builtPages();
  if (!folder)
    buildPages().then(
      (built) => {
        folder = built;
      },
      (error: unknown) => log.error('console_pages_not_built', { error }),
    );
  return () => folder;
}

async function firstInvitations(staff: StaffContext): Promise<OpenedConsole['invitations']> {
  const made: OpenedConsole['invitations'] = [];
  for (const { id, name } of await associationsWithoutStaff(staff.db)) {
    const invitation = await inviteFirst(staff, id, '管理者');
    if (invitation) made.push({ association: name, address: invitationAddress(staff.site.origin, invitation.token) });
  }
  return made;
}

/** What is said at the start: where the console is, and how its first administrator comes in. */
export function consoleNotice(baseUrl: string, { invitations }: OpenedConsole): string[] {
  return [
    `console: ${baseUrl}/ — the hub's desk`,
    ...invitations.map(
      ({ association, address }) =>
        `  nobody can sign in for ${association} yet; its first administrator opens (once, within a day): ${address}`,
    ),
  ];
}
