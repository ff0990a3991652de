/** `/api/docs`: the description as a page to read, without a script. */

interface Described {
  paths: Record<string, Record<string, Operation>>;
}
interface Operation {
  operationId: string;
  summary: string;
  'x-access': string;
  parameters: { name: string; in: string; required: boolean; schema: unknown }[];
  requestBody?: { content: Record<string, { schema: unknown }> };
  responses: Record<string, { content?: Record<string, { schema?: unknown }> }>;
}

const escaped = (text: string): string =>
  text.replace(/[&<>"]/g, (sign) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' })[sign] ?? sign);
const pretty = (value: unknown): string => `<pre>${escaped(JSON.stringify(value, null, 2))}</pre>`;

/** @param description what `describeRoutes` made. */
export function docsPage(description: object): string {
  const { paths } = description as Described;
  const operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => section(path, method, operation)),
  );
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Kamome console: doors</title><style>body{font:15px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}
code{background:#eef1f4;padding:.1em .3em}pre{background:#f5f7f9;padding:.8em;overflow:auto}summary{cursor:pointer}</style></head>
<body><h1>Kamome console: doors</h1><p>The machine-readable description: <a href="/api/docs/openapi.json">OpenAPI 3.1</a>.</p>
${operations.join('\n')}</body></html>`;
}

function section(path: string, method: string, operation: Operation): string {
  const { operationId, summary, parameters, requestBody, responses } = operation;
  const body = requestBody?.content['application/json']?.schema;
  const [type, reply] = Object.entries(responses['200']?.content ?? {})[0] ?? ['', {}];
  const names = parameters.map(({ name, in: place, required }) => `${name} (${place}${required ? '' : ', optional'})`);
  return `<details><summary><code>${escaped(method.toUpperCase())} ${escaped(path)}</code> <b>${escaped(operationId)}</b> — ${escaped(summary)}</summary>
<p>access: <code>${escaped(operation['x-access'])}</code>${names.length ? `; ${escaped(names.join(', '))}` : ''}</p>
${body ? `<p>body</p>${pretty(body)}` : ''}<p>answers <code>${escaped(type)}</code></p>${reply.schema ? pretty(reply.schema) : ''}</details>`;
}
