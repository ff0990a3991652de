/** Finds who answers at an address of ours, as Express would: the first route whose parts fit. */
import type { Readers } from '../voice/gate.ts';
import type { Params, VoiceRoute } from '../voice/switchboard.ts';

export function routerOf(routes: readonly VoiceRoute[]): (path: string, read: Readers) => Promise<string | null> {
  const byLength = new Map<number, { parts: string[]; route: VoiceRoute }[]>();
  for (const route of routes) {
    const parts = `/voice${route.path}`.split('/');
    byLength.set(parts.length, [...(byLength.get(parts.length) ?? []), { parts, route }]);
  }
  return (path, read) => {
    const asked = path.split('/');
    for (const { parts, route } of byLength.get(asked.length) ?? []) {
      const params: Record<string, string> = {};
      const fits = parts.every((part, place) => {
        if (!part.startsWith(':')) return part === asked[place];
        params[part.slice(1)] = asked[place] ?? '';
        return true;
      });
      if (fits) return route.handle(read, params as Params, path);
    }
    throw new Error(`nobody answers at ${path}`);
  };
}
