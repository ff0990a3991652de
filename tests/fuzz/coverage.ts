/** What of our code an input has made run that none had before: V8's own precise coverage, block by block. */
import inspector from 'node:inspector';

export interface Coverage {
  /** Blocks of src/ that ran since the last time asked and were never kept. */
  fresh(): string[];
  /** From now on these are no news. */
  keep(blocks: readonly string[]): void;
  /** Blocks kept so far. */
  readonly seen: number;
  close(): void;
}

export function openCoverage(): Coverage {
  const session = new inspector.Session();
  session.connect();
  const post = (method: string, params?: object): unknown => {
    let answer: unknown;
    session.post(method, params, (error, result) => {
      if (error) throw new Error(`the profiler refused ${method}: ${error.message}`);
      answer = result;
    });
    return answer; // the profiler of one's own thread answers before `post` returns
  };
  post('Profiler.enable');
  post('Profiler.startPreciseCoverage', { callCount: true, detailed: true });
  const blocks = new Set<string>();
  let isClosed = false;
  return {
    fresh() {
      const { result } = post('Profiler.takePreciseCoverage') as inspector.Profiler.TakePreciseCoverageReturnType;
      const ran = new Set<string>();
      for (const { url, scriptId, functions } of result)
        if (url.includes('/src/'))
          for (const { ranges } of functions)
            for (const { startOffset, endOffset, count } of ranges)
              if (count > 0) ran.add(`${scriptId}:${startOffset}:${endOffset}`);
      return [...ran].filter((block) => !blocks.has(block));
    },
    keep(fresh) {
      for (const block of fresh) blocks.add(block);
    },
    get seen() {
      return blocks.size;
    },
    close() {
      if (isClosed) return;
      isClosed = true;
      post('Profiler.stopPreciseCoverage');
      session.disconnect();
    },
  };
}
