import { OCR_LIMITS } from './limits.ts';

/** A piece of text on a page. `x` and `y` are those of its baseline, `y` grows downwards. */
export interface TextPiece {
  text: string;
  x: number;
  y: number;
  width: number;
  height: number;
  /** 0 to 1; null for text of the document itself, without OCR. */
  confidence: number | null;
}

/** Position of a piece in a line: its first character in the text of the line, its length, left edge, width. */
export type Place = [at: number, length: number, x: number, width: number];

/** A line of a page. */
export interface TextLine {
  text: string;
  /** Its baseline, growing downwards, in the unit of `height`: that of a letter. */
  y: number;
  height: number;
  /** From left to right. */
  places: Place[];
}

export interface Line extends TextLine {
  /** 0 to 1; null without OCR. */
  confidence: number | null;
}

/** Between the columns of a table; one space separates words. */
const COLUMN_GAP = '   ';

/** Shares of the height of a letter: pieces on one line, and gaps that are a space or the next column. */
const SAME_LINE = 0.5;
const SPACE = 0.15;
const COLUMN = 1.5;
/** Between two numbers: a thousands separator is narrower than a space between words may be. */
const COLUMN_OF_NUMBERS = 0.5;
/** A piece that begins this far before the end of the previous one is printed over it. */
const OVERLAID = 1;

/** Joins pieces into visible lines, in whatever order a program wrote or recognised them. */
export function linesOf(pieces: readonly TextPiece[]): Line[] {
  const lines: TextPiece[][] = [];
  for (const piece of pieces.filter(({ text }) => text.trim() !== '').sort((a, b) => a.y - b.y)) {
    const line = lines.at(-1);
    const first = line?.[0];
    if (line && first && piece.y - first.y <= SAME_LINE * Math.min(first.height, piece.height)) line.push(piece);
    else lines.push([piece]);
  }
  return withinLimit(lines.map((line) => joined(line.sort((a, b) => a.x - b.x))));
}

function joined(line: readonly TextPiece[]): Line {
  let text = '';
  let end = Number.POSITIVE_INFINITY;
  const places: Place[] = [];
  for (const piece of line) {
    const gap = (piece.x - end) / Math.max(1, piece.height);
    const numbers = /\d$/.test(text) && /^\d/.test(piece.text);
    const isColumn = gap > (numbers ? COLUMN_OF_NUMBERS : COLUMN) || gap < -OVERLAID;
    if (isColumn && text !== '') text += COLUMN_GAP;
    else if (gap > SPACE && !text.endsWith(' ')) text += ' ';
    const written = text === '' ? piece.text.trimStart() : piece.text;
    places.push([text.length, written.length, piece.x, piece.width]);
    text += written;
    end = piece.x + piece.width;
  }
  const [first] = line;
  return {
    text: text.trimEnd(),
    confidence: mean(line.map(({ confidence }) => confidence)),
    y: first?.y ?? 0,
    height: first?.height ?? 0,
    places,
  };
}

/** Null when one of them is. */
export function mean(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null);
  if (known.length === 0 || known.length < values.length) return null;
  return Math.round((1000 * known.reduce((sum, value) => sum + value, 0)) / known.length) / 1000;
}

function withinLimit(lines: Line[]): Line[] {
  let length = 0;
  return lines.filter(({ text }) => {
    length += text.length;
    return length <= OCR_LIMITS.pageTextLength;
  });
}
