import { join } from 'node:path';
import { buildContenders, secondsOf } from './mime/contender-process.ts';
import { MAILS } from './mime/mails.ts';
import type { Result, Row } from './report.ts';

/** Rounds in which all contenders take turns; the quickest counts. */
const ROUNDS = 3;
const FORMS = ['body hash, simple', 'body hash, relaxed'];

/** The cost of a signature's body hash relative to reading the same mail, each in a separate process. */
export async function dkim(directory: string): Promise<Result> {
  const program = join(directory, 'contenders.mjs');
  await buildContenders(process.cwd(), program);
  const rows: Row[] = [];
  for (const [name, make] of Object.entries(MAILS)) {
    const bytes = make().length;
    const seconds = new Map(['here', ...FORMS].map((contender) => [contender, Number.POSITIVE_INFINITY]));
    for (let round = 0; round < ROUNDS; round++) {
      for (const [contender, best] of seconds) {
        seconds.set(contender, Math.min(best, await secondsOf(program, contender, name)));
      }
    }
    const reading = seconds.get('here') ?? Number.NaN;
    for (const form of FORMS) {
      const hashing = seconds.get(form) ?? Number.NaN;
      rows.push({
        case: `${name} · ${form}`,
        figures: { 'MB a second': bytes / hashing / 1e6, 'times its reading': hashing / reading },
      });
    }
  }
  return {
    name: 'dkim',
    measured:
      'CPU time of bringing a body into the form that DKIM signs and hashing it with sha256, in times the reading of the same mail. Goal for the PDF: 0.8 at most.',
    rows,
  };
}
