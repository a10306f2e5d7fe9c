import { writeFileSync } from 'node:fs';
import { describing } from '../../core/mime/describe-attachment.ts';
import { residentMemory } from '../../core/process/resident-memory.ts';
import { cpuSeconds, readHere } from '../mime/read-here.ts';
import { FAMILIES } from './families.ts';

/** Seconds of CPU time for the repetitions, of which the quickest counts. */
const MEASURED_SECONDS = 0.15;

/** An attachment is hashed and looked at, and goes nowhere. */
const sink = describing(async (_head, content) => {
  for await (const _bytes of content);
  return { bucket: '', key: '' };
});

/** Prints CPU seconds and bytes of memory that reading the mail of family argv[2] with argv[3] bytes takes. */
const family = FAMILIES[process.argv[2] ?? ''];
if (family === undefined || global.gc === undefined) throw new Error('usage: node --expose-gc read-once FAMILY BYTES');
await readHere(Buffer.from('Subject: first\r\n\r\nWhatever is loaded for the first mail is there afterwards.'), sink);
const mail = family.make(Number(process.argv[3]));
global.gc();
// Sets the kernel's record of the peak back to what is resident now (proc(5), clear_refs).
writeFileSync('/proc/self/clear_refs', '5');
const before = residentMemory(process.pid)?.current ?? Number.NaN;
let best = await secondsOfOne();
const memoryBytes = (residentMemory(process.pid)?.peak ?? Number.NaN) - before;
for (const end = cpuSeconds() + MEASURED_SECONDS; cpuSeconds() < end; ) best = Math.min(best, await secondsOfOne());
console.log(JSON.stringify({ seconds: best, memoryBytes, mailBytes: mail.length }));

async function secondsOfOne(): Promise<number> {
  const start = cpuSeconds();
  await readHere(mail, sink);
  return cpuSeconds() - start;
}
