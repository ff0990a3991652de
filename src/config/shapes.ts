/** Shapes that several settings share. */
import { z } from 'zod';

const portRange = 'must be from 0 to 65535';
export const port = z.coerce
  .number('must be a number')
  .int('must be a whole number')
  .min(0, portRange)
  .max(65535, portRange);
export const address = (protocols: string[]) =>
  z.string().refine((text) => URL.canParse(text) && protocols.includes(new URL(text).protocol), {
    error: `must be an address that begins with ${protocols.map((protocol) => `${protocol}//`).join(' or ')}`,
  });
export const web = address(['https:', 'http:']).transform((text) => text.replace(/\/+$/, ''));
export const token = z.string().regex(/^[\x21-\x7e]{16,}$/, 'must be at least 16 characters without spaces');

/** Ed25519 keys that sign webhooks. */
export const publicKeys = z
  .string()
  .transform((text) => text.split(/[\s,]+/).filter(Boolean))
  .refine((keys) => keys.length > 0 && keys.every((key) => Buffer.from(key, 'base64').length === 32), {
    error: 'must be one or several base64 keys of 32 bytes, with commas between',
  });
