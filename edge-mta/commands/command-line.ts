import { isUtf8 } from 'node:buffer';

/** The verbs of this server (RFC 5321 §4.1.1, RFC 3207). */
const VERBS = ['EHLO', 'HELO', 'MAIL', 'RCPT', 'DATA', 'RSET', 'NOOP', 'QUIT', 'VRFY', 'HELP', 'STARTTLS'] as const;

export type Verb = (typeof VERBS)[number];

/** The commands of a mail. */
export type TransactionVerb = 'MAIL' | 'RCPT' | 'DATA';

export interface CommandLine {
  /** Null for a verb this server does not support. */
  verb: Verb | null;
  /** Trimmed; empty when absent. One character per byte. */
  argument: string;
}

const KNOWN: ReadonlyMap<string, Verb> = new Map(VERBS.map((verb) => [verb, verb]));

/** Parses a line without its CRLF. Ignores blanks after the verb and after the argument, as Postfix does. */
export function parseCommandLine(line: string): CommandLine {
  let verbEnd = 0;
  while (verbEnd < line.length && !isBlank(line, verbEnd)) verbEnd++;
  let start = verbEnd;
  while (start < line.length && isBlank(line, start)) start++;
  let end = line.length;
  while (end > start && isBlank(line, end - 1)) end--;
  return { verb: KNOWN.get(line.slice(0, verbEnd).toUpperCase()) ?? null, argument: line.slice(start, end) };
}

/** The text of an argument that may be UTF-8 (RFC 6531); null when its bytes are not. */
export function textOf(argument: string): string | null {
  const bytes = Buffer.from(argument, 'latin1');
  return isUtf8(bytes) ? bytes.toString() : null;
}

const isBlank = (line: string, at: number): boolean => line[at] === ' ' || line[at] === '\t';
