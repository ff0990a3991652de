/** The town's fax machines, as the demonstration uses them: over the fax house's HTTP. */
import { setTimeout as pause } from 'node:timers/promises';

export interface Tray {
  /** Of the fax house. */
  id: string;
  /** Pictures of the pages, PNG. */
  pages: Uint8Array[];
}

export interface FaxTown {
  /** A machine picks up at once and takes a second a page: a demonstration has no time for 6 s. */
  hurry(e164: string): Promise<void>;
  /** @returns the transmission's id. */
  send(from: string, to: string, page: Uint8Array): Promise<string>;
  /** What came out of a machine, oldest first. */
  tray(e164: string): Promise<Tray[]>;
  /** Waits for one more fax than `before`. @throws when none came within `seconds`. */
  next(e164: string, before: number, seconds: number, signal: AbortSignal): Promise<Tray>;
}

interface Received {
  id: string;
  pages: unknown[];
}

/** @throws in each function when the fax house refuses, with its own words. */
export function faxTown(baseUrl: string): FaxTown {
  const ask = async (method: string, path: string, body?: FormData | string): Promise<Response> => {
    const headers: Record<string, string> = typeof body === 'string' ? { 'content-type': 'application/json' } : {};
    const answer = await fetch(`${baseUrl}/faxhouse/${path}`, { method, headers, ...(body ? { body } : {}) });
    if (!answer.ok) throw new Error(`the fax house refused ${method} ${path}: ${answer.status} ${await answer.text()}`);
    return answer;
  };
  const numberPath = (e164: string): string => `numbers/${encodeURIComponent(e164)}`;
  const received = async (e164: string): Promise<Received[]> =>
    (await (await ask('GET', `${numberPath(e164)}/received`)).json()) as Received[];
  const opened = async ({ id, pages }: Received): Promise<Tray> => {
    const pictures: Uint8Array[] = [];
    for (let page = 1; page <= pages.length; page++)
      pictures.push(new Uint8Array(await (await ask('GET', `faxes/${id}/pages/${page}.png`)).arrayBuffer()));
    return { id, pages: pictures };
  };
  return {
    async hurry(e164) {
      const { name } = (await (await ask('GET', numberPath(e164))).json()) as { name: string };
      await ask('PUT', numberPath(e164), JSON.stringify({ name, answerSeconds: 0.5, secondsPerPage: 1 }));
    },
    async send(from, to, page) {
      const form = new FormData();
      form.set('from', from);
      form.set('to', to);
      form.set('file', new Blob([Buffer.from(page)]), 'page.tif');
      return ((await (await ask('POST', 'send', form)).json()) as { id: string }).id;
    },
    tray: async (e164) => Promise.all((await received(e164)).map(opened)),
    async next(e164, before, seconds, signal) {
      for (let waitedMs = 0; waitedMs <= seconds * 1000; waitedMs += 300) {
        const one = (await received(e164))[before];
        if (one) return opened(one);
        await pause(300, undefined, { signal });
      }
      throw new Error(`waited ${seconds} s in vain for a fax at ${e164}`);
    },
  };
}
