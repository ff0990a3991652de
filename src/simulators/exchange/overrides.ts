/**
 * Connection overrides, appended to a webhook URL as a fragment: `https://host/path#rc=2&rt=3000&rp=5xx,ct`
 * (https://www.twilio.com/docs/usage/webhooks/webhooks-connection-overrides). Milliseconds; a value out of range is
 * reported (11240) and its default used.
 */
export interface Overrides {
  connectMs: number;
  readMs: number;
  totalMs: number;
  retries: number;
  retryOn: ReadonlySet<'4xx' | '5xx' | 'ct' | 'rt'>;
  faults: string[];
}

const ranges = {
  ct: { least: 100, most: 10_000, usual: 5000 },
  rt: { least: 100, most: 15_000, usual: 15_000 },
  tt: { least: 100, most: 15_000, usual: 15_000 },
  rc: { least: 0, most: 5, usual: 1 },
} as const;

const usual: Overrides = {
  connectMs: ranges.ct.usual,
  readMs: ranges.rt.usual,
  totalMs: ranges.tt.usual,
  retries: ranges.rc.usual,
  retryOn: new Set(['ct']),
  faults: [],
};

/** Splits a webhook URL into what is requested (and signed) and how. */
export function splitOverrides(url: string): { url: string; overrides: Overrides } {
  const hash = url.indexOf('#');
  if (hash < 0) return { url, overrides: usual };
  const wishes = new URLSearchParams(url.slice(hash + 1));
  const faults: string[] = [];
  const number = (key: keyof typeof ranges): number => {
    const wish = wishes.get(key);
    const { least, most, usual: otherwise } = ranges[key];
    if (wish === null) return otherwise;
    const value = Number(wish);
    if (Number.isInteger(value) && value >= least && value <= most) return value;
    faults.push(`${key}=${wish} is not a whole number from ${least} to ${most}`);
    return otherwise;
  };
  const retryOn = new Set<'4xx' | '5xx' | 'ct' | 'rt'>();
  for (const policy of (wishes.get('rp') ?? 'ct').split(',')) {
    if (policy === 'all') for (const each of ['4xx', '5xx', 'ct', 'rt'] as const) retryOn.add(each);
    else if (policy === '4xx' || policy === '5xx' || policy === 'ct' || policy === 'rt') retryOn.add(policy);
    else faults.push(`rp=${policy} is not one of 4xx, 5xx, ct, rt, all`);
  }
  return {
    url: url.slice(0, hash),
    overrides: {
      connectMs: number('ct'),
      readMs: number('rt'),
      totalMs: number('tt'),
      retries: number('rc'),
      retryOn,
      faults,
    },
  };
}
