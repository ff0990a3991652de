/**
 * The hub's own analogue line behind HylaFAX (providers.md 4.1): `sendfax` hands a page over, the spool tells what became of
 * it, and two hooks (hooks/notify, hooks/faxrcvd) leave an event file for each piece of news. HylaFAX's own redialling is off.
 */
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type FaxEvent, type FaxLine, FaxLineError, type FaxNotice, type Sent } from '../../fax/fax-line.ts';
import { stateOf } from './jobs.ts';
import { type HookEvent, openSpool, type Spool } from './spool.ts';

export interface HylafaxSite {
  /** /var/spool/hylafax, or where it is mounted. */
  spool: string;
  /** Of hfaxd: `localhost`, `fax.example.jp`. */
  host: string;
  /** The programs; found on the PATH when absent. */
  commands?: { sendfax: string; faxrm: string };
}

const commandTimeoutMs = 20_000;

export function hylafaxLine(site: HylafaxSite): FaxLine {
  const { host, commands = { sendfax: 'sendfax', faxrm: 'faxrm' } } = site;
  const spool = openSpool(site.spool);
  return {
    provider: 'hylafax',
    polling: { everySeconds: 5, leastSeconds: 1 }, // a folder of our own machine

    async send(fax): Promise<Sent> {
      const folder = await mkdtemp(path.join(tmpdir(), 'kamome-fax-')); // readable by its owner only
      const file = path.join(folder, 'page.tif');
      try {
        await writeFile(file, fax.document, { mode: 0o600 });
        const quality = fax.resolution === 'fine' ? '-m' : '-l';
        const pace = fax.pace === 'careful' ? ['-B', '9600'] : [];
        // -n no cover page, -D no mail; one dial and one try: the retries are ours.
        const usual = ['-n', '-D', '-h', host, '-f', 'kamome', '-i', fax.reference, '-T', '1', '-t', '1', '-s', 'a4'];
        const ended = await run(commands.sendfax, [...usual, quality, ...pace, '-d', national(fax.to), file]);
        const id = /request id is (\d{1,9})\b/.exec(ended.output)?.[1];
        if (id) return { outcome: 'accepted', providerFaxId: id };
        if (ended.isNotThere)
          return { outcome: 'rejected', failure: { class: 'provider', retryable: true, code: 'no_sendfax' } };
        return { outcome: 'unknown', code: ended.code };
      } finally {
        await rm(folder, { recursive: true, force: true });
      }
    },

    async status(providerFaxId) {
      const job = await spool.job(providerFaxId);
      return job && stateOf(job, null);
    },
    findByReference: (reference) => spool.jobTagged(reference),
    async cancel(providerFaxId) {
      if (/^\d{1,9}$/.test(providerFaxId)) await run(commands.faxrm, ['-h', host, providerFaxId]);
    },

    async poll() {
      const notices: FaxNotice[] = [];
      for (const event of await spool.events())
        notices.push({ dedupeKey: `event:${event.name}`, event: await newsOf(event, spool) });
      return { notices, done: ({ dedupeKey }) => spool.forget(dedupeKey.slice('event:'.length)) };
    },

    async fetchMedia(media, { maxBytes }) {
      if (media.kind !== 'file') return { outcome: 'refused', code: 'wrong_kind' };
      try {
        const bytes = await spool.page(media.name, maxBytes);
        return bytes ? { outcome: 'fetched', bytes } : { outcome: 'unavailable', code: 'not_there' };
      } catch (error) {
        if (!(error instanceof FaxLineError)) throw error;
        const isFinal = error.code === 'wrong_place' || error.code === 'too_big';
        return { outcome: isFinal ? 'refused' : 'unavailable', code: error.code };
      }
    },

    /** A sent job is HylaFAX's own to clean (faxqclean); a received page is ours once we have it. */
    async deleteRemote(providerFaxId, direction) {
      const name = /:(recvq\/[^:]+)$/.exec(providerFaxId)?.[1];
      if (direction === 'received' && name) await spool.forgetPage(name);
    },
  };
}

/** 0… as it is dialled in Japan; 010 and the country for another. */
const national = (e164: string): string => (e164.startsWith('+81') ? `0${e164.slice(3)}` : `010${e164.slice(1)}`);

interface Ended {
  output: string;
  code: string;
  /** The program was never started. */
  isNotThere: boolean;
}

function run(program: string, args: readonly string[]): Promise<Ended> {
  return new Promise((resolve) => {
    execFile(program, args, { timeout: commandTimeoutMs, maxBuffer: 65_536 }, (error, output) => {
      const code = error?.killed ? 'timeout' : `exit_${String(error?.code ?? 0).toLowerCase()}`;
      resolve({ output, code, isNotThere: error?.code === 'ENOENT' || error?.code === 'EACCES' });
    });
  });
}

async function newsOf({ fields }: HookEvent, spool: Spool): Promise<FaxEvent> {
  const kind = fields.get('kind');
  if (kind === 'received') return receivedBy(fields);
  const id = /^(?:sendq|doneq)\/q(\d{1,9})$/.exec(fields.get('job') ?? '')?.[1];
  if (kind !== 'notify' || !id) return { type: 'other', name: 'unreadable' };
  const job = await spool.job(id);
  const report = stateOf(job ?? new Map(), fields.get('why') || null);
  return { type: 'reported', providerFaxId: id, reference: job?.get('jobtag') ?? null, report };
}

function receivedBy(fields: ReadonlyMap<string, string>): FaxEvent {
  const file = fields.get('file') ?? '';
  const error = fields.get('error') ?? '';
  // Counters of HylaFAX begin again some day; together with the second they do not meet.
  const providerFaxId = `${fields.get('at') ?? ''}:${fields.get('communication') ?? ''}:${file}`;
  const to = fields.get('to') || null;
  if (!/^recvq\/fax\d+\.(tif|pdf)$/.test(file)) {
    const failure = { class: 'unknown', retryable: false, code: 'no_page' } as const;
    return { type: 'receive_failed', providerFaxId, to, failure };
  }
  const fax = {
    ...{ providerFaxId, to, from: fields.get('from') || null, claimedStationId: fields.get('station') || null },
    ...{ pages: null, isPartial: error !== '', media: { kind: 'file', name: file } as const },
  };
  return { type: 'received', fax };
}
