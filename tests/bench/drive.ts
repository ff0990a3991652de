/**
 * Sends signed webhooks as fast as they are answered, for a while; in a process of its own. One job per line of standard
 * input, one result per line of standard output. The kinds of webhook are `hits` of webhooks.ts.
 */
import http from 'node:http';
import readline from 'node:readline';
import twilio from 'twilio';

export interface Hit {
  /** `{n}` becomes a number that was never used before, so that no webhook is a repeat. */
  path: string;
  form: Record<string, string>;
}

export interface DriveJob {
  baseUrl: string;
  /** What the signature covers. */
  publicBaseUrl: string;
  authToken: string;
  milliseconds: number;
  concurrency: number;
  hits: Hit[];
}

export interface DriveResult {
  perSecond: number;
  /** Milliseconds of each answer. */
  times: number[];
  failures: number;
}

const agent = new http.Agent({ keepAlive: true, maxSockets: 256 });
let serial = Date.now();

function send(job: DriveJob, hit: Hit): Promise<number> {
  serial++;
  const path = hit.path.replace('{n}', String(serial));
  const form = Object.fromEntries(
    Object.entries(hit.form).map(([name, value]) => [name, value.replace('{n}', String(serial % 1_000_000))]),
  );
  const body = new URLSearchParams(form).toString();
  const headers = {
    'content-type': 'application/x-www-form-urlencoded; charset=UTF-8',
    'content-length': Buffer.byteLength(body),
    'x-twilio-signature': twilio.getExpectedTwilioSignature(job.authToken, job.publicBaseUrl + path, form),
  };
  return new Promise((resolve, reject) => {
    const request = http.request(job.baseUrl + path, { method: 'POST', headers, agent }, (response) => {
      response.resume();
      response.on('end', () => resolve(response.statusCode ?? 0));
    });
    request.on('error', reject);
    request.end(body);
  });
}

async function drive(job: DriveJob): Promise<DriveResult> {
  const result: DriveResult = { perSecond: 0, times: [], failures: 0 };
  const began = performance.now();
  const line = async (first: number): Promise<void> => {
    for (let turn = first; performance.now() - began < job.milliseconds; turn += job.concurrency) {
      const sent = performance.now();
      const status = await send(job, job.hits[turn % job.hits.length]!);
      if (status >= 300) result.failures++;
      result.times.push(performance.now() - sent);
    }
  };
  await Promise.all(Array.from({ length: job.concurrency }, (_, first) => line(first)));
  result.perSecond = result.times.length / ((performance.now() - began) / 1000);
  return result;
}

process.stdout.write('drive_ready\n');
for await (const line of readline.createInterface({ input: process.stdin }))
  process.stdout.write(`result ${JSON.stringify(await drive(JSON.parse(line) as DriveJob))}\n`);
