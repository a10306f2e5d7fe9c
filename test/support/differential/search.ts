import { seededRandom } from '../seeded-random.ts';
import { type GeneratedMail, generateMail } from './grammar.ts';
import type { PythonReader } from './python.ts';
import { readByAll } from './readers.ts';
import { textOf } from './view.ts';

/** Mails read concurrently: some make mailparser wait for seconds. */
const CONCURRENCY = 100;

/** Results for all mails of one shape. */
export interface Finding {
  mails: number;
  /** Mails in which another reader found different attachments. */
  different: number;
  /** Those of them that the document does not flag. */
  silent: number;
  /** One of the silent mails, for people to read. */
  example: { mail: string; readings: string } | null;
}

/** Results of a run, by shape. What matters is how many kinds of mail are flagged, not how often each came up. */
export interface Search {
  shapes: Map<string, Finding>;
  mails: number;
}

/** Generates mails from a seed and finds those in which another reader sees different attachments. */
export function search(count: number, seed: number, python: PythonReader | null): Promise<Search> {
  const random = seededRandom(seed);
  return searchIn(
    Array.from({ length: count }, () => () => generateMail(random)),
    python,
  );
}

/** The same for given mails, each generated when its turn comes. */
export async function searchIn(mails: readonly (() => GeneratedMail)[], python: PythonReader | null): Promise<Search> {
  const shapes = new Map<string, Finding>();
  let next = 0;
  const work = async () => {
    for (let make = mails[next++]; make !== undefined; make = mails[next++]) await look(make(), shapes, python);
  };
  await Promise.all(Array.from({ length: CONCURRENCY }, work));
  return { shapes, mails: mails.length };
}

async function look({ bytes, shape }: GeneratedMail, shapes: Map<string, Finding>, python: PythonReader | null) {
  const finding = shapes.get(shape) ?? { mails: 0, different: 0, silent: 0, example: null };
  shapes.set(shape, finding);
  const { ours, others, flagged } = await readByAll(bytes, python);
  finding.mails++;
  const different = Object.entries(others);
  if (different.length === 0) return;
  finding.different++;
  if (flagged) return;
  finding.silent++;
  const readings = [['ours', ours] as const, ...different].map(([name, view]) => `${name} [${textOf(view)}]`);
  finding.example ??= { mail: bytes.toString('latin1'), readings: readings.join(' / ') };
}

/** Shapes that readers disagree on, and those of them with at least one mail that is not flagged. */
export function counted({ shapes }: Search): { different: number; silent: [shape: string, finding: Finding][] } {
  const different = [...shapes].filter(([, finding]) => finding.different > 0);
  return { different: different.length, silent: different.filter(([, finding]) => finding.silent > 0) };
}

export function report(found: Search): string {
  const { different, silent } = counted(found);
  const lines = silent
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([shape, { example }]) => `  ${shape}: ${example?.readings ?? ''}`);
  const share = different === 0 ? 100 : 100 * (1 - silent.length / different);
  return [
    `${found.mails} mails of ${found.shapes.size} shapes, ${different} read differently, ${silent.length} of them silently (${share.toFixed(1)} % told)`,
    ...lines,
  ].join('\n');
}
