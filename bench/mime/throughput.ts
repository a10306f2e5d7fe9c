import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { z } from 'zod';
import type { Result, Row } from '../report.ts';
import { MAILS } from './mails.ts';

/** Rounds in which all take their turn, so that what else the machine does meets them all. The quickest counts. */
const ROUNDS = 3;
const CONTENDERS = ['mailparser stream', 'simpleParser, defaults', 'postal-mime', 'Python email', 'here'];
const measured = z.object({ seconds: z.number() });

/** Readers side by side: CPU time, each in a process of its own, for the same mails. */
export async function mime(directory: string): Promise<Result> {
  const program = join(directory, 'contenders.mjs');
  await build({
    entryPoints: ['bench/mime/contenders.ts'],
    outfile: program,
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'esm',
    banner: { js: "import{createRequire as __cr}from'node:module';const require=__cr(import.meta.url);" },
    logLevel: 'warning',
  });
  const rows: Row[] = [];
  for (const [name, make] of Object.entries(MAILS)) {
    const mail = make();
    const file = join(directory, 'mail.eml');
    writeFileSync(file, mail);
    const seconds = new Map(CONTENDERS.map((contender) => [contender, Number.POSITIVE_INFINITY]));
    for (let round = 0; round < ROUNDS; round++) {
      for (const [contender, best] of seconds) {
        seconds.set(contender, Math.min(best, secondsOf(contender, name, program, file)));
      }
    }
    const reference = seconds.get('mailparser stream') ?? Number.NaN;
    for (const [contender, perMail] of seconds) {
      rows.push({
        case: `${name} · ${contender}`,
        figures: {
          'mails a second': 1 / perMail,
          'MB a second': mail.length / perMail / 1e6,
          'times mailparser': reference / perMail,
        },
      });
    }
  }
  return {
    name: 'mime',
    measured:
      'CPU time of reading one mail from memory, all attachments decoded and hashed with sha256, here with the whole ParsedMail. Targets, in times mailparser stream: 8 for text, 7 for HTML, 10 for PDF.',
    rows,
  };
}

function secondsOf(contender: string, mail: string, program: string, file: string): number {
  const output =
    contender === 'Python email'
      ? execFileSync('python3', ['bench/mime/contender.py', file], { encoding: 'utf8' })
      : execFileSync(process.execPath, [program, contender, mail], { encoding: 'utf8' });
  return measured.parse(JSON.parse(output)).seconds;
}
