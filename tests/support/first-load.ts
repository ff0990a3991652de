/** What a browser fetches before the first page stands, compressed, by the references of the built files themselves. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';

/** @param folder of the built pages · @returns bytes after gzip: the document, what it names, all that those import, and the first page. */
export function firstLoadBytes(folder: string): number {
  const html = readFileSync(path.join(folder, 'index.html'), 'utf8');
  const wanted = [...html.matchAll(/(?:src|href)="\/(assets\/[^"]+)"/g)].map(([, name]) => name!);
  const seen = new Set<string>();
  while (wanted.length > 0) {
    const name = wanted.pop()!;
    if (seen.has(name)) continue;
    seen.add(name);
    if (name.endsWith('.js')) wanted.push(...staticImports(folder, name), ...firstPage(folder, name));
  }
  const sizes = [...seen].map((name) => gzipSync(readFileSync(path.join(folder, name))).length);
  return sizes.reduce((sum, size) => sum + size, gzipSync(html).length);
}

/** `import … from "./x.js"` of a chunk. */
function staticImports(folder: string, name: string): string[] {
  const text = readFileSync(path.join(folder, name), 'utf8');
  return [...text.matchAll(/(?:from|import)\s*"\.\/([^"]+\.js)"/g)].map(([, file]) => `assets/${file}`);
}

/** The whiteboard's own chunk and style are what `/` opens. */
function firstPage(folder: string, name: string): string[] {
  const text = readFileSync(path.join(folder, name), 'utf8');
  const named = [...text.matchAll(/assets\/((?:whiteboard-page|board)-[\w-]+\.(?:js|css))/g)];
  return named.map(([, file]) => `assets/${file}`);
}
