const KB = 1024;
const MB = 1024 * KB;

/** A family of mails that make readers slow or large: one shape in any size. */
export interface Family {
  /**
   * Bytes of the smallest of three mails. All stay within the limits they stress, which would otherwise hide growth.
   */
  bytes: number;
  make(bytes: number): Buffer;
}

/** The repeated unit: constant, or dependent on its number. */
export type Unit = string | ((i: number) => string);

/** Of 120 KB; a header block is read up to 128 KB. */
export const IN_HEADER = 30 * KB;
/** Of 240 KB: reports, and bodies searched for a reply, are read up to 256 KB. */
export const IN_REPORT = 60 * KB;
/** Of 8 MB; a text is read up to 10 MB. */
export const IN_TEXT = 2 * MB;
/** Of 4 MB, for content that takes many milliseconds per megabyte. */
export const SLOW = MB;
/** Of 32 MB: attachments are only passed through. */
export const ATTACHED = 8 * MB;

/** A field whose value grows. */
export const field = (name: string, unit: Unit, { start = '', end = '' } = {}): Family => ({
  bytes: IN_HEADER,
  make: (bytes) => mail(`${name}: ${start}${repeated(unit, bytes)}${end}`, ''),
});

/** A header whose lines grow in number. */
export const lines = (unit: Unit, bytes = IN_HEADER): Family => ({
  bytes,
  make: (size) => mail(repeated(unit, size).trimEnd(), ''),
});

/** A body that grows. */
export const body = (header: string, unit: Unit, { start = '', end = '', bytes = IN_TEXT } = {}): Family => ({
  bytes,
  make: (size) => mail(header, start + repeated(unit, size) + end),
});

/** A body of bytes that are not UTF-8. */
export const binary = (
  header: string,
  unit: Uint8Array,
  { start = Buffer.alloc(0), bytes = IN_TEXT } = {},
): Family => ({
  bytes,
  make: (size) => Buffer.concat([mail(header, ''), start, Buffer.alloc(size - (size % unit.length), unit)]),
});

/** A whole mail that grows. */
export const whole = (start: string, unit: Unit, bytes = SLOW): Family => ({
  bytes,
  make: (size) => Buffer.from(start + repeated(unit, size), 'latin1'),
});

function mail(header: string, content: string): Buffer {
  return Buffer.from(`From: a@example.org\r\n${header}\r\n\r\n${content}`);
}

/** Repeats a unit to at least the given number of bytes. */
function repeated(unit: Unit, bytes: number): string {
  if (typeof unit === 'string') return unit.repeat(Math.ceil(bytes / Buffer.byteLength(unit)));
  const units: string[] = [];
  for (let length = 0; length < bytes; length += units.at(-1)?.length ?? 1) units.push(unit(units.length));
  return units.join('');
}
