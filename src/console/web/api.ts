/**
 * The pages' way to the server: `call('search_patients', { query })`. Names, parts and replies have the types of the table of
 * routes, so that a page that asks for what the server does not give does not compile.
 */
import doors from 'virtual:kamome-doors';
import {
  type QueryKey,
  type UseMutationResult,
  type UseQueryResult,
  useMutation,
  useQuery,
  useQueryClient,
} from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import type { AnswerOf, SentTo } from '../route.ts';
import type { ConsoleRoutes } from '../routes.ts';

export type Operation = keyof ConsoleRoutes;
export type Sent<Op extends Operation> = SentTo<ConsoleRoutes[Op]>;
export type Answer<Op extends Operation> = AnswerOf<ConsoleRoutes[Op]>;

/** The server said no; `code` has words in the catalogues (words/refusals.ts). */
export class Refused extends Error {
  override name = 'Refused';
  readonly status: number;
  readonly code: string;
  readonly detail: Record<string, unknown>;
  constructor(status: number, code: string, detail: Record<string, unknown>) {
    super(code);
    this.status = status;
    this.code = code;
    this.detail = detail;
  }
}

const signedOut = new EventTarget();
/** Told whenever the server says that the session is over. */
export const whenSignedOut = (listener: () => void): void => signedOut.addEventListener('over', listener);

interface Parts {
  params?: Record<string, unknown>;
  query?: Record<string, unknown>;
  body?: unknown;
}

/** The address of an operation, for links to files and for streams. */
export function addressOf<Op extends Operation>(operation: Op, sent: Sent<Op>): string {
  const [, path] = doors[operation] ?? ['', ''];
  const { params = {}, query = {} } = sent as Parts;
  const filled = path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(String(params[name])));
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query))
    if (value !== undefined && value !== null) search.set(name, String(value));
  return search.size > 0 ? `${filled}?${search}` : filled;
}

/** @throws Refused when the server says no, or cannot be reached (`unreachable`). */
export async function call<Op extends Operation>(operation: Op, sent: Sent<Op>): Promise<Answer<Op>> {
  const [method] = doors[operation] ?? ['get'];
  const { body } = sent as Parts;
  const response = await fetch(addressOf(operation, sent), {
    method: method.toUpperCase(),
    headers: { accept: 'application/json', 'x-kamome': '1', ...(body ? { 'content-type': 'application/json' } : {}) },
    ...(body ? { body: JSON.stringify(body) } : {}),
  }).catch(() => {
    throw new Refused(0, 'unreachable', {});
  });
  const type = response.headers.get('content-type') ?? '';
  if (!response.ok) {
    const problem = type.includes('json') ? await response.json() : {};
    if (problem.code === 'not_signed_in' && operation !== 'who_am_i') signedOut.dispatchEvent(new Event('over'));
    throw new Refused(response.status, problem.code ?? `http_${response.status}`, problem.detail ?? {});
  }
  return type.includes('application/json') ? response.json() : ((await response.blob()) as Answer<Op>);
}

const keyOf = (operation: Operation, sent: unknown): QueryKey => [operation, sent];

interface Reading {
  enabled?: boolean;
  /** The last answer stays on the screen while the next is on its way (search as one types). */
  keeps?: boolean;
  /** Each opening of the page asks once, and nothing asks again by itself: what is a look for the log. */
  isOnce?: boolean;
}

/** Reads, and reads again when `refresh` names it. */
export function useCall<Op extends Operation>(
  operation: Op,
  sent: Sent<Op>,
  { enabled = true, keeps = false, isOnce = false }: Reading = {},
): UseQueryResult<Answer<Op>, Refused> {
  return useQuery<Answer<Op>, Refused>({
    queryKey: keyOf(operation, sent),
    queryFn: () => call(operation, sent),
    enabled,
    ...(keeps ? { placeholderData: (before) => before as never } : {}),
    ...(isOnce ? { staleTime: Number.POSITIVE_INFINITY, gcTime: 0, refetchOnWindowFocus: false } : {}),
  });
}

/** Changes something; afterwards the operations of `refreshes` are read again wherever they are on the screen. */
export function useDo<Op extends Operation>(
  operation: Op,
  refreshes: readonly Operation[] = [],
): UseMutationResult<Answer<Op>, Refused, Sent<Op>> {
  const client = useQueryClient();
  return useMutation<Answer<Op>, Refused, Sent<Op>>({
    mutationFn: (sent) => call(operation, sent),
    onSuccess: async () => {
      await Promise.all(refreshes.map((name) => client.invalidateQueries({ queryKey: [name] })));
    },
  });
}

export interface Live<Value> {
  value: Value | null;
  /** false as soon as the server has been silent for longer than a beat should take: what is shown may be old. */
  isLive: boolean;
  /** The last sign of life, by this machine's clock. */
  heardAt: number | null;
  /** How far the server's clock is ahead of this machine's: what runs on the screen runs by the server's time. */
  aheadMs: number;
}

/** A server beats every 2 s; after two that are missing the screen says so. */
const silenceMs = 5000;

/** Watches a live operation. */
export function useLive<Op extends Operation>(operation: Op, sent: Sent<Op>): Live<Answer<Op>> {
  const [live, setLive] = useState<Live<Answer<Op>>>({ value: null, isLive: false, heardAt: null, aheadMs: 0 });
  const address = addressOf(operation, sent);
  useEffect(() => {
    const source = new EventSource(address);
    let watch: ReturnType<typeof setTimeout> | undefined;
    const isSilent = (): void => setLive((before) => ({ ...before, isLive: false }));
    const heard = (change: Partial<Live<Answer<Op>>> = {}): void => {
      clearTimeout(watch);
      watch = setTimeout(isSilent, silenceMs);
      setLive((before) => ({ ...before, ...change, isLive: true, heardAt: Date.now() }));
    };
    source.addEventListener('snapshot', (event) => heard({ value: JSON.parse(event.data) }));
    source.addEventListener('beat', (event) => heard({ aheadMs: Date.parse(JSON.parse(event.data).at) - Date.now() }));
    source.addEventListener('trouble', isSilent);
    source.addEventListener('error', isSilent);
    source.addEventListener('ended', () => {
      source.close();
      isSilent();
      signedOut.dispatchEvent(new Event('over'));
    });
    return () => {
      clearTimeout(watch);
      source.close();
    };
  }, [address]);
  return live;
}
