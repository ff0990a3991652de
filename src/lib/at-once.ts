/** Runs `work` for each item, at most `limit` beside each other. @throws nothing of its own: what `work` throws is for `failed`. */
export async function atOnce<T>(
  items: readonly T[],
  limit: number,
  work: (item: T) => Promise<unknown>,
  failed: (error: unknown) => void,
): Promise<void> {
  const rest = [...items].reverse();
  const takeNext = async (): Promise<void> => {
    for (let item = rest.pop(); item !== undefined; item = rest.pop()) await work(item).catch(failed);
  };
  await Promise.all(Array.from({ length: Math.min(limit, items.length) }, takeNext));
}
