import { clipped, displayWidth } from '../log/printable.ts';

/** A field of a row that may be cut where the terminal is narrow. A plain text is never cut. */
export interface Cut {
  text: string;
  /** Minimum columns that remain. Default 8. */
  least?: number;
}

const GAP = '  ';
const INDENT = '    ';
const LEAST = 8;

/**
 * The fields of one line, two spaces between them. Where the terminal is too narrow the longest are cut until they fit,
 * each with an ellipsis; those that still do not fit continue on further lines, indented.
 *
 * @param columns width of the terminal; null keeps everything complete and on one line
 */
export function row(fields: readonly (string | Cut)[], columns: number | null): string {
  const cells = fields.map((field) =>
    typeof field === 'string' ? { text: field, least: displayWidth(field) } : field,
  );
  if (columns === null) return cells.map(({ text }) => text).join(GAP);
  return broken(cells, columns)
    .map((line, at) => (at === 0 ? fitted(line, columns) : INDENT + fitted(line, columns - INDENT.length)))
    .join('\n');
}

/** As many per line as fit when each is cut as far as possible. */
function broken(cells: readonly Cut[], columns: number): Cut[][] {
  const lines: Cut[][] = [[]];
  let used = 0;
  for (const cell of cells) {
    const least = Math.min(displayWidth(cell.text), cell.least ?? LEAST);
    const line = lines.at(-1) ?? [];
    if (line.length > 0 && used + GAP.length + least > columns) {
      lines.push([cell]);
      used = INDENT.length + least;
    } else {
      used += (line.length > 0 ? GAP.length : 0) + least;
      line.push(cell);
    }
  }
  return lines;
}

function fitted(cells: readonly Cut[], columns: number): string {
  const widths = cells.map(({ text }) => displayWidth(text));
  const shrinkable = (at: number) => (widths[at] ?? 0) > (cells[at]?.least ?? LEAST);
  let excess = sum(widths) + GAP.length * (cells.length - 1) - columns;
  while (excess > 0) {
    const candidates = [...widths.keys()].filter(shrinkable).sort((a, b) => (widths[b] ?? 0) - (widths[a] ?? 0));
    const [at, next] = candidates;
    if (at === undefined) break;
    const least = cells[at]?.least ?? LEAST;
    // Down to the next longest, and further together with that one.
    const floor = next === undefined ? least : Math.max(least, Math.min(widths[next] ?? 0, (widths[at] ?? 0) - 1));
    const cut = Math.min(excess, (widths[at] ?? 0) - floor);
    widths[at] = (widths[at] ?? 0) - cut;
    excess -= cut;
  }
  return cells.map(({ text }, at) => clipped(text, widths[at] ?? 0)).join(GAP);
}

/** Lines of at most `columns` columns, broken between words; a longer word has a line of its own. */
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
