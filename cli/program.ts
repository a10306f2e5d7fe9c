import { printable } from '../core/log/printable.ts';
import { errorText } from '../core/mail/errors.ts';
import { UsageError } from './arguments.ts';
import type { Command, World } from './command.ts';
import { hint } from './hint.ts';

/** In the order of the overview. Each is loaded when it is called: together they take half a second. */
const COMMANDS: ReadonlyMap<string, () => Promise<Command>> = new Map(
  Object.entries({
    parse: async () => (await import('./commands/parse.ts')).parse,
    send: async () => (await import('./commands/send.ts')).send,
    tail: async () => (await import('./commands/tail.ts')).tail,
    show: async () => (await import('./commands/show.ts')).show,
    verify: async () => (await import('./commands/verify.ts')).verify,
    audit: async () => (await import('./commands/audit.ts')).audit,
    failed: async () => (await import('./commands/failed.ts')).failed,
    redrive: async () => (await import('./commands/redrive.ts')).redrive,
    replay: async () => (await import('./commands/replay.ts')).replay,
    dns: async () => (await import('./commands/dns.ts')).dns,
  }),
);

/** Runs one command line. Resolves with the exit code: 0 success, 1 failure, 2 a command line that is wrong. */
export async function run(argv: readonly string[], world: World): Promise<number> {
  const [name = '', ...args] = argv;
  if (name === '--help' || name === '-h' || name === 'help') {
    await world.out.write(await overview());
    return 0;
  }
  const load = COMMANDS.get(name);
  if (load === undefined) {
    const what = name === '' ? '' : `mail-pipeline: there is no command "${printable(name)}"\n\n`;
    await world.err.write(`${what}${await overview()}`);
    return 2;
  }
  const command = await load();
  if (args.includes('--help') || args.includes('-h')) {
    await world.out.write(command.usage);
    return 0;
  }
  return runCommand(name, command, args, world);
}

async function runCommand(name: string, command: Command, args: string[], world: World): Promise<number> {
  try {
    return await command.run(args, world);
  } catch (error) {
    if (error instanceof UsageError) {
      await world.err.write(`mail-pipeline ${name}: ${printable(error.message)}\n\n${command.usage}`);
      return 2;
    }
    await world.err.write(`mail-pipeline ${name}: ${printable(errorText(error))}\n`);
    const advice = hint(error, world.settings);
    if (advice !== null) await world.err.write(`${advice}\n`);
    return 1;
  }
}

async function overview(): Promise<string> {
  const width = Math.max(...[...COMMANDS.keys()].map((name) => name.length));
  const lines = await Promise.all(
    [...COMMANDS].map(async ([name, load]) => `  ${name.padEnd(width)}  ${(await load()).summary}\n`),
  );
  return `Usage: mail-pipeline <command>\n\n${lines.join('')}\nmail-pipeline <command> --help tells more.\n`;
}
