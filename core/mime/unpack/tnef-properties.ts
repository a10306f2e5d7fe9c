/** The MAPI properties that are read (MS-OXPROPS), by id. */
export const PROPERTY = {
  body: 0x1000,
  rtfCompressed: 0x1009,
  bodyHtml: 0x1013,
  displayName: 0x3001,
  attachData: 0x3701,
  attachFilename: 0x3704,
  attachLongFilename: 0x3707,
  attachMimeTag: 0x370e,
  attachContentId: 0x3712,
} as const;

export interface Property {
  /** PtypString8 0x1e, PtypString 0x1f, PtypBinary 0x102, PtypObject 0x0d (MS-OXCDATA §2.11.1). */
  type: number;
  bytes: Buffer;
}

/** Size of fixed-length values, padded to a multiple of four as TNEF stores them. */
const FIXED: Readonly<Record<number, number>> = {
  2: 4,
  3: 4,
  4: 4,
  5: 8,
  6: 8,
  7: 8,
  10: 4,
  11: 4,
  20: 8,
  64: 8,
  72: 16,
};
const MULTIPLE = 0x1000;
const VARIABLE: ReadonlySet<number> = new Set([0x0d, 0x1e, 0x1f, 0x102]);
const FIRST_NAMED = 0x8000;

/**
 * The properties of a TNEF property list (MS-OXTNEF §2.1.3.4) that have a single variable-length value. Stops at the
 * first thing that it cannot read.
 */
export function readProperties(bytes: Buffer): Map<number, Property> {
  const properties = new Map<number, Property>();
  const cursor = new Cursor(bytes);
  const count = cursor.uint32();
  for (let i = 0; i < count && !cursor.failed; i++) {
    const type = cursor.uint16();
    const id = cursor.uint16();
    if (id >= FIRST_NAMED) skipName(cursor);
    const valueType = type & ~MULTIPLE;
    const fixed = FIXED[valueType];
    const values = (type & MULTIPLE) !== 0 || fixed === undefined ? cursor.uint32() : 1;
    for (let value = 0; value < values && !cursor.failed; value++) {
      if (fixed !== undefined) cursor.take(fixed);
      else if (VARIABLE.has(valueType)) {
        const content = cursor.take(cursor.uint32(), 4);
        if (!cursor.failed && !properties.has(id)) properties.set(id, { type: valueType, bytes: content });
      } else return properties;
    }
  }
  return properties;
}

function skipName(cursor: Cursor): void {
  cursor.take(16);
  if (cursor.uint32() === 0) cursor.take(4);
  else cursor.take(cursor.uint32(), 4);
}

/** Reads little-endian values; past the end it returns zeros and sets `failed`. */
export class Cursor {
  readonly #bytes: Buffer;
  #at = 0;
  failed = false;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  get atEnd(): boolean {
    return this.#at >= this.#bytes.length;
  }

  uint8(): number {
    return this.take(1)[0] ?? 0;
  }

  uint16(): number {
    const bytes = this.take(2);
    return this.failed ? 0 : bytes.readUInt16LE();
  }

  uint32(): number {
    const bytes = this.take(4);
    return this.failed ? 0 : bytes.readUInt32LE();
  }

  /** @param alignment the value is padded to a multiple of this */
  take(length: number, alignment = 1): Buffer {
    const end = this.#at + length;
    if (end > this.#bytes.length) {
      this.failed = true;
      this.#at = this.#bytes.length;
      return Buffer.alloc(0);
    }
    const taken = this.#bytes.subarray(this.#at, end);
    this.#at = Math.min(this.#bytes.length, this.#at + Math.ceil(length / alignment) * alignment);
    return taken;
  }
}
