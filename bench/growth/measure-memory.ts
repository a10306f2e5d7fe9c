import { writeFileSync } from 'node:fs';
import { residentMemory } from '../../core/process/process-usage.ts';
import { SUBJECTS } from './subjects.ts';

/** Prints the bytes that the process grows by at most while it reads the mail of family argv[2] with argv[3] bytes. */
const subject = SUBJECTS[process.argv[2] ?? ''];
if (subject === undefined || global.gc === undefined)
  throw new Error('usage: node --expose-gc measure-memory FAMILY BYTES');
await subject.read(Buffer.from('Subject: first\r\n\r\nWhatever is loaded for the first mail is there afterwards.'));
const mail = subject.make(Number(process.argv[3]));
global.gc();
// Sets the kernel's record of the peak back to what is resident now (proc(5), clear_refs).
writeFileSync('/proc/self/clear_refs', '5');
const before = residentMemory(process.pid)?.current ?? Number.NaN;
await subject.read(mail);
console.log(JSON.stringify((residentMemory(process.pid)?.peak ?? Number.NaN) - before));
