/** A bucket of S3's shape: PUT signed with Signature Version 4 (AWS General Reference, "Create a signed request"). */
import { createHash, createHmac } from 'node:crypto';
import { ask, readBack } from './read-back.ts';

export interface S3Account {
  /** https://host/bucket[/prefix] */
  base: string;
  region: string;
  keyId: string;
  secret: string;
  now(): Date;
}

export const s3Put =
  (account: S3Account, publicUrl: string) =>
  async ({ name, content }: { name: string; content: string }): Promise<void> => {
    const url = new URL(`${account.base}/${name}`);
    const headers = signed(account, url, content);
    await ask(url.href, { method: 'PUT', headers, body: content });
    await readBack(`${publicUrl}/${name}`, content);
  };

const hash = (text: string): string => createHash('sha256').update(text).digest('hex');
const hmac = (key: string | Buffer, text: string): Buffer => createHmac('sha256', key).update(text).digest();

/** The headers of a PUT of this content. Names of ours need no escaping: hexadecimal digits, letters, dots. */
export function signed(account: Omit<S3Account, 'base'>, url: URL, content: string): Record<string, string> {
  const at = account
    .now()
    .toISOString()
    .replace(/[-:]|\.\d{3}/g, '');
  const scope = `${at.slice(0, 8)}/${account.region}/s3/aws4_request`;
  const headers: Record<string, string> = {
    'content-type': 'text/xml; charset=utf-8',
    host: url.host,
    'x-amz-content-sha256': hash(content),
    'x-amz-date': at,
  };
  const names = Object.keys(headers).join(';');
  const lines = Object.entries(headers).map(([name, value]) => `${name}:${value}\n`);
  const request = ['PUT', url.pathname, '', lines.join(''), names, hash(content)].join('\n');
  const parts = [at.slice(0, 8), account.region, 's3', 'aws4_request'];
  const key = parts.reduce<string | Buffer>((made, part) => hmac(made, part), `AWS4${account.secret}`);
  const signature = hmac(key, ['AWS4-HMAC-SHA256', at, scope, hash(request)].join('\n')).toString('hex');
  const { host: _host, ...sent } = headers; // the client writes it itself
  const credential = `Credential=${account.keyId}/${scope}`;
  return { ...sent, authorization: `AWS4-HMAC-SHA256 ${credential}, SignedHeaders=${names}, Signature=${signature}` };
}
