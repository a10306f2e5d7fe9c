import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createSqsClient } from '../../core/aws/clients.ts';
import { queueUrl } from '../../core/aws/queue-url.ts';
import { SqsQueue } from '../../core/aws/sqs-queue.ts';
import { defineConfig } from '../../core/config/define-config.ts';
import { errorText } from '../../core/mail/errors.ts';
import { onInterruption } from '../../core/process/interruption.ts';
import { checkPort } from '../http/listen-on-port.ts';
import { endWithLauncher } from '../launcher.ts';
import { type LocalPipeline, start } from '../start.ts';
import { PARSED_QUEUE, REGION } from '../topology.ts';
import { deliverSamples } from './deliver.ts';
import { DEMO_HEAD, demoLine } from './line.ts';
import { readSamples } from './samples.ts';

const USAGE = `Usage: npm run demo [-- --exit]
Starts the whole pipeline in a directory of its own, delivers the sample mails over SMTP, prints what comes out of the
queue, and stays up until Ctrl-C. With --exit it ends then; the exit code is 0 when every mail came out.`;

/** The first mail waits for a cold start; on a busy machine that can take seconds. */
const MAIL_TIMEOUT_MS = 30_000;

async function main(args: string[]): Promise<number> {
  const options = commandLine(args);
  if (options === null || options.help) {
    process.stderr.write(`${USAGE}\n`);
    return options === null ? 2 : 0;
  }
  endWithLauncher(process.env);
  const interrupted = interruption();
  const directory = await mkdtemp(join(tmpdir(), 'mail-pipeline-demo-'));
  const pipeline = await startPipeline(directory);
  try {
    const lastId = await Promise.race([deliverAndPrint(pipeline), interrupted]);
    if (lastId !== 'interrupted') {
      print(furtherSteps(pipeline, lastId, options.exit));
      if (!options.exit) await interrupted;
    }
    await pipeline.stop();
    await rm(directory, { recursive: true, force: true });
    return lastId === 'interrupted' ? 1 : 0;
  } catch (error) {
    await pipeline.stop();
    process.stderr.write(`${errorText(error)}\nWhat the programs said is in ${pipeline.logFile}\n`);
    return 1;
  }
}

/** Null when it cannot be understood. */
function commandLine(args: string[]): { exit: boolean; help: boolean } | null {
  const known = ['--exit', '--help', '-h'];
  if (!args.every((arg) => known.includes(arg))) return null;
  return { exit: args.includes('--exit'), help: args.includes('--help') || args.includes('-h') };
}

/** In a directory and with a configuration of its own: neither stored mails nor settings of the user are touched. */
async function startPipeline(dataDirectory: string): Promise<LocalPipeline> {
  print('starting the pipeline …');
  const pipeline = await start({
    smtpPort: await usualOrFreePort(2525),
    webPort: await usualOrFreePort(8025),
    awsPort: await usualOrFreePort(4566),
    dataDirectory,
    config: defineConfig({}),
  });
  const { smtpPort, consoleUrl, awsUrl } = pipeline;
  print(`ready smtp=127.0.0.1:${smtpPort} console=${consoleUrl} aws=${awsUrl}\n`);
  return pipeline;
}

/** The usual port when it is free, otherwise 0, which lets the system choose. */
const usualOrFreePort = (usual: number): Promise<number> =>
  checkPort(usual, '').then(
    () => usual,
    () => 0,
  );

/** Resolves with the id of the last mail. @throws TransientError, PermanentError when a mail did not come out */
async function deliverAndPrint({ smtpPort, awsUrl }: LocalPipeline): Promise<string> {
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  const client = createSqsClient({ endpoint: awsUrl, region: REGION, credentials });
  const queue = new SqsQueue(client, await queueUrl(client, PARSED_QUEUE));
  const samples = readSamples();
  const server = { host: '127.0.0.1', port: smtpPort };
  let lastId = '';
  print(DEMO_HEAD);
  for await (const { mail, milliseconds } of deliverSamples(samples, server, queue, MAIL_TIMEOUT_MS)) {
    print(demoLine(mail, milliseconds));
    lastId = mail.id;
  }
  client.destroy();
  print(`\n${samples.length} mails delivered over SMTP, ${samples.length} came out of the queue.`);
  return lastId;
}

function furtherSteps({ smtpPort, consoleUrl, awsUrl }: LocalPipeline, id: string, exiting: boolean): string {
  if (exiting) return 'npm run demo keeps the pipeline running; npm start starts one that keeps its mails.';
  return `
  all mails       ${consoleUrl}
  one of them     AWS_ENDPOINT_URL=${awsUrl} npx mail-pipeline show ${id}
  send your own   npx mail-pipeline send FILE.eml --smtp 127.0.0.1:${smtpPort}
  read the queue  AWS_ENDPOINT_URL=${awsUrl} npx mail-pipeline tail
  stop            Ctrl-C`;
}

/** Resolves on Ctrl-C, or when whoever started the demo wants it to end. */
function interruption(): Promise<'interrupted'> {
  return new Promise((resolve) => onInterruption(() => resolve('interrupted')));
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

process.exitCode = await main(process.argv.slice(2)).catch((error: unknown) => {
  process.stderr.write(`${errorText(error)}\n`);
  return 1;
});
