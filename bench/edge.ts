import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { SUBJECTS, type Subject } from './edge-servers.ts';
import { runLoad, type TextLoad } from './load-process.ts';
import { usageOf } from './process-tree.ts';
import type { Result, Row } from './report.ts';

const MB = 1024 * 1024;

/**
 * Mails per run: fewer would mostly measure V8's compiler for our edge and Haraka, and connection setup with 200
 * sessions. All runs together take four minutes on two cores, eight on busy ones.
 */
const RUNS: readonly Omit<TextLoad, 'port'>[] = [
  { mailBytes: 5 * 1024, sessions: 1, mails: 600, mailsPerConnection: null },
  { mailBytes: 5 * 1024, sessions: 20, mails: 5_000, mailsPerConnection: null },
  { mailBytes: 5 * 1024, sessions: 200, mails: 5_000, mailsPerConnection: null },
  { mailBytes: 5 * 1024, sessions: 1, mails: 400, mailsPerConnection: 1 },
  { mailBytes: 5 * 1024, sessions: 20, mails: 1_500, mailsPerConnection: 1 },
  { mailBytes: 5 * 1024, sessions: 200, mails: 1_500, mailsPerConnection: 1 },
  { mailBytes: MB, sessions: 1, mails: 80, mailsPerConnection: null },
  { mailBytes: MB, sessions: 20, mails: 300, mailsPerConnection: null },
  { mailBytes: MB, sessions: 200, mails: 600, mailsPerConnection: null },
  { mailBytes: MB, sessions: 1, mails: 60, mailsPerConnection: 1 },
  { mailBytes: MB, sessions: 20, mails: 200, mailsPerConnection: 1 },
  { mailBytes: MB, sessions: 200, mails: 300, mailsPerConnection: 1 },
];
/** With STARTTLS. smtp-sink does not support it, and Postfix and Haraka run without a certificate. */
const TLS_RUNS: readonly Omit<TextLoad, 'port'>[] = [
  { mailBytes: 5 * 1024, sessions: 20, mails: 3_000, mailsPerConnection: null, startTls: 'new' },
  { mailBytes: 5 * 1024, sessions: 20, mails: 700, mailsPerConnection: 1, startTls: 'new' },
  { mailBytes: 5 * 1024, sessions: 20, mails: 700, mailsPerConnection: 1, startTls: 'resumed' },
  { mailBytes: MB, sessions: 20, mails: 150, mailsPerConnection: null, startTls: 'new' },
];
/** Warm-up of each server: V8 keeps compiling for more than 10,000 mails, and a real server runs for weeks. */
const WARM_UPS: readonly Omit<TextLoad, 'port'>[] = [
  { mailBytes: MB, sessions: 20, mails: 100, mailsPerConnection: null },
  { mailBytes: 5 * 1024, sessions: 20, mails: 12_000, mailsPerConnection: null },
];

/** Compares our edge with other servers: all are running, and each case is measured on one after the other. */
export async function edge(directory: string): Promise<Result> {
  const rows: Row[] = [];
  const subjects: Subject[] = [];
  try {
    for (const [at, start] of SUBJECTS.entries()) {
      const below = join(directory, `edge-${at}`);
      await mkdir(below, { recursive: true });
      const subject = await start(below);
      if (subject === null) continue;
      subjects.push(subject);
      for (const warmUp of WARM_UPS) await runLoad({ port: subject.port, ...warmUp });
    }
    for (const run of [...RUNS, ...TLS_RUNS]) {
      for (const subject of subjects) {
        if (run.startTls !== undefined && !subject.startTls) continue;
        const row = await measure(subject, run);
        rows.push(row);
        process.stderr.write(`  ${row.case}: ${figures(row)}\n`);
      }
    }
  } finally {
    for (const subject of subjects) await subject.stop();
  }
  return {
    name: 'edge',
    measured:
      'each case with one server after the other, the same load from a process of its own on the same processors. ' +
      'edge-mta stores over TLS at a server that keeps nothing and is not counted; smtp-sink discards; Postfix queues on disk ' +
      'with fsync and then discards; Haraka writes a file without fsync. CPU is that of the server and all its processes; "a ' +
      'core" is what a processor that did nothing else would take. ms are from MAIL to the 250 after DATA. "load ms" is the ' +
      'CPU of the load: where it is above that of the server, mails/s is the load’s limit.',
    rows,
  };
}

const figures = (row: Row): string =>
  Object.entries(row.figures)
    .map(([name, value]) => `${value.toFixed(2)} ${name}`)
    .join(', ');

async function measure({ name, port, pid }: Subject, run: Omit<TextLoad, 'port'>): Promise<Row> {
  const before = usageOf(pid);
  const { seconds, p50, p99, cpuSeconds } = await runLoad({ port, ...run });
  const after = usageOf(pid);
  const cpuMs = ((after.cpuSeconds - before.cpuSeconds) * 1000) / run.mails;
  const size = run.mailBytes === MB ? '1 MB' : '5 KB';
  const reuse = run.mailsPerConnection === null ? 'reused' : 'new';
  const tls = run.startTls === undefined ? '' : run.startTls === 'new' ? ', TLS' : ', TLS resumed';
  return {
    case: `${size}, ${run.sessions} ${run.sessions === 1 ? 'session' : 'sessions'}, ${reuse}${tls}: ${name}`,
    figures: {
      'mails/s': run.mails / seconds,
      'CPU ms/mail': cpuMs,
      'mails/s a core': 1000 / cpuMs,
      'MB/s a core': (1000 / cpuMs) * (run.mailBytes / MB),
      'p50 ms': p50,
      'p99 ms': p99,
      'memory MB': after.memoryMb,
      'load ms': (cpuSeconds * 1000) / run.mails,
    },
  };
}
