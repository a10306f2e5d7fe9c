import { crc32, deflateRawSync, gzipSync } from 'node:zlib';

export interface ZipEntry {
  name: string;
  content: Buffer;
  /** The default is deflated. */
  stored?: boolean;
  method?: number;
  flags?: number;
  localFlags?: number;
  crc?: number;
  size?: number;
  zip64?: boolean;
}

/** Builds a zip by hand (APPNOTE 4.3), so that any of its fields can lie. */
export function zip(entries: readonly ZipEntry[], end: { prefix?: Buffer; count?: number } = {}): Buffer {
  const parts: Buffer[] = end.prefix === undefined ? [] : [end.prefix];
  const directory: Buffer[] = [];
  let at = end.prefix?.length ?? 0;
  for (const entry of entries) {
    const data = entry.stored ? entry.content : deflateRawSync(entry.content);
    const local = Buffer.concat([localHeader(entry, data.length), data]);
    directory.push(centralHeader(entry, data.length, at));
    parts.push(local);
    at += local.length;
  }
  return Buffer.concat([...parts, ...directory, endRecord(directory, end.count ?? entries.length, at)]);
}

export function endRecord(directory: readonly Buffer[], count: number, at: number): Buffer {
  const size = directory.reduce((sum, { length }) => sum + length, 0);
  const record = Buffer.alloc(22);
  record.write('PK\x05\x06', 'latin1');
  record.writeUInt16LE(Math.min(count, 0xffff), 8);
  record.writeUInt16LE(Math.min(count, 0xffff), 10);
  record.writeUInt32LE(size, 12);
  record.writeUInt32LE(at, 16);
  if (count < 0xffff) return record;
  const large = Buffer.alloc(56 + 20);
  large.write('PK\x06\x06', 'latin1');
  large.writeBigUInt64LE(44n, 4);
  large.writeBigUInt64LE(BigInt(count), 24);
  large.writeBigUInt64LE(BigInt(count), 32);
  large.writeBigUInt64LE(BigInt(size), 40);
  large.writeBigUInt64LE(BigInt(at), 48);
  large.write('PK\x06\x07', 56, 'latin1');
  large.writeBigUInt64LE(BigInt(at + size), 64);
  large.writeUInt32LE(1, 72);
  return Buffer.concat([large, record]);
}

export function localHeader(entry: ZipEntry, compressedSize: number): Buffer {
  const header = Buffer.alloc(30);
  header.write('PK\x03\x04', 'latin1');
  common(header, 4, entry, entry.localFlags ?? entry.flags ?? 0, compressedSize);
  return Buffer.concat([header, Buffer.from(entry.name)]);
}

export function centralHeader(entry: ZipEntry, compressedSize: number, at: number): Buffer {
  const header = Buffer.alloc(46);
  header.write('PK\x01\x02', 'latin1');
  common(header, 6, entry, entry.flags ?? 0, compressedSize);
  header.writeUInt32LE(at, 42);
  if (!entry.zip64) return Buffer.concat([header, Buffer.from(entry.name)]);
  header.fill(0xff, 20, 28);
  const extra = Buffer.alloc(20);
  extra.writeUInt16LE(1, 0);
  extra.writeUInt16LE(16, 2);
  extra.writeBigUInt64LE(BigInt(entry.content.length), 4);
  extra.writeBigUInt64LE(BigInt(compressedSize), 12);
  header.writeUInt16LE(extra.length, 30);
  return Buffer.concat([header, Buffer.from(entry.name), extra]);
}

/** Writes the fields that both headers share, starting at "version needed to extract". */
function common(header: Buffer, at: number, entry: ZipEntry, flags: number, compressedSize: number): void {
  header.writeUInt16LE(20, at);
  header.writeUInt16LE(flags, at + 2);
  header.writeUInt16LE(entry.method ?? (entry.stored ? 0 : 8), at + 4);
  header.writeUInt32LE(entry.crc ?? crc32(entry.content), at + 10);
  header.writeUInt32LE(compressedSize, at + 14);
  header.writeUInt32LE(entry.size ?? entry.content.length, at + 18);
  header.writeUInt16LE(Buffer.byteLength(entry.name), at + 22);
}

export interface TarEntry {
  name: string;
  content: Buffer;
  type?: string;
  /** The size the header claims, instead of the length of the content. */
  size?: number;
}

export function tar(entries: readonly TarEntry[]): Buffer {
  const blocks = entries.flatMap(({ name, content, type = '0', size = content.length }) => {
    const header = Buffer.alloc(512);
    header.write(name, 0, 100);
    header.write('0000644\0', 100);
    header.write(`${size.toString(8).padStart(11, '0')}\0`, 124);
    header.write('        ', 148);
    header.write(type, 156);
    header.write('ustar\x0000', 257, 'latin1');
    const sum = header.reduce((total, byte) => total + byte, 0);
    header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
    return [header, content, Buffer.alloc((512 - (content.length % 512)) % 512)];
  });
  return Buffer.concat([...blocks, Buffer.alloc(1024)]);
}

export const gzip = (content: Buffer): Buffer => gzipSync(content);

export interface OleStream {
  name: string;
  content: Buffer;
}

/** Builds a compound file with all streams side by side, in sectors of 512 bytes ([MS-CFB] 2.2, 2.3, 2.6). */
export function ole(streams: readonly OleStream[]): Buffer {
  const [END, FAT] = [0xfffffffe, 0xfffffffd];
  const padded = (bytes: Buffer) => Buffer.concat([bytes, Buffer.alloc(-bytes.length & 511)]);
  // Streams below 4,096 bytes would go into the mini stream.
  const contents = streams.map(({ content }) =>
    padded(Buffer.concat([content, Buffer.alloc(Math.max(0, 4_096 - content.length))])),
  );
  const entries = [{ name: 'Root Entry', content: Buffer.alloc(0) }, ...streams];
  const directory = padded(Buffer.alloc(128 * entries.length));
  const next: number[] = [];
  const chain = (bytes: number) => {
    const first = next.length;
    for (let left = bytes / 512; left > 0; left--) next.push(left === 1 ? END : next.length + 1);
    return first;
  };
  const directoryAt = chain(directory.length);
  const starts = contents.map(({ length }) => chain(length));
  entries.forEach(({ name }, index) => {
    const entry = directory.subarray(128 * index, 128 * (index + 1));
    const text = Buffer.from(`${name}\0`, 'utf16le');
    text.copy(entry);
    entry.writeUInt16LE(text.length, 64);
    entry.writeUInt8(index === 0 ? 5 : 2, 66);
    entry.fill(0xff, 68, 80);
    if (index + 1 < entries.length) entry.writeUInt32LE(index + 1, index === 0 ? 76 : 72);
    entry.writeUInt32LE(index === 0 ? END : (starts[index - 1] ?? END), 116);
    entry.writeUInt32LE(contents[index - 1]?.length ?? 0, 120);
  });
  next.push(FAT);
  const table = Buffer.alloc(512, 0xff);
  if (next.length > 128) throw new Error('more sectors than one of them can list');
  for (const [index, sector] of next.entries()) table.writeUInt32LE(sector, 4 * index);
  const header = Buffer.alloc(512);
  Buffer.from('d0cf11e0a1b11ae1', 'hex').copy(header);
  header.writeUInt16LE(9, 30);
  header.writeUInt16LE(6, 32);
  header.writeUInt32LE(1, 44);
  header.writeUInt32LE(directoryAt, 48);
  header.writeUInt32LE(4_096, 56);
  header.writeUInt32LE(END, 60);
  header.writeUInt32LE(END, 68);
  header.fill(0xff, 76);
  header.writeUInt32LE(next.length - 1, 76);
  return Buffer.concat([header, directory, ...contents, table]);
}

export const compoundFile = (name: string, content: Buffer = Buffer.alloc(0)): Buffer => ole([{ name, content }]);
