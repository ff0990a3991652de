import { FallbackError } from '../../fallback/fallback.ts';

/** Longer than a healthy host takes. */
export const timeoutMs = 10_000;

/** Reads the file as the carrier will. @throws FallbackError when it is not there or says something else. */
export async function readBack(url: string, content: string): Promise<void> {
  const answer = await ask(url, { headers: { 'cache-control': 'no-cache' } });
  if ((await answer.text()) !== content) throw new FallbackError('not_what_was_written');
  if (!/^(text|application)\/xml\b/.test(answer.headers.get('content-type') ?? '')) throw new FallbackError('not_xml');
}

/** One request, no redirect. @throws FallbackError for anything but success. */
export async function ask(url: string, request: RequestInit): Promise<Response> {
  let answer: Response;
  try {
    answer = await fetch(url, { ...request, redirect: 'error', signal: AbortSignal.timeout(timeoutMs) });
  } catch (cause) {
    throw new FallbackError('no_answer', { cause });
  }
  if (!answer.ok) throw new FallbackError(`http_${answer.status}`);
  return answer;
}
