import { styleText } from 'node:util';

/** Moves to the first column and erases everything right of the cursor (ECMA-48, EL). */
export const ERASE_LINE = '\r\x1b[K';

export type Style = 'bold' | 'dim' | 'green' | 'red' | 'yellow';

/** Where a program prints. */
export interface Output {
  /** Resolves once the text has left the process, so that no message is deleted from a queue before it was shown. */
  write(text: string | Buffer): Promise<void>;
  /** Width of the terminal; null when there is none, and nothing should be cut. */
  columns: number | null;
  /** Colours a text where colours are supported. */
  style(style: Style, text: string): string;
}

/** Shows a person the progress of a long command. */
export interface Progress {
  /** Counts further finished items. */
  add(count: number): void;
  stop(): void;
}

interface Variables {
  readonly [name: string]: string | undefined;
}

/**
 * NO_COLOR (no-color.org) and FORCE_COLOR (force-color.org): a non-empty value counts, and NO_COLOR takes precedence.
 */
export function showsColors(stream: { isTTY?: boolean }, env: Variables): boolean {
  if (env['NO_COLOR']) return false;
  if (env['FORCE_COLOR']) return env['FORCE_COLOR'] !== '0';
  return stream.isTTY === true && env['TERM'] !== 'dumb';
}

export const painter =
  (colors: boolean) =>
  (style: Style, text: string): string =>
    colors ? styleText(style, text, { validateStream: false }) : text;
