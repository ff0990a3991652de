/**
 * The console's pages, built once: `npm ci` does it (script `prepare`), and a start builds what is missing or older than its
 * sources. The result lies in dist/console, under the fingerprint of what it was made from.
 */
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Plugin } from 'vite';
import { describeRoutes } from '../openapi.ts';
import { routes } from '../routes.ts';

const root = path.resolve(import.meta.dirname, '../../..');
const sources = path.join(root, 'src/console/web');
const target = path.join(root, 'dist/console');
const markFile = path.join(target, '.made-from');

/** The built pages, or null: not built yet, or from other sources. */
export function builtPages(): string | null {
  if (!existsSync(markFile)) return null;
  return readFileSync(markFile, 'utf8') === fingerprint() ? target : null;
}

/** Builds them into dist/console, replacing what is there. About five seconds. @returns the folder. */
export async function buildPages(): Promise<string> {
  const mark = fingerprint();
  const [{ build }, { default: react }] = await Promise.all([import('vite'), import('@vitejs/plugin-react')]);
  await build({
    root: sources,
    configFile: false,
    logLevel: 'warn',
    plugins: [react(), doorsPlugin()],
    build: { outDir: target, emptyOutDir: true, target: 'es2022', assetsInlineLimit: 0, reportCompressedSize: false },
  });
  writeFileSync(markFile, mark);
  return target;
}

/** Operation → method and path, from the description that the server publishes. */
function doorsPlugin(): Plugin {
  const id = 'virtual:kamome-doors';
  return {
    name: 'kamome-doors',
    resolveId: (wanted) => (wanted === id ? `\0${id}` : null),
    load: (wanted) => (wanted === `\0${id}` ? `export default ${JSON.stringify(doors())}` : null),
  };
}

function doors(): Record<string, [string, string]> {
  const { paths } = describeRoutes(routes) as { paths: Record<string, Record<string, { operationId: string }>> };
  const all = Object.entries(paths).flatMap(([address, methods]) =>
    Object.entries(methods).map(([method, { operationId }]) => [operationId, [method, address]] as const),
  );
  return Object.fromEntries(all.map(([operation, [method, address]]) => [operation, [method, address]]));
}

/** Of every source of the pages, the doors they call, and the versions of what they are built with. */
function fingerprint(): string {
  const hash = createHash('sha256').update(JSON.stringify(doors()));
  hash.update(readFileSync(path.join(root, 'package-lock.json')));
  const files = readdirSync(sources, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  for (const file of files.map((entry) => path.join(entry.parentPath, entry.name)).sort())
    hash.update(path.relative(sources, file)).update(readFileSync(file));
  return hash.digest('hex');
}
