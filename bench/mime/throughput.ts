import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Result, Row } from '../report.ts';
import { mimeAgainst } from './against.ts';
import { buildContenders, secondsIn, secondsOf } from './contender-process.ts';
import { MAILS } from './mails.ts';

/** Rounds in which all take their turn, so that what else the machine does meets them all. The quickest counts. */
const ROUNDS = 3;
const CONTENDERS = ['mailparser stream', 'simpleParser, defaults', 'postal-mime', 'Python email', 'here'];

/** Readers side by side: CPU time, each in a process of its own, for the same mails; or our own beside another checkout's. */
export async function mime(directory: string, checkout?: string): Promise<Result> {
  if (checkout !== undefined) return mimeAgainst(directory, checkout);
  const program = join(directory, 'contenders.mjs');
  await buildContenders(process.cwd(), program);
  const rows: Row[] = [];
  for (const [name, make] of Object.entries(MAILS)) {
    const mail = make();
    const file = join(directory, 'mail.eml');
    writeFileSync(file, mail);
    const seconds = new Map(CONTENDERS.map((contender) => [contender, Number.POSITIVE_INFINITY]));
    for (let round = 0; round < ROUNDS; round++) {
      for (const [contender, best] of seconds) {
        seconds.set(contender, Math.min(best, await contenderSeconds(contender, name, program, file)));
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

function contenderSeconds(contender: string, mail: string, program: string, file: string): Promise<number> {
  return contender === 'Python email'
    ? secondsIn('python3', ['bench/mime/contender.py', file])
    : secondsOf(program, contender, mail);
}
