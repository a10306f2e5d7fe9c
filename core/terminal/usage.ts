import type { Options } from './arguments.ts';
import { wrapped } from './rows.ts';

/** Describes a program: the source of the help text and of shell completion. */
export interface Usage {
  /** Each way to call it, without the name of the program. */
  synopsis: readonly string[];
  /** Paragraphs. */
  about: readonly string[];
  options: Options;
  /** Complete command lines. */
  examples: readonly string[];
  /** Its arguments, for shell completion: files, or one of these words. */
  takes?: 'files' | readonly string[];
}

/** Width of a help text that is not shown on a terminal. */
const COLUMNS = 100;
const MOST_COLUMNS = 120;

/** @param columns of the terminal; null without one */
export function helpText(program: string, usage: Usage, columns: number | null): string {
  const width = Math.min(columns ?? COLUMNS, MOST_COLUMNS);
  const options: Options = { ...usage.options, help: { type: 'boolean', about: 'this text' } };
  const rows = Object.entries(options).map(([name, { value, about }]) => ({
    name: `--${name}${value === undefined ? '' : ` ${value}`}`,
    about,
  }));
  const sections = [
    usage.synopsis.flatMap((form, at) => hanging(`${at === 0 ? 'Usage:' : '      '} ${program} `, form, width)),
    usage.about.flatMap((paragraph) => wrapped(paragraph, width)),
    definitions(rows, width),
    ...(usage.examples.length > 0 ? [['Examples:', ...usage.examples.map((line) => `  ${line}`)]] : []),
  ];
  return sections
    .filter((lines) => lines.length > 0)
    .map((lines) => `${lines.join('\n')}\n`)
    .join('\n');
}

/** Names followed by their descriptions; below them where the terminal is narrow. */
export function definitions(rows: readonly { name: string; about: string }[], columns: number): string[] {
  const longest = Math.max(...rows.map(({ name }) => name.length), 0);
  const indent = 4 + longest;
  if (columns - indent < 30) {
    return rows.flatMap(({ name, about }) => [
      `  ${name}`,
      ...wrapped(about, Math.max(columns - 6, 10)).map((line) => `      ${line}`),
    ]);
  }
  return rows.flatMap(({ name, about }) =>
    wrapped(about, columns - indent).map((line, at) => `  ${(at === 0 ? name : '').padEnd(longest)}  ${line}`),
  );
}

/** A text after its head, with further lines below the text. */
function hanging(head: string, text: string, columns: number): string[] {
  const lines = wrapped(text, Math.max(columns - head.length, 10));
  return lines.map((line, at) => `${at === 0 ? head : ' '.repeat(head.length)}${line}`.trimEnd());
}
