import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Limits are for what hangs: on a busy machine a test may take ten times as long as on a quiet one. */
const MINUTE = 60_000;

/** Files of minutes each, the longest first. In a fresh clone vitest begins with the largest files, and would end with these. */
const LONGEST = [
  'package',
  'sabotage',
  'hostile-mails',
  'differential',
  'console-page',
  'ctrl-c-commands',
  'crash',
  'synth-variants',
];

class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const names = LONGEST.map((name) => `/test/long/${name}.test.ts`);
    const place = ({ moduleId }: TestSpecification) => {
      const at = names.findIndex((name) => moduleId.endsWith(name));
      return at === -1 ? names.length : at;
    };
    return (await super.sort(files)).sort((a, b) => place(a) - place(b));
  }
}

export default defineConfig({
  test: {
    sequence: { sequencer: LongestFirst },
    // Most of these tests wait, for a clock or for another process: with one worker a processor, a quarter of the
    // processors' time was idle.
    maxWorkers: Math.ceil(1.5 * availableParallelism()),
    // In a terminal the files that run now and how many are through; in CI a dot for each test.
    reporters: process.env['CI'] ? ['dot'] : ['default'],
    silent: 'passed-only',
    projects: [
      // Files of one folder share a process and its modules: loading them anew for each would take a third of the time.
      project('unit', { testTimeout: 2 * MINUTE, isolate: false }),
      project('integration', { testTimeout: 4 * MINUTE, hookTimeout: 2 * MINUTE, isolate: false }),
      project('e2e', { testTimeout: 6 * MINUTE, hookTimeout: 4 * MINUTE, isolate: false }),
      project('faults', { testTimeout: 20 * MINUTE, hookTimeout: 2 * MINUTE }),
      // What takes minutes: `npm run test:long`. `npm test` leaves it out.
      project('long', { testTimeout: 30 * MINUTE, hookTimeout: 4 * MINUTE }),
      // Needs an account: `npm run test:aws`. Nothing else runs it.
      project('aws', { testTimeout: 4 * MINUTE, hookTimeout: 2 * MINUTE }),
    ],
  },
});

/** The tests of one folder. It does not extend the settings above: `--maxWorkers` of the command line would be overruled. */
function project(name: string, settings: { testTimeout: number; hookTimeout?: number; isolate?: boolean }) {
  const include = [`test/${name}/**/*.test.ts`];
  return { test: { name, include, expect: { poll: { timeout: 2 * MINUTE } }, ...settings } };
}
