import { clipped, displayWidth } from '../log/printable.ts';

/** A field of a row that may be cut where the terminal is narrow. A plain text is a field that is never cut. */
export interface Cut {
  text: string;
  /** Columns that are left of it at least. Default 8. */
  least?: number;
}

const GAP = '  ';
const LEAST = 8;

/**
 * The fields of one line, two spaces between them. The longest are cut until they fit, each shown by an ellipsis.
 *
 * @param columns width of the terminal; null leaves everything whole
 */
export function row(fields: readonly (string | Cut)[], columns: number | null): string {
  const cells = fields.map((field) =>
    typeof field === 'string' ? { text: field, least: Number.POSITIVE_INFINITY } : field,
  );
  const widths = cells.map(({ text }) => displayWidth(text));
  const shrinkable = (at: number) => (widths[at] ?? 0) > (cells[at]?.least ?? LEAST);
  let excess = columns === null ? 0 : sum(widths) + GAP.length * (cells.length - 1) - columns;
  while (excess > 0) {
    const candidates = [...widths.keys()].filter(shrinkable).sort((a, b) => (widths[b] ?? 0) - (widths[a] ?? 0));
    const [at, next] = candidates;
    if (at === undefined) break;
    const least = cells[at]?.least ?? LEAST;
    // Down to the next longest, and below it together with that one.
    const floor = next === undefined ? least : Math.max(least, Math.min(widths[next] ?? 0, (widths[at] ?? 0) - 1));
    const cut = Math.min(excess, (widths[at] ?? 0) - floor);
    widths[at] = (widths[at] ?? 0) - cut;
    excess -= cut;
  }
  return cells.map(({ text }, at) => clipped(text, widths[at] ?? 0)).join(GAP);
}

/** Lines of at most so many columns, broken between words; a word that is longer has a line of its own. */
export function wrapped(text: string, columns: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (line !== '' && displayWidth(longer) > columns) {
      lines.push(line);
      line = word;
    } else line = longer;
  }
  return [...lines, line];
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);
