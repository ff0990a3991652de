/** Puts together what publishes the document for the hour without us: the place of the configuration and the carrier's language. */
import type pg from 'pg';
import type { FallbackConfig } from './config/fallback.ts';
import type { FallbackContext } from './fallback/actions.ts';
import type { Place } from './fallback/fallback.ts';
import type { Clock } from './lib/clock.ts';
import type { Ids } from './lib/ids.ts';
import type { Log } from './log.ts';
import { folderPut } from './providers/places/folder.ts';
import { s3Put } from './providers/places/s3.ts';
import { webPut } from './providers/places/web.ts';
import { renderTwiml } from './providers/twilio/twiml.ts';
import { japanCalendar } from './roster/calendar.ts';
import type { Prompts } from './voice/prompts.ts';
import { standingScripts, tonightScript } from './voice/static-fallback.ts';

export interface FallbackParts {
  fallback: FallbackConfig;
  db: pg.Pool;
  clock: Clock;
  ids: Ids;
  log: Log;
  prompts: Prompts;
  caseKey: Buffer;
}

export function createFallbackContext(parts: FallbackParts): FallbackContext {
  const { fallback, db, clock, ids, log, prompts, caseKey } = parts;
  // Static hosts answer GET only.
  const options = { publicBaseUrl: `${fallback.publicUrl}/`, language: prompts.language, method: 'GET' } as const;
  return {
    ...{ db, clock, ids, log, calendar: japanCalendar, place: placeOf(fallback, clock), key: caseKey },
    drawTonight: (phones, from) => renderTwiml(tonightScript(prompts, phones, from), options),
    standing: Object.entries(standingScripts(prompts)).map(([name, script]) => ({
      ...{ name, content: renderTwiml(script, options) },
    })),
  };
}

function placeOf(fallback: FallbackConfig, clock: Clock): Place {
  const { to, publicUrl, region, account } = fallback;
  const urlOf = (name: string): string => `${publicUrl}/${name}`;
  switch (to.kind) {
    case 'folder':
      return { put: folderPut(to.base, publicUrl), urlOf };
    case 'web':
      return { put: webPut(to.base, publicUrl, account), urlOf };
    case 's3': {
      const [keyId = '', ...secret] = (account ?? '').split(':');
      const bucket = { base: to.base, region, keyId, secret: secret.join(':'), now: () => clock.now() };
      return { put: s3Put(bucket, publicUrl), urlOf };
    }
  }
}
