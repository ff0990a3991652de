/** The address under which a provider that fetches finds the page of one attempt: opaque, and worthless once that is over. */
import { createHmac, timingSafeEqual } from 'node:crypto';

const tokenOf = (faxId: string, attempt: number, caseKey: Uint8Array): Buffer =>
  createHmac('sha256', caseKey).update(`fax-document:${faxId}:${attempt}`).digest().subarray(0, 24);

/** Begins with a slash. */
export const documentPath = (faxId: string, attempt: number, caseKey: Uint8Array): string =>
  `/fax/document/${faxId}/${attempt}/${tokenOf(faxId, attempt, caseKey).toString('base64url')}`;

export function isDocumentToken(token: string, faxId: string, attempt: number, caseKey: Uint8Array): boolean {
  const given = Buffer.from(token, 'base64url');
  const own = tokenOf(faxId, attempt, caseKey);
  return given.length === own.length && timingSafeEqual(given, own);
}
