/**
 * Puts the offline page together: one HTML file with everything in it (style, program, the QR reader's WebAssembly), about 1.4 MB.
 * esbuild comes with tsx, which runs this program anyway; it is taken from where tsx has it.
 */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { loadWords, type Words } from '../pages/words.ts';
import { wordsFolder } from './header.ts';

export interface OfflinePage {
  html: Buffer;
  /** Also inside the file, for a copy that no server of ours sends. */
  policy: string;
}

const folder = path.join(import.meta.dirname, 'page');

/** Takes about half a second of esbuild's own process; keep the answer. */
export async function makeOfflinePage(): Promise<OfflinePage> {
  const [html, style, script] = await Promise.all([
    readFile(path.join(folder, 'unseal.html'), 'utf8'),
    readFile(path.join(folder, 'unseal.css'), 'utf8'),
    bundle(path.join(folder, 'unseal.js')),
  ]);
  const policy = [
    "default-src 'none'", // no connection, no frame, no font, no worker: what was opened cannot leave
    `script-src ${hashOf(script)} 'wasm-unsafe-eval'`,
    `style-src ${hashOf(style)}`,
    'img-src data: blob:',
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
  const head = `<meta http-equiv="content-security-policy" content="${policy}" />\n    <style>${style}</style>\n  </head>`;
  const whole = withWords(html)
    .replace('</head>', () => head)
    .replace('</body>', () => `  <script>${script}</script>\n  </body>`);
  return { html: Buffer.from(whole), policy };
}

/** `{{title}}` becomes the word in Japanese, and in English below it. */
function withWords(html: string): string {
  const { ja, en } = loadWords(wordsFolder);
  return html.replace(/\{\{(\w+)\}\}/g, (_, key: string) => {
    const word = (words: Words): string => escaped(words.say(`page.${key}`));
    return `${word(ja)}<span lang="en">${word(en)}</span>`;
  });
}

const escaped = (text: string): string => text.replace(/[&<>]/g, (mark) => `&#${mark.charCodeAt(0)};`);

/** As a script that stands inside HTML: no `</script` in it may end it. */
async function bundle(entry: string): Promise<string> {
  const fromTsx = createRequire(createRequire(import.meta.url).resolve('tsx/package.json'));
  const esbuild = fromTsx('esbuild') as typeof import('esbuild');
  const built = await esbuild.build({
    entryPoints: [entry],
    bundle: true,
    write: false,
    minify: true,
    format: 'iife',
    target: ['es2022'],
    platform: 'browser',
    loader: { '.wasm': 'binary' },
    logLevel: 'silent',
  });
  const script = built.outputFiles[0]?.text;
  if (!script) throw new Error('the offline page could not be bundled');
  return script.replace(/<\/(script)/gi, '<\\/$1').replace(/<!--/g, '<\\!--');
}

const hashOf = (text: string): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
