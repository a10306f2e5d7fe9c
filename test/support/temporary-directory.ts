import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll } from 'vitest';

/** A directory for the tests of a `describe`, removed afterwards. */
export function temporaryDirectory(): (...path: string[]) => string {
  let directory = '';
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'mail-pipeline-test-'));
  });
  afterAll(() => rm(directory, { recursive: true, force: true }));
  return (...path) => join(directory, ...path);
}
