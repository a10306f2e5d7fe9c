import { printable } from '../core/log/printable.ts';
import { errorText } from '../core/mail/errors.ts';
import { VERSION } from '../core/mail/version.ts';
import { seen } from '../core/process/run-program.ts';
import { UsageError } from '../core/terminal/arguments.ts';
import { nearest } from '../core/terminal/nearest.ts';
import type { Progress } from '../core/terminal/output.ts';
import { wrapped } from '../core/terminal/rows.ts';
import { definitions, helpText } from '../core/terminal/usage.ts';
import type { Command, CommandContext } from './command.ts';
import { hint } from './hint.ts';

export const PROGRAM = 'mail-pipeline';

/** In the order of the overview. Each command is loaded when called; loading all takes half a second. */
const COMMANDS: ReadonlyMap<string, () => Promise<Command>> = new Map(
  Object.entries({
    init: async () => (await import('./commands/init.ts')).init,
    start: async () => (await import('./commands/start.ts')).start,
    parse: async () => (await import('./commands/parse.ts')).parse,
    send: async () => (await import('./commands/send.ts')).send,
    tail: async () => (await import('./commands/tail.ts')).tail,
    show: async () => (await import('./commands/show.ts')).show,
    verify: async () => (await import('./commands/verify.ts')).verify,
    audit: async () => (await import('./commands/audit.ts')).audit,
    failed: async () => (await import('./commands/failed.ts')).failed,
    redrive: async () => (await import('./commands/redrive.ts')).redrive,
    replay: async () => (await import('./commands/replay.ts')).replay,
    doctor: async () => (await import('./commands/doctor.ts')).doctor,
    dns: async () => (await import('./commands/dns.ts')).dns,
    console: async () => (await import('./commands/console.ts')).openConsole,
    completion: async () => (await import('./commands/completion.ts')).completionOf(allCommands),
  }),
);

/** Every command, by name. */
export async function allCommands(): Promise<ReadonlyMap<string, Command>> {
  return new Map(await Promise.all([...COMMANDS].map(async ([name, load]) => [name, await load()] as const)));
}

/** Runs one command line. Resolves with the exit code: 0 success, 1 failure, 2 invalid command line. */
export async function run(argv: readonly string[], context: CommandContext): Promise<number> {
  const [name, ...args] = argv;
  if (name === undefined) {
    await context.err.write(await overview(context.err.columns));
    return 2;
  }
  if (name === '--version' || name === '-V') {
    await context.out.write(`${PROGRAM} ${VERSION}\n`);
    return 0;
  }
  const asksForHelp = name === '--help' || name === '-h' || name === 'help';
  if (asksForHelp && args[0] === undefined) {
    await context.out.write(await overview(context.out.columns));
    return 0;
  }
  const called = asksForHelp ? (args[0] ?? '') : name;
  const load = COMMANDS.get(called);
  if (load === undefined) {
    await context.err.write(`${PROGRAM}: ${printable(unknownCommand(called))}\n`);
    return 2;
  }
  const command = await load();
  if (asksForHelp || args.includes('--help') || args.includes('-h')) {
    await context.out.write(helpText(PROGRAM, command.usage, context.out.columns));
    return 0;
  }
  return runCommand(name, command, args, context);
}

async function runCommand(name: string, command: Command, args: string[], context: CommandContext): Promise<number> {
  let progress: Progress | null = null;
  const started = (what: string) => {
    progress = context.progress(what);
    return progress;
  };
  try {
    return await command.run(args, { ...context, progress: started });
  } catch (error) {
    stop(progress);
    await seen();
    // Errors after the interrupt are consequences of it.
    if (context.signal.aborted) return 130;
    const label = context.err.style('red', `${PROGRAM} ${name}:`);
    if (error instanceof UsageError) {
      await context.err.write(`${label} ${printable(error.message)} (${PROGRAM} help ${name})\n`);
      return 2;
    }
    const advice = hint(error, context.settings);
    // Indented, so that no later line of the message can pass for one of ours.
    const text = errorText(error).split(/\n */).map(printable).join('\n  ');
    await context.err.write(`${label} ${text}\n${advice === null ? '' : `${advice}\n`}`);
    return 1;
  }
}

const stop = (progress: Progress | null) => progress?.stop();

function unknownCommand(name: string): string {
  if (name.startsWith('-')) {
    return `option ${name} must follow the command: write ${PROGRAM} <command> [options] (${PROGRAM} help)`;
  }
  const near = nearest(name, [...COMMANDS.keys(), 'help']);
  return `there is no command "${name}"${near === null ? '' : `: did you mean ${near}?`} (${PROGRAM} help)`;
}

async function overview(columns: number | null): Promise<string> {
  const rows = [...(await allCommands())].map(([name, { summary }]) => ({ name, about: summary }));
  const width = columns ?? 100;
  const more = `"${PROGRAM} help <command>" describes one, with examples. --version prints the version.`;
  const lines = [...definitions(rows, width), '', ...wrapped(more, width)];
  return `Usage: ${PROGRAM} <command> [options]\n\n${lines.join('\n')}\n`;
}
