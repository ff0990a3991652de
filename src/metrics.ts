/**
 * Numbers for Prometheus. A label says what kind of thing was counted, never whose: its values are words of the program, and
 * few. Anything else becomes `other`, so that neither a phone nor a case id can end in a metric (product.md, rule 8).
 */
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';

export type Labels = Readonly<Record<string, string | number>>;

export interface Metrics {
  /** Counts occasions. The same name gives the same counter again. */
  counter(name: string, help: string, labels?: readonly string[]): { add(labels?: Labels, amount?: number): void };
  /** Spreads seconds over buckets; `buckets` in seconds, rising. */
  histogram(
    name: string,
    help: string,
    labels?: readonly string[],
    buckets?: readonly number[],
  ): { observe(seconds: number, labels?: Labels): void };
  /** A level, set now or asked for by `read` whenever somebody looks. */
  gauge(name: string, help: string, read?: () => number): { set(value: number): void };
  /** What /metrics answers. */
  text(): Promise<{ contentType: string; body: string }>;
}

export interface MetricsOptions {
  /** Memory, event loop and garbage of this process too. Off in tests: it starts observers that outlive them. */
  ofProcess?: boolean;
}

/** From a key press that should feel instant up to a carrier that does not answer. */
const secondsBuckets = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];
/** Label combinations of one metric; more than this is a mistake that would fill the memory of whoever scrapes. */
const mostCombinations = 200;

/** A registry of its own, so that two servers in one process (a trial, a test) do not mix their numbers. */
export function createMetrics(options: MetricsOptions = {}): Metrics {
  const registry = new Registry();
  if (options.ofProcess) collectDefaultMetrics({ register: registry });
  const made = new Map<string, unknown>();
  const once = <T>(name: string, make: () => T): T => {
    const known = made.get(name) as T | undefined;
    if (known !== undefined) return known;
    const metric = make();
    made.set(name, metric);
    return metric;
  };
  return {
    counter: (name, help, labels = []) =>
      once(name, () => {
        const counter = new Counter({ name, help, labelNames: [...labels], registers: [registry] });
        const clean = cleaner(labels);
        return { add: (given = {}, amount = 1) => counter.inc(clean(given), amount) };
      }),
    histogram: (name, help, labels = [], buckets = secondsBuckets) =>
      once(name, () => {
        const common = { name, help, labelNames: [...labels], registers: [registry] };
        const histogram = new Histogram({ ...common, buckets: [...buckets] });
        const clean = cleaner(labels);
        return { observe: (seconds, given = {}) => histogram.observe(clean(given), seconds) };
      }),
    gauge: (name, help, read) =>
      once(name, () => {
        const collect = read ? { collect: () => gauge.set(read()) } : {};
        const gauge: Gauge = new Gauge({ name, help, registers: [registry], ...collect });
        return { set: (value) => gauge.set(value) };
      }),
    text: async () => ({ contentType: registry.contentType, body: await registry.metrics() }),
  };
}

function cleaner(names: readonly string[]): (given: Labels) => Record<string, string> {
  const seen = new Set<string>();
  const other = Object.fromEntries(names.map((name) => [name, 'other']));
  return (given) => {
    const labels = Object.fromEntries(names.map((name) => [name, cleanValue(given[name])]));
    const combination = JSON.stringify(labels);
    if (seen.has(combination)) return labels;
    if (seen.size >= mostCombinations) return other;
    seen.add(combination);
    return labels;
  };
}

/** Words (`accepted`, `/voice/menu`, `5xx`) pass; ids have 26 characters in a row, phones and cards many digits. */
function cleanValue(value: string | number | undefined): string {
  const text = String(value ?? '');
  return /^[A-Za-z0-9_:/.{}-]{1,64}$/.test(text) && !/\d{5}|[0-9a-z]{26}/.test(text) ? text : 'other';
}
