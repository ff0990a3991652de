/** The description of the console's doors: OpenAPI 3.1 from the same shapes that the server parses with. */
import { z } from 'zod';
import type { AnyRoute, RouteTable } from './route.ts';

type Json = Record<string, unknown>;

const problem = {
  description: 'Refused; `code` says why, `detail` what to mend (RFC 9457)',
  content: {
    'application/problem+json': {
      schema: {
        type: 'object',
        required: ['type', 'title', 'status', 'code'],
        properties: {
          type: { type: 'string' },
          title: { type: 'string' },
          status: { type: 'integer' },
          code: { type: 'string' },
          detail: { type: 'object' },
        },
      },
    },
  },
} as const;

/** OpenAPI 3.1, whose schemas are JSON Schema 2020-12. */
export function describeRoutes(table: RouteTable): Json {
  const paths: Record<string, Json> = {};
  for (const [operationId, route] of Object.entries(table)) {
    const path = `/api${route.path.replace(/:(\w+)/g, '{$1}')}`;
    paths[path] = { ...paths[path], [route.method]: operationOf(operationId, route) };
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Kamome console',
      version: '1',
      description: 'The doors of the hub’s desk. Cookie session; see x-access.',
    },
    paths,
    components: {
      securitySchemes: { session: { type: 'apiKey', in: 'cookie', name: 'kamome' } },
    },
  };
}

function operationOf(operationId: string, route: AnyRoute): Json {
  const { summary, access, params, query, body } = route;
  return {
    operationId,
    summary,
    'x-access': access,
    ...(access === 'anybody' ? {} : { security: [{ session: [] }] }),
    parameters: [...parametersOf('path', params), ...parametersOf('query', query)],
    ...(body
      ? { requestBody: { required: true, content: { 'application/json': { schema: schemaOf(body, 'input') } } } }
      : {}),
    responses: { 200: { description: 'Done', content: contentOf(route) }, default: problem },
  };
}

function contentOf({ reply, live }: AnyRoute): Json {
  if ('file' in reply) return { [reply.file]: {} };
  const schema = schemaOf(reply, 'output');
  return { 'application/json': { schema }, ...(live ? { 'text/event-stream': { schema } } : {}) };
}

/** Each property of an object shape is one parameter. */
function parametersOf(place: 'path' | 'query', shape: z.ZodType | undefined): Json[] {
  if (!shape) return [];
  const { properties = {}, required = [] } = schemaOf(shape, 'input') as { properties?: Json; required?: string[] };
  return Object.entries(properties).map(([name, schema]) => ({
    ...{ name, in: place, schema },
    required: place === 'path' || required.includes(name),
  }));
}

function schemaOf(shape: z.ZodType, io: 'input' | 'output'): Json {
  const { $schema: _, ...schema } = z.toJSONSchema(shape, {
    io,
    unrepresentable: 'any',
    target: 'draft-2020-12',
  }) as Json;
  return schema;
}
