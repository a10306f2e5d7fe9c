import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createSqsClient } from '../../core/aws/clients.ts';
import { queueUrl } from '../../core/aws/queue-url.ts';
import { SqsQueue } from '../../core/aws/sqs-queue.ts';
import { defineConfig } from '../../core/config/define-config.ts';
import { errorText, PermanentError, TransientError } from '../../core/mail/errors.ts';
import { endWithLauncher } from '../../core/process/launcher.ts';
import type { Interruption } from '../../core/process/run-program.ts';
import { aborted, unlessAborted } from '../../core/process/unless-aborted.ts';
import { parse, UsageError } from '../../core/terminal/arguments.ts';
import { helpText, type Usage } from '../../core/terminal/usage.ts';
import { checkPort } from '../http/listen-on-port.ts';
import { runLocalProgram } from '../program.ts';
import { removeAtExit } from '../remove-at-exit.ts';
import { type LocalPipeline, start } from '../start.ts';
import { PARSED_QUEUE, REGION } from '../topology.ts';
import { deliverSamples } from './deliver.ts';
import { demoHead, demoLine } from './line.ts';
import { readSamples } from './samples.ts';

const USAGE = {
  synopsis: ['[-- --exit]'],
  about: [
    'Starts the whole pipeline in a directory of its own, delivers the sample mails over SMTP, prints what comes out of the queue, and stays up until Ctrl-C.',
  ],
  options: { exit: { type: 'boolean', about: 'exit with code 0 once every sample has come out of the queue' } },
  examples: ['npm run demo', 'npm run demo -- --exit'],
} as const satisfies Usage;

/** The variable that selects the parent of the temporary directory. */
const CHOSEN_WITH = 'TMPDIR';
/** OCR of a scanned page takes seconds, on a busy machine up to a minute. */
const MAIL_TIMEOUT_MS = 120_000;

async function main(args: string[], { signal, say }: Interruption): Promise<number> {
  if (args.includes('--help') || args.includes('-h')) {
    print(helpText('npm run demo', USAGE, process.stdout.columns || null).trimEnd());
    return 0;
  }
  const { values, positionals } = parse(args, USAGE.options);
  if (positionals[0] !== undefined) throw new UsageError(`"${positionals[0]}": the demo takes options only`);
  endWithLauncher(process.env);
  const directory = mkdtempSync(join(tmpdir(), 'mail-pipeline-demo-'));
  let failed = false;
  // However the demo ends; only the log of a failed demo is kept.
  process.once('exit', () => failed || removeAtExit(directory));
  say(() => 'stopped; its data was removed');
  try {
    await runDemo(directory, values.exit === true, signal);
    return 0;
  } catch (error) {
    failed = !signal.aborted;
    throw error;
  }
}

/** Runs until interrupted, unless `exit` is set. */
async function runDemo(directory: string, exit: boolean, signal: AbortSignal): Promise<void> {
  // Its child processes end with this program.
  const pipeline = await unlessAborted(startPipeline(directory), signal);
  try {
    const lastId = await unlessAborted(deliverAndPrint(pipeline), signal);
    print(furtherSteps(pipeline, lastId, exit));
    if (!exit) await aborted(signal);
  } catch (cause) {
    if (signal.aborted) throw cause;
    throw new TransientError('demo.failed', `${errorText(cause)}; see the log ${pipeline.logFile}`);
  } finally {
    await pipeline.stop();
  }
}

/** Uses its own directory and configuration, and so leaves the user's stored mails and settings alone. */
async function startPipeline(dataDirectory: string): Promise<LocalPipeline> {
  print('starting the pipeline …');
  const place = { dataDirectory, chosenWith: CHOSEN_WITH, config: defineConfig({}) };
  const [smtpPort, webPort, awsPort] = await Promise.all([2525, 8025, 4566].map(usualOrFreePort));
  const usual = { smtpPort: smtpPort ?? 0, webPort: webPort ?? 0, awsPort: awsPort ?? 0 };
  const pipeline = await start({ ...place, ...usual }).catch((error: unknown) => {
    // Another program took the port in the meantime.
    if (!(error instanceof PermanentError && error.code === 'port.taken')) throw error;
    return start({ ...place, smtpPort: 0, webPort: 0, awsPort: 0 });
  });
  print(`ready smtp=127.0.0.1:${pipeline.smtpPort} console=${pipeline.consoleUrl} aws=${pipeline.awsUrl}\n`);
  return pipeline;
}

/** The usual port when it is free, otherwise 0, which lets the system choose. */
const usualOrFreePort = (usual: number): Promise<number> =>
  checkPort(usual, '').then(
    () => usual,
    () => 0,
  );

/** Resolves with the id of the last mail. @throws TransientError, PermanentError when a mail does not come out */
async function deliverAndPrint({ smtpPort, awsUrl }: LocalPipeline): Promise<string> {
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  const client = createSqsClient({ endpoint: awsUrl, region: REGION, credentials });
  const queue = new SqsQueue(client, await queueUrl(client, PARSED_QUEUE));
  const samples = readSamples();
  const server = { host: '127.0.0.1', port: smtpPort };
  const columns = process.stdout.columns || null;
  let lastId = '';
  let firstSeenMs = 0;
  print(demoHead(columns));
  for await (const { mail, milliseconds } of deliverSamples(samples, server, queue, MAIL_TIMEOUT_MS)) {
    if (lastId === '') firstSeenMs = performance.now();
    print(demoLine(mail, milliseconds, columns));
    lastId = mail.id;
  }
  client.destroy();
  print(`\n${samples.length} mails delivered over SMTP, ${samples.length} came out of the queue.`);
  print(`The first arrived ${(firstSeenMs / 1000).toFixed(1)} s after the start of this program.`);
  return lastId;
}

function furtherSteps({ smtpPort, consoleUrl, awsUrl }: LocalPipeline, id: string, exiting: boolean): string {
  if (exiting) return '"npm run demo" keeps the pipeline running; "npm start" runs one that keeps its mails.';
  return `
  all mails       ${consoleUrl}
  one of them     AWS_ENDPOINT_URL=${awsUrl} npx mail-pipeline show ${id}
  send your own   npx mail-pipeline send FILE.eml --smtp 127.0.0.1:${smtpPort}
  read the queue  AWS_ENDPOINT_URL=${awsUrl} npx mail-pipeline tail
  stop            Ctrl-C`;
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

await runLocalProgram('npm run demo', (interruption) => main(process.argv.slice(2), interruption));
