import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { CONFIG_VARIANTS } from '../support/config-variants.ts';
import { Synthesis, templatesIn } from '../support/synth.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

const path = temporaryDirectory();
const made: string[] = [];

/** W3005: CDK lets a function wait for its role twice. E2533: this linter knows other dates than AWS announces. */
const IGNORED = ['W3005', 'E2533'];

const hasLinter = spawnSync('cfn-lint', ['--version']).status === 0;
const LINT_MS = 180_000;

describe('every configuration', () => {
  it.each(Object.entries(CONFIG_VARIANTS))('passes the AWS Solutions rules: %s', (_, input) => {
    const directory = path(`synth-${made.length}`);
    const { stackNames } = new Synthesis(input, { directory, checks: true });
    made.push(directory);
    expect(stackNames.length).toBeGreaterThanOrEqual(4);
  });

  it.skipIf(!hasLinter)(
    'passes cfn-lint (skipped where it is not installed: pip install cfn-lint)',
    { timeout: LINT_MS },
    () => {
      const files = made.flatMap((directory) => templatesIn(directory).map((file) => join(directory, file)));
      expect(files.length).toBeGreaterThanOrEqual(4 * Object.keys(CONFIG_VARIANTS).length);
      const { status, stdout, stderr } = spawnSync('cfn-lint', ['--ignore-checks', ...IGNORED, '--', ...files], {
        encoding: 'utf8',
      });
      expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: '', stderr: '' });
    },
  );
});
