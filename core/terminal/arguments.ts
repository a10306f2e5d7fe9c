import { type ParseArgsConfig, parseArgs } from 'node:util';
import { nearest } from './nearest.ts';

/** A wrong command line: exit code 2. The message names the flag, the fault and the remedy. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

export interface OptionText {
  /** Placeholder of the value in the usage: `HOST:PORT`. The shell completes `FILE` and `DIR`. */
  value?: string;
  about: string;
  /** Values for shell completion. */
  choices?: readonly string[];
}

/** Options of `node:util` parseArgs, each with its line of help. */
export type Options = Record<string, NonNullable<ParseArgsConfig['options']>[string] & OptionText>;

type Parsed<T extends Options> = ReturnType<
  typeof parseArgs<{ args: string[]; options: T; allowPositionals: true; strict: true }>
>;

/** @throws UsageError naming the flag */
export function parse<T extends Options>(args: readonly string[], options: T): Parsed<T> {
  const { tokens } = parseArgs({ args: [...args], options, allowPositionals: true, strict: false, tokens: true });
  for (const token of tokens) if (token.kind === 'option') check(token, options);
  const config = { args: [...args], options, allowPositionals: true, strict: true } as const satisfies ParseArgsConfig;
  return parseArgs(config);
}

interface OptionToken {
  name: string;
  rawName: string;
  value?: string | undefined;
  inlineValue?: boolean | undefined;
}

/** @throws UsageError */
function check({ name, rawName, value, inlineValue }: OptionToken, options: Options): void {
  const option = Object.hasOwn(options, name) && rawName.startsWith('--') ? options[name] : undefined;
  if (option === undefined) {
    const near = nearest(name, Object.keys(options));
    throw new UsageError(`there is no option ${rawName}${near === null ? '' : `: did you mean --${near}?`}`);
  }
  if (option.type === 'boolean') {
    if (value !== undefined) throw new UsageError(`${rawName} takes no value: write ${rawName} alone`);
    return;
  }
  const form = `${rawName} ${option.value ?? 'VALUE'}`;
  if (value === undefined) throw new UsageError(`${rawName} needs a value: write ${form}`);
  if (!inlineValue && value.length > 1 && value.startsWith('-')) {
    throw new UsageError(
      `${rawName} needs a value: write ${form}, or ${rawName}=${value} for a value that begins with a dash`,
    );
  }
}

/** @throws UsageError unless `text` is a whole number of at least `min` */
export function wholeNumber(flag: string, text: string, min: number): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && Number.isSafeInteger(value) && value >= min) return value;
  throw new UsageError(`${flag} is "${text}": give a whole number of at least ${min}`);
}

/** `host:port`, `[v6]:port`; without a port, that of SMTP. @throws UsageError */
export function hostAndPort(flag: string, text: string): { host: string; port: number } {
  const match = /^(?:\[([0-9a-f:.]+)\]|([^:[\]\s]+))(?::(\d{1,5}))?$/i.exec(text);
  const host = match?.[1] ?? match?.[2];
  const port = Number(match?.[3] ?? 25);
  if (host !== undefined && port > 0 && port < 65_536) return { host, port };
  throw new UsageError(`${flag} is "${text}": give host:port, such as 127.0.0.1:2525`);
}
