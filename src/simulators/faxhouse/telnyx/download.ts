import type { Failure, House } from '../state.ts';

const mostBytes = 50 * 1024 * 1024; // "If a file is bigger than 50MB … file_size_limit_exceeded"
const longestMs = 30_000;

/**
 * Fetches the document of an outbound fax from where the sender says it lies. No redirect is followed, and no
 * credential goes along.
 */
export async function download(house: House, url: string): Promise<Uint8Array | Failure> {
  const late = new AbortController();
  const timer = house.clock.after(longestMs, () => late.abort());
  try {
    const answer = await fetch(url, {
      redirect: 'manual',
      signal: AbortSignal.any([late.signal, house.closing.signal]),
    });
    if (answer.status !== 200 || !answer.body) {
      await answer.body?.cancel();
      return { kind: 'download' };
    }
    const parts: Uint8Array[] = [];
    let size = 0;
    for await (const part of answer.body) {
      size += part.length;
      if (size > mostBytes) return { kind: 'too-large' }; // leaving the loop cancels the rest
      parts.push(part);
    }
    return Buffer.concat(parts);
  } catch {
    return { kind: 'download' }; // whatever the far end did, the sender is told only this
  } finally {
    timer.cancel();
  }
}
