/** HylaFAX's spool as we use it: jobs in sendq and doneq, received pages in recvq, events of our hooks in kamome. */
import { lstat, open, readdir, readFile, unlink } from 'node:fs/promises';
import path from 'node:path';
import { FaxLineError } from '../../fax/fax-line.ts';
import { type Job, parseJob } from './jobs.ts';

const queues = ['sendq', 'doneq'] as const;
const mostJobBytes = 65_536;
const mostEventBytes = 4096;
/** Looked through for a reference; the newest are looked at first. */
const mostJobs = 2000;

export interface HookEvent {
  name: string;
  fields: ReadonlyMap<string, string>;
}

export interface Spool {
  job(id: string): Promise<Job | null>;
  /** The id of the job with this tag. */
  jobTagged(tag: string): Promise<string | null>;
  /** Events of the hooks, the oldest first; unreadable ones are left where they are. */
  events(): Promise<HookEvent[]>;
  forget(event: string): Promise<void>;
  /** `recvq/fax….tif`; null: it is not there. @throws FaxLineError for another place, a link, or too many bytes */
  page(name: string, mostBytes: number): Promise<Buffer | null>;
  forgetPage(name: string): Promise<void>;
}

export function openSpool(folder: string): Spool {
  const isMissing = (error: unknown): boolean => (error as NodeJS.ErrnoException).code === 'ENOENT';
  const away = (cause: unknown): FaxLineError => {
    const code = (cause as NodeJS.ErrnoException).code ?? 'broken';
    return new FaxLineError(`the spool of HylaFAX cannot be read: check HYLAFAX_SPOOL and its rights (${code})`, code, {
      cause,
    });
  };

  async function jobFile(queue: string, name: string): Promise<Job | null> {
    try {
      const file = path.join(folder, queue, name);
      if ((await lstat(file)).size > mostJobBytes) return null;
      return parseJob(await readFile(file, 'utf8'));
    } catch (error) {
      if (isMissing(error)) return null; // it has just been moved on
      throw away(error);
    }
  }
  async function namesIn(queue: string): Promise<string[]> {
    try {
      return await readdir(path.join(folder, queue));
    } catch (error) {
      if (isMissing(error)) return [];
      throw away(error);
    }
  }

  return {
    async job(id) {
      if (!/^\d{1,9}$/.test(id)) return null;
      for (const queue of [...queues, 'sendq']) {
        const job = await jobFile(queue, `q${id}`); // once more the first: a requeued job moves back
        if (job) return job;
      }
      return null;
    },
    async jobTagged(tag) {
      for (const queue of queues) {
        const names = (await namesIn(queue)).filter((name) => /^q\d{1,9}$/.test(name));
        const newest = names.sort((one, other) => Number(other.slice(1)) - Number(one.slice(1))).slice(0, mostJobs);
        for (const name of newest) if ((await jobFile(queue, name))?.get('jobtag') === tag) return name.slice(1);
      }
      return null;
    },
    async events() {
      const names = (await namesIn('kamome')).filter((name) => /^\d+-\d+\.event$/.test(name)).sort();
      const found = await Promise.all(
        names.slice(0, 500).map((name) => readEvent(path.join(folder, 'kamome', name), name)),
      );
      return found.filter((event) => event !== null);
    },
    async forget(event) {
      await unlink(path.join(folder, 'kamome', path.basename(event))).catch((error: unknown) => {
        if (!isMissing(error)) throw away(error);
      });
    },
    async page(name, mostBytes) {
      const file = await open(pageFile(folder, name), 'r').catch((error: unknown) => {
        if (isMissing(error)) return null;
        throw away(error);
      });
      if (!file) return null;
      try {
        if ((await lstat(pageFile(folder, name))).isSymbolicLink())
          throw new FaxLineError('a link, not a page', 'wrong_place');
        const { size } = await file.stat();
        if (size > mostBytes) throw new FaxLineError('more bytes than we take', 'too_big');
        return await file.readFile();
      } finally {
        await file.close();
      }
    },
    async forgetPage(name) {
      await unlink(pageFile(folder, name)).catch((error: unknown) => {
        if (!isMissing(error)) throw away(error);
      });
    },
  };
}

/** Only names that HylaFAX itself makes: what the event file says is not a path of ours. */
function pageFile(folder: string, name: string): string {
  if (!/^recvq\/fax\d{1,12}\.(tif|pdf)$/.test(name)) throw new FaxLineError('not a page of recvq', 'wrong_place');
  return path.join(folder, name);
}

async function readEvent(file: string, name: string): Promise<HookEvent | null> {
  const status = await lstat(file).catch(() => null);
  if (!status?.isFile() || status.size > mostEventBytes) return null;
  const text = await readFile(file, 'utf8').catch(() => null);
  if (text === null) return null;
  const fields = text
    .split('\n')
    .map((line) => /^([a-z]+)=(.*)$/.exec(line))
    .filter((match) => match !== null);
  return { name, fields: new Map(fields.map(([, key, value]) => [key as string, value ?? ''])) };
}
