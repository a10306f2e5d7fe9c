import { printable } from '../core/log/printable.ts';
import { errorText } from '../core/mail/errors.ts';
import { UsageError } from './arguments.ts';
import type { Command, World } from './command.ts';
import { audit } from './commands/audit.ts';
import { dns } from './commands/dns.ts';
import { failed } from './commands/failed.ts';
import { parse } from './commands/parse.ts';
import { redrive } from './commands/redrive.ts';
import { replay } from './commands/replay.ts';
import { send } from './commands/send.ts';
import { show } from './commands/show.ts';
import { tail } from './commands/tail.ts';
import { verify } from './commands/verify.ts';
import { hint } from './hint.ts';

const COMMANDS: ReadonlyMap<string, Command> = new Map(
  Object.entries({ parse, send, tail, show, verify, audit, failed, redrive, replay, dns }),
);

/** Runs one command line. Resolves with the exit code: 0 success, 1 failure, 2 a command line that is wrong. */
export async function run(argv: readonly string[], world: World): Promise<number> {
  const [name = '', ...args] = argv;
  if (name === '--help' || name === '-h' || name === 'help') {
    await world.out.write(overview());
    return 0;
  }
  const command = COMMANDS.get(name);
  if (command === undefined) {
    const what = name === '' ? '' : `mail-pipeline: there is no command "${printable(name)}"\n\n`;
    await world.err.write(`${what}${overview()}`);
    return 2;
  }
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

function overview(): string {
  const width = Math.max(...[...COMMANDS.keys()].map((name) => name.length));
  const lines = [...COMMANDS].map(([name, { summary }]) => `  ${name.padEnd(width)}  ${summary}\n`);
  return `Usage: mail-pipeline <command>\n\n${lines.join('')}\nmail-pipeline <command> --help tells more.\n`;
}
