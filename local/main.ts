import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { loadConfig } from '../core/config/load-config.ts';
import type { Interruption } from '../core/process/run-program.ts';
import { aborted, unlessAborted } from '../core/process/unless-aborted.ts';
import { helpText } from '../core/terminal/usage.ts';
import { endWithLauncher } from './launcher.ts';
import { parseCommandLine, USAGE } from './options.ts';
import { runLocalProgram } from './program.ts';
import { type LocalPipeline, start } from './start.ts';

const DEFAULT_CONFIG_FILE = fileURLToPath(new URL('../pipeline.config.ts', import.meta.url));

/** Runs until it is interrupted. */
async function main(args: readonly string[], { signal, say }: Interruption): Promise<number> {
  const commandLine = parseCommandLine(args);
  if (commandLine === null) {
    process.stdout.write(helpText('npm start', USAGE, process.stdout.columns ?? null));
    return 0;
  }
  const { configFile, ...places } = commandLine;
  endWithLauncher(process.env);
  const config = await loadConfig(configFile ?? DEFAULT_CONFIG_FILE);
  // What it has begun ends with this program, and nothing that is kept depends on an orderly end.
  const pipeline = await unlessAborted(start({ ...places, config }), signal);
  say(() => `stopped; mails, objects and queues are kept in ${places.dataDirectory}`);
  process.stderr.write(damageNotice(pipeline));
  process.stdout.write(greeting(pipeline));
  await aborted(signal);
  await pipeline.stop();
  return 0;
}

/** The first line is for programs that wait for it, its form is fixed; the rest is for people. */
function greeting({ smtpPort, consoleUrl, awsUrl, logFile, eventFile }: LocalPipeline): string {
  return `ready smtp=127.0.0.1:${smtpPort} console=${consoleUrl} aws=${awsUrl}
  send a mail      npx mail-pipeline send FILE.eml --smtp 127.0.0.1:${smtpPort}
  read the queue   AWS_ENDPOINT_URL=${awsUrl} npx mail-pipeline tail
  log              ${relative('.', logFile)}${eventFile === null ? '' : eventLine(eventFile)}
  stop             Ctrl-C
`;
}

/** At every start, until the files are gone: no command can tell afterwards what was in them. */
function damageNotice({ setAside: { s3, sqs } }: LocalPipeline): string {
  const files = [...s3, ...sqs].map(({ file, bytes }) => `  ${relative('.', file)} (${bytes} bytes)\n`);
  if (files.length === 0) return '';
  const what = [
    ...(s3.length > 0 ? ['Objects may be missing; their bytes are still in s3/objects.'] : []),
    ...(sqs.length > 0 ? ['Messages may be missing, which audit cannot see, and others may come again.'] : []),
  ];
  return `DAMAGED RECORDS of the data directory were set aside; all others are kept.
${files.join('')}${what.join(' ')}
Send mails again with "npx mail-pipeline replay", then delete these files; until then each start says this.
`;
}

/** The setting does something else here than on AWS: that has to be said. */
const eventLine = (file: string): string =>
  `\n  events           ${relative('.', file)} (no EventBridge here: no rule and no target runs)`;

await runLocalProgram('npm start', (interruption) => main(process.argv.slice(2), interruption));
