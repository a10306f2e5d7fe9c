import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { residentMemory } from '../core/process/process-usage.ts';
import { TestPipeline, textMail, writeConfig } from '../test/support/local-pipeline.ts';
import type { Result, Row } from './report.ts';

const MB = 1024 * 1024;
const ATTACHMENT_BYTES = 100 * MB;
const CONFIG = `{ smtp: { maxMessageBytes: ${200 * MB} }, parser: { timeoutSeconds: 300 } }`;

export async function memory(directory: string): Promise<Result> {
  const config = await writeConfig(directory, CONFIG);
  const pipeline = await TestPipeline.start(join(directory, 'memory'), ['--config', config]);
  const group = pipeline.program.child.pid ?? 0;
  // Baseline: loaded, connected, and used once.
  await pipeline.receive([await pipeline.send(textMail('warm up'))]);
  const processes = {
    edge: processOf(group, 'edge-mta/index.mjs'),
    parser: processOf(group, 'bootstrap.mjs'),
    'S3, SQS and the rest of local mode': group,
  };
  const idle = Object.values(processes).map((pid) => residentMemory(pid)?.current ?? 0);
  for (const pid of Object.values(processes)) forgetPeak(pid);
  await pipeline.receive([await pipeline.send(mailWithAttachment())]);
  const rows = Object.entries(processes).map(([name, pid], at): Row => {
    const peak = residentMemory(pid)?.peak ?? 0;
    const base = idle[at] ?? 0;
    return { case: name, figures: { 'idle MB': base / MB, 'peak MB': peak / MB, 'above idle MB': (peak - base) / MB } };
  });
  await pipeline.program.killAll();
  return {
    name: 'memory',
    measured: `resident memory of each process while one mail with an attachment of ${ATTACHMENT_BYTES / MB} MB goes through; the target is less than 100 MB above idle for edge and parser.`,
    rows,
  };
}

/** The process of a group whose command line holds `text`. */
function processOf(group: number, text: string): number {
  const pids = readdirSync('/proc')
    .map(Number)
    .filter((pid) => pid > 0 && pid !== group);
  const found = pids.find((pid) => {
    const [stat, command] = [read(`/proc/${pid}/stat`), read(`/proc/${pid}/cmdline`)];
    return command.includes(text) && Number(stat.split(') ').at(-1)?.split(' ')[2]) === group;
  });
  if (found === undefined) throw new Error(`there is no process "${text}"; this benchmark needs /proc`);
  return found;
}

function read(file: string): string {
  try {
    return readFileSync(file, 'latin1');
  } catch {
    return ''; // It has ended in the meantime.
  }
}

/** Sets the kernel's record of the peak back to what is resident now (proc(5), clear_refs). */
function forgetPeak(pid: number): void {
  writeFileSync(`/proc/${pid}/clear_refs`, '5');
}

function mailWithAttachment(): Buffer {
  const head =
    'From: ada@example.org\r\nTo: bob@example.com\r\nSubject: 100 MB\r\nMIME-Version: 1.0\r\n' +
    'Content-Type: multipart/mixed; boundary="b"\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nSee attachment.\r\n' +
    '--b\r\nContent-Type: application/octet-stream\r\nContent-Disposition: attachment; filename="large.bin"\r\n' +
    'Content-Transfer-Encoding: base64\r\n\r\n';
  // A base64 line of 76 characters holds 57 bytes (RFC 2045 §6.8).
  const lines = Math.ceil(ATTACHMENT_BYTES / 57);
  const body = Buffer.alloc(lines * 78);
  const block = randomBytes(57 * 1_000);
  for (let line = 0; line < lines; line++) {
    const from = (line % 1_000) * 57;
    body.write(`${block.toString('base64', from, from + 57)}\r\n`, line * 78, 'latin1');
  }
  return Buffer.concat([Buffer.from(head), body, Buffer.from('--b--\r\n')]);
}
