import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { errorText, TransientError } from '../core/mail/errors.ts';
import { endWithLauncher } from '../core/process/launcher.ts';
import type { Interruption } from '../core/process/run-program.ts';
import { unlessAborted } from '../core/process/unless-aborted.ts';
import { parse, UsageError } from '../core/terminal/arguments.ts';
import { ERASE_LINE } from '../core/terminal/output.ts';
import { helpText, type Usage } from '../core/terminal/usage.ts';
import { runLocalProgram } from '../local/program.ts';
import { removeAtExit } from '../local/remove-at-exit.ts';
import { type Report, reportOf } from './report.ts';
import { deploy } from './run/deploy.ts';
import { rehearse } from './run/rehearse.ts';
import { synthesise } from './synthesise.ts';

const NAME = 'npm run rehearse';

const USAGE = {
  synopsis: ['[-- --config FILE] [--stage NAME]'],
  about: [
    'Synthesises the configuration, runs its bundles on this machine with the roles, queues and variables of the templates, sends mails through them, and prints which resources were created and which requests were allowed and denied. Needs no AWS account.',
    'The exit code is 1 when a program lacks a permission, a mail does not arrive, or a forbidden request is allowed.',
  ],
  options: {
    config: { type: 'string', value: 'FILE', about: 'configuration file; default pipeline.config.ts' },
    stage: { type: 'string', value: 'NAME', about: 'stage to use instead of the configured one' },
  },
  examples: [NAME, `${NAME} -- --config staging.config.ts --stage staging`],
} as const satisfies Usage;

async function main(args: string[], { signal, say }: Interruption): Promise<number> {
  if (args.includes('--help') || args.includes('-h')) {
    process.stdout.write(helpText(NAME, USAGE, process.stdout.columns ?? null));
    return 0;
  }
  const { values, positionals } = parse(args, USAGE.options);
  if (positionals[0] !== undefined) throw new UsageError(`"${positionals[0]}": the rehearsal takes options only`);
  endWithLauncher(process.env);
  const directory = mkdtempSync(join(tmpdir(), 'mail-pipeline-rehearsal-'));
  let keep = false;
  // However the rehearsal ends; only the log of a failed one is kept.
  process.once('exit', () => keep || removeAtExit(directory));
  say(() => 'stopped; its data was removed');
  try {
    const { lines, ok } = await run(directory, values.config ?? null, values.stage ?? null, signal);
    process.stdout.write(`${lines.join('\n')}\n`);
    keep = !ok;
    if (keep) process.stdout.write(`The log of the programs is ${join(directory, 'rehearsal.log')}\n`);
    return ok ? 0 : 1;
  } finally {
    progress('');
  }
}

async function run(
  directory: string,
  config: string | null,
  stage: string | null,
  signal: AbortSignal,
): Promise<Report> {
  progress('synthesising');
  const assembly = join(directory, 'cdk.out');
  await synthesise({ config, stage, directory: assembly, signal });
  progress('deploying on this machine');
  const deployed = await unlessAborted(deploy({ assembly, directory }), signal);
  try {
    return reportOf(deployed, await unlessAborted(rehearse(deployed, { signal, say: progress }), signal));
  } catch (error) {
    if (signal.aborted) throw error;
    throw new TransientError('rehearsal.failed', errorText(error), { cause: error });
  } finally {
    await deployed.stop();
  }
}

/** Shows the current step, on a terminal only. */
function progress(what: string): void {
  if (process.stderr.isTTY) process.stderr.write(ERASE_LINE + (what === '' ? '' : `${what} …`));
}

await runLocalProgram(NAME, (interruption) => main(process.argv.slice(2), interruption));
