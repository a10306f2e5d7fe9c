import { type ParseArgsConfig, parseArgs } from 'node:util';

/** The command line itself is wrong: exit code 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

export interface OptionText {
  /** What stands for the value in the usage: `HOST:PORT`. */
  value?: string;
  about: string;
}

/** Options of `node:util` parseArgs, each with its line of help. */
export type Options = Record<string, NonNullable<ParseArgsConfig['options']>[string] & OptionText>;

/** @throws UsageError naming the flag */
export function parse<T extends Options>(args: string[], options: T) {
  const config = { args, options, allowPositionals: true, strict: true } as const satisfies ParseArgsConfig;
  try {
    return parseArgs(config);
  } catch (error) {
    if (error instanceof TypeError && 'code' in error) throw new UsageError(firstSentence(error.message));
    throw error;
  }
}

/** @throws UsageError unless `text` is a whole number of at least `min` */
export function wholeNumber(flag: string, text: string, min: number): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && Number.isSafeInteger(value) && value >= min) return value;
  throw new UsageError(`${flag} is "${text}": give a whole number of at least ${min}`);
}

/** `host:port`, `[v6]:port`; without a port, SMTP's own. @throws UsageError */
export function hostAndPort(flag: string, text: string): { host: string; port: number } {
  const match = /^(?:\[([0-9a-f:.]+)\]|([^:[\]\s]+))(?::(\d{1,5}))?$/i.exec(text);
  const host = match?.[1] ?? match?.[2];
  const port = Number(match?.[3] ?? 25);
  if (host !== undefined && port > 0 && port < 65_536) return { host, port };
  throw new UsageError(`${flag} is "${text}": give host:port, such as 127.0.0.1:2525`);
}

/** The help text of a command: its synopsis, what it does, its options. */
export function usage(synopsis: string, about: string, options: Options): string {
  const rows = Object.entries(options).map(([name, { value, about }]) => ({
    flag: `--${name}${value === undefined ? '' : ` ${value}`}`,
    about,
  }));
  const width = Math.max(...rows.map((row) => row.flag.length), 0);
  const lines = rows.map((row) => `  ${row.flag.padEnd(width)}  ${row.about}\n`);
  return `Usage: mail-pipeline ${synopsis}\n\n${about}\n${lines.length > 0 ? `\n${lines.join('')}` : ''}`;
}

/** parseArgs explains at length how to pass a positional that starts with a dash. */
const firstSentence = (message: string): string => message.split(/\. /, 1)[0] ?? message;
