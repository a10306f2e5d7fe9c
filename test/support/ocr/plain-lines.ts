import type { Line } from '../../../lambda/enricher/steps/ocr/text-lines.ts';

/** Heights of a letter are two columns of characters, and lines a little more apart. */
const LETTER = 2;
const LINE = 2.4;

/** Lines of a page on which every character is as wide as every other: what is below what, is so in the text. */
export const plainLines = (text: string, confidence: number | null = null): Line[] =>
  text.split('\n').map((line, at) => ({
    text: line,
    confidence,
    y: at * LINE,
    height: LETTER,
    places: [[0, line.length, 0, line.length]],
  }));
