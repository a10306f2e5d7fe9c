import { crc32 } from 'node:zlib';

/*
 * A line of the journal: {"crc32":"89abcdef","records":[…]}. The checksum covers the text after "records":, without the
 * last brace. Lines of older versions consist of the list only, without a checksum.
 */
const START = '{"crc32":"';
const HEAD = /^\{"crc32":"([0-9a-f]{8})","records":/;
const HEAD_BYTES = `${START}00000000","records":`.length;
const CLOSING_BRACE = 0x7d;
const OPENING_BRACKET = 0x5b;

export interface DecodedLine {
  transaction: unknown;
  /** False for a line of an older version, whose integrity is unknown. */
  checked: boolean;
}

export function encodeLine(transaction: unknown): string {
  const text = JSON.stringify(transaction);
  return `${START}${checksum(Buffer.from(text))}","records":${text}}\n`;
}

/** @param line without its newline. @returns null when it is damaged */
export function decodeLine(line: Buffer): DecodedLine | null {
  if (line[0] === OPENING_BRACKET) return parse(line, false);
  const head = HEAD.exec(line.toString('latin1', 0, HEAD_BYTES));
  const text = line.subarray(HEAD_BYTES, -1);
  if (line.at(-1) !== CLOSING_BRACE || head?.[1] !== checksum(text)) return null;
  return parse(text, true);
}

/**
 * Recovers intact lines inside a damaged one, next to a newline that has become another byte. The start of a line
 * cannot occur inside the JSON of another, because quotes in its strings are escaped.
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
