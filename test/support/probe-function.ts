import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FunctionDefinition } from '../../local/runtime/function-definition.ts';
import { LambdaFunction } from '../../local/runtime/lambda-function.ts';
import { Reaper } from '../../local/runtime/reaper.ts';

/** A function whose bundle is `source`, its output, and how to stop it. */
export interface ProbeFunction {
  lambda: LambdaFunction;
  printed: string[];
  close(): Promise<void>;
}

export async function probeFunction(
  source: string,
  settings: Partial<FunctionDefinition> = {},
): Promise<ProbeFunction> {
  const codeDirectory = await mkdtemp(join(tmpdir(), 'lambda-'));
  await writeFile(join(codeDirectory, 'index.mjs'), source);
  const reaper = new Reaper();
  const printed: string[] = [];
  const definition = {
    name: 'probe',
    codeDirectory,
    memoryMb: 256,
    timeoutMs: 30_000,
    maxConcurrency: 2,
    idleMs: 60_000,
    environment: {},
    ...settings,
  };
  const lambda = new LambdaFunction(definition, { reaper, print: (name, line) => printed.push(`${name}: ${line}`) });
  return {
    lambda,
    printed,
    async close() {
      await lambda.stop();
      await reaper.close();
      await rm(codeDirectory, { recursive: true });
    },
  };
}
