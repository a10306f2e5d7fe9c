import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { UsageError } from '../../core/terminal/arguments.ts';
import type { Result, Row } from '../report.ts';
import { buildContenders, secondsOf } from './contender-process.ts';
import { MAILS } from './mails.ts';

/** Rounds in which the two take turns: what else the machine does is more than the difference that is looked for. */
const ROUNDS = 9;

/**
 * This reader beside that of another checkout, such as one from before a change.
 *
 * @throws UsageError when it is none, or has no packages
 */
export async function mimeAgainst(directory: string, checkout: string): Promise<Result> {
  if (!['bench/mime/contenders.ts', 'node_modules'].every((name) => existsSync(join(checkout, name)))) {
    throw new UsageError(`--against is "${checkout}": give a checkout of this project with its packages installed`);
  }
  const here = join(directory, 'here.mjs');
  const there = join(directory, 'there.mjs');
  await buildContenders(process.cwd(), here);
  await buildContenders(resolve(checkout), there);
  const rows: Row[] = [];
  for (const mail of Object.keys(MAILS)) {
    const seconds: Record<'here' | 'there', number[]> = { here: [], there: [] };
    for (let round = 0; round < ROUNDS; round++) {
      seconds.here.push(await secondsOf(here, 'here', mail));
      seconds.there.push(await secondsOf(there, 'here', mail));
    }
    const [ours, theirs] = [Math.min(...seconds.here), Math.min(...seconds.there)];
    const ratios = seconds.here.map((own, round) => own / (seconds.there[round] ?? Number.NaN));
    rows.push({
      case: mail,
      figures: {
        'µs a mail here': ours * 1e6,
        'µs a mail there': theirs * 1e6,
        'least / least': ours / theirs,
        'median of the ratios': ratios.sort((a, b) => a - b)[Math.floor(ROUNDS / 2)] ?? Number.NaN,
      },
    });
  }
  return {
    name: 'mime',
    measured: `CPU time of reading one mail as in mime, here and by the checkout in ${checkout}, ${ROUNDS} turns each.`,
    rows,
  };
}
