import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { loadConfig } from '../core/config/load-config.ts';
import { errorText } from '../core/mail/errors.ts';
import { onInterruption } from '../core/process/interruption.ts';
import { endWithLauncher } from './launcher.ts';
import { parseCommandLine, USAGE, UsageError } from './options.ts';
import { type LocalPipeline, start } from './start.ts';

const DEFAULT_CONFIG_FILE = fileURLToPath(new URL('../pipeline.config.ts', import.meta.url));

async function main(args: readonly string[]): Promise<void> {
  const commandLine = parseCommandLine(args);
  if (commandLine === null) {
    process.stdout.write(USAGE);
    return;
  }
  const { configFile, ...places } = commandLine;
  endWithLauncher(process.env);
  const pipeline = await start({ ...places, config: await loadConfig(configFile ?? DEFAULT_CONFIG_FILE) });
  onInterruption(() => void pipeline.stop().catch(fail));
  process.stderr.write(damageNotice(pipeline));
  process.stdout.write(greeting(pipeline));
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

function fail(error: unknown): void {
  process.stderr.write(error instanceof UsageError ? `${error.message}\n\n${USAGE}` : `${errorText(error)}\n`);
  process.exit(error instanceof UsageError ? 2 : 1);
}

await main(process.argv.slice(2)).catch(fail);
