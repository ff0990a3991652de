/** The part of the configuration that tells where the document for the hour without us is published. */
import { z } from 'zod';
import type { Fault } from '../config.ts';
import { hideSecrets } from '../embedded/secrets.ts';
import { web } from './shapes.ts';

export interface FallbackConfig {
  readonly to: { readonly kind: 'folder' | 'web' | 's3'; readonly base: string };
  /** Where the carrier reads it, without a slash at the end. */
  readonly publicUrl: string;
  /** `user:password`, or the bucket's `id:secret`; null: none. */
  readonly account: string | null;
  readonly region: string;
}

const target = z
  .string()
  .refine((text) => /^(\/|https?:\/\/[^/]|s3\+https?:\/\/[^/]+\/[^/])/.test(text) && !/[?#]/.test(text), {
    error: 'must be an absolute folder, an http(s) address or s3+https://host/bucket',
  })
  .transform((text) => text.replace(/\/+$/, ''));

export const fallbackSettings = {
  FALLBACK_PUBLISH_TO: {
    shape: target,
    cure: 'Give a folder, https://host/folder (PUT) or s3+https://host/bucket/folder, or leave it out: then nothing is published',
  },
  FALLBACK_PUBLISH_ACCOUNT: {
    shape: z.string().regex(/^[^\s:]+:\S+$/, 'must be name:password, or the key id and secret of the bucket'),
    cure: 'Give user:password of the web server, or id:secret of the bucket',
  },
  FALLBACK_PUBLISH_REGION: {
    shape: z.string().regex(/^[a-z0-9-]{2,40}$/, 'must be the name of a region'),
    cure: "Give the bucket's region, or leave it out for ap-northeast-1",
  },
  FALLBACK_URL: {
    shape: web,
    cure: 'Give the address under which the carrier reads what is published, on a host that does not depend on this one',
  },
} as const;

export type FallbackSettings = {
  [Name in keyof typeof fallbackSettings]?: z.infer<(typeof fallbackSettings)[Name]['shape']>;
};

/** What does not go together. `has`: the name was given, faulty or not. */
export function fallbackFaults(
  given: FallbackSettings,
  has: (name: keyof FallbackSettings) => boolean,
  publicBaseUrl: string | undefined,
): Fault[] {
  const fault = (name: keyof FallbackSettings, problem: string): Fault => ({
    ...{ name, problem, cure: fallbackSettings[name].cure },
  });
  const { FALLBACK_PUBLISH_TO: to, FALLBACK_URL: url } = given;
  if (!has('FALLBACK_PUBLISH_TO')) {
    const orphan = (['FALLBACK_URL', 'FALLBACK_PUBLISH_ACCOUNT'] as const).find(has);
    return orphan ? [fault('FALLBACK_PUBLISH_TO', `is missing beside ${orphan}`)] : [];
  }
  const faults: Fault[] = [];
  if (!has('FALLBACK_URL')) faults.push(fault('FALLBACK_URL', 'is missing beside FALLBACK_PUBLISH_TO'));
  if (to?.startsWith('s3+') && !has('FALLBACK_PUBLISH_ACCOUNT'))
    faults.push(fault('FALLBACK_PUBLISH_ACCOUNT', 'is missing beside a bucket'));
  if (url && publicBaseUrl && new URL(url).host === new URL(publicBaseUrl).host)
    faults.push(fault('FALLBACK_URL', 'is on the same host as PUBLIC_BASE_URL and would be away together with it'));
  return faults;
}

/** null: nothing is published. */
export function fallbackConfig(given: FallbackSettings): FallbackConfig | null {
  const { FALLBACK_PUBLISH_TO: to, FALLBACK_URL: publicUrl, FALLBACK_PUBLISH_ACCOUNT: account = null } = given;
  if (!to || !publicUrl) return null;
  const kind = to.startsWith('/') ? ('folder' as const) : to.startsWith('s3+') ? ('s3' as const) : ('web' as const);
  const region = given.FALLBACK_PUBLISH_REGION ?? 'ap-northeast-1';
  return hideSecrets({ to: { kind, base: to.replace(/^s3\+/, '') }, publicUrl, account, region }, ['account']);
}
