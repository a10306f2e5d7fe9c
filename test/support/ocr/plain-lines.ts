import type { Line } from '../../../lambda/enricher/steps/ocr/text-lines.ts';

/** A letter is two columns of characters high, and lines are slightly further apart. */
const LETTER = 2;
const LINE = 2.4;

/** Lines of a page in a fixed-width font: characters above each other in the text are above each other on the page. */
export const plainLines = (text: string, confidence: number | null = null): Line[] =>
  text.split('\n').map((line, at) => ({
    text: line,
    confidence,
    y: at * LINE,
    height: LETTER,
    places: [[0, line.length, 0, line.length]],
  }));
