import type { OPS as PdfOperators } from 'pdfjs-dist/legacy/build/pdf.mjs';

type Matrix = readonly [number, number, number, number, number, number];
type Operators = Readonly<Record<keyof typeof PdfOperators, number>>;

export interface PageMarks {
  /** Whether nothing is drawn or written on it. */
  blank: boolean;
  /** Area of its pictures, as a share of the page; more than 1 when they overlap. */
  pictures: number;
}

const MARKS = [
  'paintImageXObject',
  'paintInlineImageXObject',
  'paintImageMaskXObject',
  'paintInlineImageXObjectGroup',
  'paintImageXObjectRepeat',
  'paintImageMaskXObjectGroup',
  'paintImageMaskXObjectRepeat',
  'paintSolidColorImageMask',
  'stroke',
  'closeStroke',
  'fill',
  'eoFill',
  'fillStroke',
  'eoFillStroke',
  'closeFillStroke',
  'closeEOFillStroke',
  'shadingFill',
  'showText',
] as const;
const PICTURES = ['paintImageXObject', 'paintInlineImageXObject', 'paintImageMaskXObject'] as const;

/** The visible result of a page's drawing operators. */
export function pageMarks(
  { fnArray, argsArray }: { fnArray: readonly number[]; argsArray: readonly unknown[] },
  area: number,
  ops: Operators,
): PageMarks {
  const marks = new Set(MARKS.map((name) => ops[name]));
  const pictures = new Set<number>(PICTURES.map((name) => ops[name]));
  let matrix: Matrix = [1, 0, 0, 1, 0, 0];
  const saved: Matrix[] = [];
  let blank = true;
  let covered = 0;
  for (const [at, fn] of fnArray.entries()) {
    if (marks.has(fn)) blank = false;
    // A picture fills the unit square (ISO 32000-1, 8.9.4).
    if (pictures.has(fn)) covered += Math.abs(matrix[0] * matrix[3] - matrix[1] * matrix[2]);
    if (fn === ops.save || fn === ops.paintFormXObjectBegin) saved.push(matrix);
    if (fn === ops.restore || fn === ops.paintFormXObjectEnd) matrix = saved.pop() ?? matrix;
    const args = argsArray[at];
    const inner =
      fn === ops.transform ? args : fn === ops.paintFormXObjectBegin && Array.isArray(args) ? args[0] : null;
    if (isMatrix(inner)) matrix = product(matrix, inner);
  }
  return { blank, pictures: covered / area };
}

const isMatrix = (value: unknown): value is Matrix =>
  Array.isArray(value) && value.length === 6 && value.every((number) => typeof number === 'number');

function product(a: Matrix, b: Matrix): Matrix {
  return [
    a[0] * b[0] + a[2] * b[1],
    a[1] * b[0] + a[3] * b[1],
    a[0] * b[2] + a[2] * b[3],
    a[1] * b[2] + a[3] * b[3],
    a[0] * b[4] + a[2] * b[5] + a[4],
    a[1] * b[4] + a[3] * b[5] + a[5],
  ];
}
