/** What the notebook must say of itself: beds that were promised, chains and cases that agree. */
import { entryHash, firstHash } from '../audit/chain.ts';
import { rebuild } from '../escalations/evolve.ts';
import type { Fact, UrgentCall } from '../escalations/urgent-call.ts';
import type { Tables } from './tables.ts';

/** What each hospital said last, and what was promised of it since. */
export function createBedBook(tables: Tables) {
  const told = new Map<string, { asOf: number; until: number; free: number | null; given: number }>();
  const admitted = new Set<string>();
  const staleMs = 12 * 3_600_000;
  return {
    look(now: number): string[] {
      const found: string[] = [];
      for (const [key, offer] of tables.offers.rows) {
        const known = told.get(key);
        const asOf = offer.as_of.getTime();
        const until = offer.holds_until?.getTime() ?? asOf + staleMs;
        if (known?.asOf !== asOf) told.set(key, { asOf, until, free: offer.free_count, given: 0 });
      }
      for (const hold of tables.holds.rows.values()) {
        if (hold.status !== 'admitted' || admitted.has(hold.request_id)) continue;
        admitted.add(hold.request_id);
        const news = told.get(`${hold.hospital_id} ${hold.bed_type}`);
        if (!news || news.free === null || now > news.until) continue; // its desk said yes; nobody had counted
        news.given++;
        if (news.given > news.free)
          found.push(`${hold.hospital_id} gave ${news.given} beds of the ${news.free} it had (${hold.bed_type})`);
      }
      return found;
    },
  };
}

/** Each chain hashed again, and each case built again from its log. */
export function auditBreaks(tables: Tables): string[] {
  const found: string[] = [];
  for (const [chainId, { list }] of tables.entries.rows) {
    let hash = firstHash(chainId);
    for (const [
      place,
      { hash: written, association_id: associationId, chain_id: _chain, ...entry },
    ] of list.entries()) {
      hash = entryHash(hash, { ...entry, chainId, associationId });
      if (!hash.equals(written) || entry.seq !== place + 1)
        found.push(`${chainId}: entry ${place + 1} is not what was hashed`);
    }
    const row = tables.cases.get(chainId);
    if (!row) continue;
    if (!hash.equals(row.audit_hash)) found.push(`${chainId}: the row does not know the end of its chain`);
    const facts = list.filter((entry) => entry.kind !== 'refused');
    const again = rebuild(facts.map((entry) => ({ fact: entry.data as Fact, at: entry.at.getTime() })));
    if (canonical(again) !== canonical(JSON.parse(row.state) as UrgentCall))
      found.push(`${chainId}: built again from its log it is another case`);
  }
  return found;
}

const canonical = (value: unknown): string =>
  JSON.stringify(value, (_key, part: unknown) =>
    part && typeof part === 'object' && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([one], [other]) => (one < other ? -1 : 1)))
      : part,
  );
