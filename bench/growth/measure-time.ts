import { cpuSeconds } from '../mime/read-here.ts';
import { SUBJECTS } from './subjects.ts';

/** Seconds of CPU time after which the code counts as compiled. */
const WARM_UP_SECONDS = 0.3;
/** Seconds of CPU time of one round. */
const ROUND_SECONDS = 0.04;
const ROUNDS = 8;

/**
 * Prints the CPU seconds of one reading for mails of family argv[2] in sizes argv[3…]. The sizes take turns in one
 * process, so that code and heap are the same for all. A round reads one mail repeatedly, so that it pays for its own
 * garbage; the first reading after a forced collection is not counted, because it regains memory that the collector
 * released. The quickest round counts.
 */
const [name = '', ...sizes] = process.argv.slice(2);
const subject = SUBJECTS[name];
const collect = global.gc;
if (subject === undefined || collect === undefined) throw new Error('usage: node --expose-gc measure-time NAME BYTES…');
const mails = sizes.map((size) => subject.make(Number(size)));

for (const end = cpuSeconds() + WARM_UP_SECONDS; cpuSeconds() < end; )
  for (const mail of mails) await subject.read(mail);
const quickest = mails.map(() => Number.POSITIVE_INFINITY);
for (let i = 0; i < ROUNDS; i++) {
  for (const [at, mail] of mails.entries()) {
    quickest[at] = Math.min(quickest[at] ?? 0, await secondsOfOne(mail));
  }
}
console.log(JSON.stringify(quickest));

async function secondsOfOne(mail: Buffer): Promise<number> {
  collect?.();
  await subject?.read(mail);
  let seconds = 0;
  let readings = 0;
  for (const start = cpuSeconds(); seconds < ROUND_SECONDS; readings++) {
    await subject?.read(mail);
    seconds = cpuSeconds() - start;
  }
  return seconds / readings;
}
