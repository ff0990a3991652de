import type { NoticeLine } from './notice.ts';

/** A number of ours, and how its provider tells us of what came in (`PUT /faxhouse/numbers/{e164}/inbound`). */
export interface OurFaxNumber {
  number: string;
  name: string;
  provider: 'interfax' | 'telnyx';
  callbackUrl: string;
  outboundCallbackUrl?: string;
  failoverUrl?: string;
  documents?: 'tiff' | 'pdf';
}

export interface FaxTown {
  ours: readonly OurFaxNumber[];
  /** Fax machines by number; one that is named twice stands under its first name. */
  machines: readonly { e164: string; name: string }[];
  notice: readonly NoticeLine[];
}

/**
 * Furnishes the fax house with the town: our numbers with their callbacks, and every machine by name. A machine that is
 * there already keeps its habit. Over HTTP, as everything that reaches the fax house.
 */
export async function furnishFaxHouse(faxHouseUrl: string, town: FaxTown): Promise<void> {
  const there = await machinesThere(faxHouseUrl);
  for (const { number, ...line } of town.ours)
    await put(faxHouseUrl, `numbers/${encodeURIComponent(number)}/inbound`, { ...line, name: line.name.slice(0, 60) });
  for (const { e164, name } of town.machines) {
    if (there.has(e164)) continue;
    there.add(e164);
    await put(faxHouseUrl, `numbers/${encodeURIComponent(e164)}`, { name: name.slice(0, 60) });
  }
  await put(faxHouseUrl, 'notice', { lines: town.notice });
}

async function machinesThere(faxHouseUrl: string): Promise<Set<string>> {
  const answer = await fetch(`${faxHouseUrl}/faxhouse/numbers`);
  if (!answer.ok) throw new Error(`the fax house does not answer: ${answer.status} ${await answer.text()}`);
  const { machines } = (await answer.json()) as { machines: { number: string }[] };
  return new Set(machines.map(({ number }) => number));
}

async function put(faxHouseUrl: string, path: string, body: unknown): Promise<void> {
  const answer = await fetch(`${faxHouseUrl}/faxhouse/${path}`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  if (!answer.ok) throw new Error(`the fax house refused ${path}: ${answer.status} ${await answer.text()}`);
}
