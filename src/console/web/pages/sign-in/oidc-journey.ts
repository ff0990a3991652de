/** The way to the other system and back: what begins here is finished by this tab of this browser only. */
import { call } from '../../api.ts';

const kept = 'kamome-oidc';

/** Leaves this page for the other system. */
export async function goToOidc(operation: 'begin_oidc_sign_in' | 'begin_oidc_link'): Promise<void> {
  const { ceremony, address } = await call(operation, {});
  sessionStorage.setItem(kept, ceremony);
  window.location.assign(address);
}

/** The handle of what this tab began; once. */
export function takeJourney(): string | null {
  const ceremony = sessionStorage.getItem(kept);
  sessionStorage.removeItem(kept);
  return ceremony;
}
