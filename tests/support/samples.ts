/** A value that fits a route's shape, made from the shape itself; strings and numbers are known by the names they stand under. */
import { z } from 'zod';

type Json = Record<string, unknown>;
export type Known = Readonly<Record<string, unknown>>;

/** @param known name of a property → what stands there, wherever it fits the kind of value. */
export function sampleOf(shape: z.ZodType | undefined, known: Known): unknown {
  if (!shape) return undefined;
  return madeFor(z.toJSONSchema(shape, { io: 'input', unrepresentable: 'any' }) as Json, '', known);
}

function madeFor(schema: Json, name: string, known: Known): unknown {
  const choices = (schema.anyOf ?? schema.oneOf) as Json[] | undefined;
  if (known[name] === null) return null;
  if (choices) return madeFor(choices.find((choice) => choice.type !== 'null')!, name, known);
  if ('const' in schema) return schema.const;
  const type = Array.isArray(schema.type) ? schema.type[0] : schema.type;
  const given = known[name];
  const isLongEnough = typeof given !== 'string' || given.length >= Number(schema.minLength ?? 0);
  if (given !== undefined && kindOf(given) === (type === 'integer' ? 'number' : type) && isLongEnough) return given;
  if (schema.enum) return (schema.enum as unknown[])[0];
  if (type === 'object') return objectOf(schema, known);
  if (type === 'array') return [madeFor(schema.items as Json, name, known)];
  if (type === 'boolean') return true;
  if (type === 'integer' || type === 'number') return Math.max(1, Number(schema.minimum ?? 1));
  if (schema.format === 'date-time') return '2026-12-20T09:00:00Z';
  if (String(schema.pattern).includes('{43}')) return 'x'.repeat(43);
  return 'x'.repeat(Math.max(1, Number(schema.minLength ?? 1)));
}

function objectOf(schema: Json, known: Known): Json {
  const properties = Object.entries((schema.properties ?? {}) as Record<string, Json>);
  return Object.fromEntries(
    properties.map(([name, inner]) => [name, madeFor(inner, name, known)]).filter(([, value]) => value !== undefined),
  );
}

const kindOf = (value: unknown): string => (Array.isArray(value) ? 'array' : typeof value);
