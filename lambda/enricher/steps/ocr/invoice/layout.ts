import type { Line } from '../text-lines.ts';

/** Horizontal position on the page. */
export interface Span {
  left: number;
  right: number;
}

/** A line of a document, with the positions of its characters. */
export interface Row {
  text: string;
  confidence: number | null;
  page: number;
  y: number;
  height: number;
  /** The parts between gaps as wide as those of columns. */
  cells: readonly { start: number; end: number }[];
  spanOf: (start: number, end: number) => Span;
}

/** Maximum lines, and characters of each: the patterns run on text from strangers. */
const MAX_ROWS = 2_000;
const MAX_ROW_LENGTH = 500;

export const rowsOf = (pages: readonly (readonly Line[])[]): Row[] =>
  pages.flatMap((lines, page) => lines.map((line) => rowOf(line, page))).slice(0, MAX_ROWS);

function rowOf(line: Line, page: number): Row {
  const text = line.text.slice(0, MAX_ROW_LENGTH);
  const cells = [...text.matchAll(/\S+(?:\s{1,2}\S+)*/g)].map(({ index, 0: cell }) => ({
    start: index,
    end: index + cell.length,
  }));
  const { confidence, y, height, places } = line;
  const xOf = (at: number): number => {
    const place = places.findLast(([start]) => start <= at) ?? places[0];
    if (place === undefined) return at;
    const [start, length, x, width] = place;
    return x + (width * Math.min(at - start, length)) / Math.max(1, length);
  };
  // A piece ends at its own right edge, not at the left edge of the next.
  const spanOf = (start: number, end: number) => ({ left: xOf(start), right: xOf(Math.max(start, end - 0.001)) });
  return { text, confidence, page, y, height, cells, spanOf };
}

/** The share of the narrower one's width that overlaps the other. */
export function overlap(a: Span, b: Span): number {
  const shared = Math.min(a.right, b.right) - Math.max(a.left, b.left);
  return shared / Math.max(1e-6, Math.min(a.right - a.left, b.right - b.left));
}
