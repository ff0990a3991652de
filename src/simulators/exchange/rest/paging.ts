import type { Request } from 'express';
import * as form from './form.ts';

/**
 * One page of a list in Twilio's form. A page token names the last item of the page before, so that new items, which
 * come first, do not shift the pages.
 */
export function pageOf<T extends { sid: string }>(
  request: Request,
  name: string,
  items: T[],
  show: (item: T) => unknown,
): Record<string, unknown> {
  const query = request.query as Record<string, unknown>;
  const size = form.integer(query, 'PageSize', 1, 1000) ?? 50;
  const page = form.integer(query, 'Page', 0, Number.MAX_SAFE_INTEGER) ?? 0;
  const token = form.text(query, 'PageToken');
  const before = token === undefined ? -1 : items.findIndex((item) => item.sid === token.slice(2));
  const start = token === undefined ? page * size : before + 1;
  const slice = items.slice(start, start + size);
  const uri = (extra: Record<string, string>) => {
    const wanted = new URLSearchParams();
    for (const [key, value] of Object.entries(query)) {
      if (key !== 'Page' && key !== 'PageToken' && key !== 'PageSize') wanted.set(key, String(value));
    }
    wanted.set('PageSize', String(size));
    for (const [key, value] of Object.entries(extra)) wanted.set(key, value);
    return `${request.baseUrl}${request.path}?${wanted}`;
  };
  const more = start + size < items.length;
  return {
    first_page_uri: uri({ Page: '0' }),
    end: start + Math.max(0, slice.length - 1),
    previous_page_uri: page > 0 ? uri({ Page: String(page - 1) }) : null,
    next_page_uri: more ? uri({ Page: String(page + 1), PageToken: `PA${slice.at(-1)!.sid}` }) : null,
    page,
    page_size: size,
    start,
    uri: uri({ Page: String(page) }),
    [name]: slice.map(show),
  };
}
