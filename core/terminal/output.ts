import { styleText } from 'node:util';

/** To the first column, and what is right of the cursor is erased (ECMA-48, EL). */
export const ERASE_LINE = '\r\x1b[K';

export type Style = 'bold' | 'dim' | 'green' | 'red' | 'yellow';

/** Where a program prints. */
export interface Output {
  /** Resolves once the text has left the process, so that nothing is taken off a queue before it was shown. */
  write(text: string | Buffer): Promise<void>;
  /** Width of the terminal; null when it is none, and nothing is to be cut. */
  columns: number | null;
  /** Colours a text where colours are shown. */
  style(style: Style, text: string): string;
}

/** Tells a person how far a long command is. */
export interface Progress {
  /** So many more are done. */
  add(count: number): void;
  stop(): void;
}

interface Variables {
  readonly [name: string]: string | undefined;
}

/** NO_COLOR (no-color.org) and FORCE_COLOR (force-color.org): a value that is not empty counts, and NO_COLOR first. */
export function showsColors(stream: { isTTY?: boolean }, env: Variables): boolean {
  if (env['NO_COLOR']) return false;
  if (env['FORCE_COLOR']) return env['FORCE_COLOR'] !== '0';
  return stream.isTTY === true && env['TERM'] !== 'dumb';
}

export const painter =
  (colors: boolean) =>
  (style: Style, text: string): string =>
    colors ? styleText(style, text, { validateStream: false }) : text;
