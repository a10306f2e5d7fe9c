import { crc32 } from 'node:zlib';

/*
 * A line of the journal: {"crc32":"89abcdef","records":[…]}. The checksum is of the text behind "records":, without the
 * last brace. Lines of older versions are the list alone, and have none.
 */
const START = '{"crc32":"';
const HEAD = /^\{"crc32":"([0-9a-f]{8})","records":/;
const HEAD_BYTES = `${START}00000000","records":`.length;
const CLOSING_BRACE = 0x7d;
const OPENING_BRACKET = 0x5b;

export interface DecodedLine {
  transaction: unknown;
  /** False for a line of an older version: it may still have changed since it was written. */
  checked: boolean;
}

export function encodeLine(transaction: unknown): string {
  const text = JSON.stringify(transaction);
  return `${START}${checksum(Buffer.from(text))}","records":${text}}\n`;
}

/** @returns null when the line, given without its newline, is not as it was written */
export function decodeLine(line: Buffer): DecodedLine | null {
  if (line[0] === OPENING_BRACKET) return parse(line, false);
  const head = HEAD.exec(line.toString('latin1', 0, HEAD_BYTES));
  const text = line.subarray(HEAD_BYTES, -1);
  if (line.at(-1) !== CLOSING_BRACE || head?.[1] !== checksum(text)) return null;
  return parse(text, true);
}

/**
 * The whole lines inside of a damaged one: those around a newline that has become another byte. In the JSON of a line the
 * beginning of one cannot occur, because quotes in its strings are escaped.
 */
export function* linesWithin(damaged: Buffer): Generator<DecodedLine> {
  for (let start = 0; start < damaged.length; ) {
    const next = damaged.indexOf(START, start + 1);
    const end = next === -1 ? damaged.length : next;
    const line = decodeLine(damaged.subarray(start, end)) ?? decodeLine(damaged.subarray(start, end - 1));
    if (line !== null) yield line;
    start = end;
  }
}

function parse(text: Buffer, checked: boolean): DecodedLine | null {
  try {
    return { transaction: JSON.parse(text.toString()), checked };
  } catch {
    return null;
  }
}

const checksum = (text: Uint8Array): string => crc32(text).toString(16).padStart(8, '0');
