import type { Sql } from '../db.ts';
import type { SealedContent } from '../records/record.ts';
import type { DisclosureContext, FaxDestination } from './context.ts';
import { releasePolicy } from './policy-store.ts';
import { issuerOf } from './store.ts';

/**
 * In which form this record goes to a registered fax: the one that the fax is registered for. A record that does not fit a sealed page
 * is never cut and never goes in clear instead: it is read out (`too_long`), or goes without name and address, as the association has
 * decided. Asked before the disclosure is written, so that the log says what left.
 */
export async function formFor(
  ctx: Pick<DisclosureContext, 'release' | 'clock'>,
  sql: Sql,
  fax: Pick<FaxDestination, 'form'>,
  { associationId, content, isHospital }: { associationId: string; content: SealedContent; isHospital: boolean },
): Promise<FaxDestination['form'] | 'too_long'> {
  if (fax.form !== 'sealed') return fax.form;
  const issuer = await issuerOf(sql, associationId);
  if (await ctx.release.pages.fitsSealed({ content, isHospital, issuer, at: ctx.clock.now() })) return 'sealed';
  const { sealedTooLong } = await releasePolicy(sql, associationId);
  return sealedTooLong === 'pseudonymous' ? 'pseudonymous' : 'too_long';
}
