/** A host that is not ours and knows nothing: it hands out what was put there. POST is refused, as a bucket refuses it. */
import { createHash } from 'node:crypto';
import express from 'express';
import { listen } from './world.ts';

export interface StaticHost {
  url: string;
  files: Map<string, string>;
  /** What every PUT is answered with from now on; null: it is taken. */
  putsAreAnswered(status: number | null): void;
  /** The header Authorization of each PUT. */
  authorizations: string[];
  close(): Promise<void>;
}

export async function openStaticHost(): Promise<StaticHost> {
  const files = new Map<string, string>();
  const authorizations: string[] = [];
  let refusal: number | null = null;
  const app = express();
  app.put('/*path', express.text({ type: () => true }), (req, res) => {
    authorizations.push(req.get('authorization') ?? '');
    const sum = req.get('x-amz-content-sha256');
    const isWhole = !sum || sum === createHash('sha256').update(req.body).digest('hex');
    if (refusal === null && isWhole) files.set(req.path, req.body);
    res.status(refusal ?? (isWhole ? 201 : 400)).end();
  });
  app.get('/*path', (req, res) => {
    const content = files.get(req.path);
    if (content === undefined) res.status(404).end();
    else res.type('text/xml').send(content);
  });
  app.all('/*path', (_req, res) => void res.status(405).end());
  const server = await listen(app);
  return {
    ...{ url: server.url, files, authorizations, close: server.close },
    putsAreAnswered: (status) => {
      refusal = status;
    },
  };
}
