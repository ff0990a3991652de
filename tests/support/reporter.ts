/**
 * Mocha's own `spec` output, and the numbers for tests/run.ts in the file named by KAMOME_TEST_RESULTS. A process that does not
 * end although its tests have ended holds something open (a timer, a socket): that is a fault of a test, and is told.
 */
import { writeFileSync } from 'node:fs';
import Mocha from 'mocha';

const endMs = 15_000;
/** Characters of a failure repeated at the end of the whole run; all of it stands where it happened. */
const mostOfMessage = 600;

export default class Reporter extends Mocha.reporters.Spec {
  constructor(runner: Mocha.Runner, options: Mocha.MochaOptions) {
    super(runner, options);
    const failing: string[] = [];
    runner.on(Mocha.Runner.constants.EVENT_TEST_FAIL, (test: Mocha.Test, error: Error) => {
      failing.push(`${test.fullTitle()}: ${error.message.slice(0, mostOfMessage)}`);
    });
    runner.once(Mocha.Runner.constants.EVENT_RUN_END, () => {
      const { passes = 0, failures = 0, pending = 0 } = runner.stats ?? {};
      // tests/support/leaks.ts, where a test has imported it
      const { watched, hits } =
        (globalThis as { kamomeLeakWatch?: { watched: object; hits: number } }).kamomeLeakWatch ?? {};
      const results = { passed: passes, failed: failures, pending, failing, watched: { ...watched, hits } };
      write(results);
      setTimeout(() => {
        const open = process.getActiveResourcesInfo().filter((name) => !name.startsWith('Pipe') && name !== 'TTYWrap');
        const fault = `still open ${endMs / 1000} s after the last test: ${open.join(', ') || 'a child process'}`;
        console.error(fault);
        write({ ...results, fault }); // mocha overwrites the exit code with its own
        process.exit();
      }, endMs).unref();
    });
  }
}

function write(results: object): void {
  const file = process.env.KAMOME_TEST_RESULTS;
  if (file) writeFileSync(file, JSON.stringify(results));
}
