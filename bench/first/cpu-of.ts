import { join } from 'node:path';
import { z } from 'zod';
import { printedBy } from '../printed-by.ts';

const PROGRAM = join(import.meta.dirname, 'first-process.mjs');

/** A process prints up to three marks. */
const printed = z
  .tuple([z.number()], z.number())
  .transform(([one, two = Number.NaN, three = Number.NaN]) => [one, two, three] as const);

/** Milliseconds of CPU of a new process at each mark of a step of `first-process.mjs`. */
export async function cpuOf(step: string[], env: NodeJS.ProcessEnv = {}): Promise<z.infer<typeof printed>> {
  // The parser prints its log; the figures are the last line.
  const lines = (await printedBy(process.execPath, [PROGRAM, ...step], { env })).trim().split('\n');
  return printed.parse(JSON.parse(lines.at(-1) ?? ''));
}

export const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
