/** What the person at the screen may do: pages hide what the server would refuse. */
import { useCall } from '../api.ts';

export function usePermissions(): ReadonlySet<string> {
  const me = useCall('who_am_i', {});
  return new Set(me.data?.permissions ?? []);
}
