/** A web server that takes PUT (WebDAV, or a few lines of configuration), with Basic authentication. */
import { ask, readBack } from './read-back.ts';

export const webPut =
  (base: string, publicUrl: string, account: string | null) =>
  async ({ name, content }: { name: string; content: string }): Promise<void> => {
    const headers = {
      'content-type': 'text/xml; charset=utf-8',
      ...(account && { authorization: `Basic ${Buffer.from(account).toString('base64')}` }),
    };
    await ask(`${base}/${name}`, { method: 'PUT', headers, body: content });
    await readBack(`${publicUrl}/${name}`, content);
  };
