import type { MimeLimits } from '../../mail/limits.ts';
import { charsetOf, WINDOWS_1252 } from '../charset/charset.ts';
import { decompressRtf } from './compressed-rtf.ts';
import { Cursor, PROPERTY, type Property, readProperties } from './tnef-properties.ts';
import type { UnpackedFile, Unpacking } from './unpacked.ts';

const SIGNATURE = 0x223e9f78;

/** The attributes that are read (MS-OXTNEF §2.1.3). */
const ATTRIBUTE = {
  oemCodepage: 0x00069007,
  messageProperties: 0x00069003,
  attachRenderData: 0x00069002,
  attachData: 0x0006800f,
  attachTitle: 0x00018010,
  attachProperties: 0x00069005,
} as const;

/** An object value begins with the id of its interface. */
const INTERFACE_ID_BYTES = 16;

interface TnefAttachment {
  title: string | null;
  data: Buffer | null;
  properties: Map<number, Property>;
}

/** `winmail.dat`: the files attached to an Outlook message, and its body when that is RTF or HTML. */
export function unpackTnef(bytes: Buffer, limits: MimeLimits): Unpacking {
  const cursor = new Cursor(bytes);
  if (cursor.uint32() !== SIGNATURE) return { files: [], problem: 'it is not TNEF' };
  cursor.take(2);
  const message = new TnefMessage(limits);
  while (!cursor.atEnd && !message.full) {
    cursor.uint8();
    const id = cursor.uint32();
    const data = cursor.take(cursor.uint32());
    cursor.take(2);
    if (cursor.failed) break;
    message.attribute(id, data);
  }
  return { files: message.files(), problem: cursor.failed ? 'it is truncated' : message.problem };
}

class TnefMessage {
  problem: string | null = null;
  readonly #limits: MimeLimits;
  readonly #attachments: TnefAttachment[] = [];
  #properties = new Map<number, Property>();
  #codepage = WINDOWS_1252;

  constructor(limits: MimeLimits) {
    this.#limits = limits;
  }

  /** Files beyond the number that can be stored are ignored. */
  get full(): boolean {
    return this.#attachments.length > this.#limits.parts;
  }

  attribute(id: number, data: Buffer): void {
    const current = this.#attachments.at(-1);
    switch (id) {
      case ATTRIBUTE.oemCodepage:
        if (data.length >= 4) this.#codepage = charsetOf(`windows-${data.readUInt32LE()}`) ?? WINDOWS_1252;
        break;
      case ATTRIBUTE.messageProperties:
        this.#properties = readProperties(data);
        break;
      case ATTRIBUTE.attachRenderData:
        this.#attachments.push({ title: null, data: null, properties: new Map() });
        break;
      case ATTRIBUTE.attachTitle:
        if (current !== undefined) current.title = this.#string8(data);
        break;
      case ATTRIBUTE.attachData:
        if (current !== undefined) current.data = data;
        break;
      case ATTRIBUTE.attachProperties:
        if (current !== undefined) current.properties = readProperties(data);
        break;
    }
  }

  files(): UnpackedFile[] {
    return [...this.#bodies(), ...this.#attachments.flatMap((attachment) => this.#file(attachment))];
  }

  #bodies(): UnpackedFile[] {
    const files: UnpackedFile[] = [];
    const html = this.#properties.get(PROPERTY.bodyHtml)?.bytes;
    if (html !== undefined) files.push(file('message.html', 'text/html', html));
    const compressed = this.#properties.get(PROPERTY.rtfCompressed)?.bytes;
    const rtf = compressed === undefined ? null : decompressRtf(compressed, this.#limits.unpackBytes);
    if (rtf !== null) files.push(file('message.rtf', 'text/rtf', rtf));
    else if (compressed !== undefined) this.problem = 'its RTF body cannot be decompressed';
    return files;
  }

  #file({ title, data, properties }: TnefAttachment): UnpackedFile[] {
    const text = (id: number) => this.#text(properties.get(id));
    const object = properties.get(PROPERTY.attachData);
    // For an embedded object the attribute has a placeholder to draw, and the property has the object.
    const bytes = (object?.type === 0x0d ? object.bytes.subarray(INTERFACE_ID_BYTES) : object?.bytes) ?? data;
    if (bytes === null) return [];
    const name =
      text(PROPERTY.attachLongFilename) ?? text(PROPERTY.attachFilename) ?? title ?? text(PROPERTY.displayName);
    const declared = text(PROPERTY.attachMimeTag)?.toLowerCase() ?? '';
    const contentType = /^[\w.+-]{1,60}\/[\w.+-]{1,100}$/.test(declared) ? declared : 'application/octet-stream';
    return [{ ...file(name, contentType, bytes), contentId: text(PROPERTY.attachContentId) }];
  }

  #text(property: Property | undefined): string | null {
    if (property === undefined) return null;
    if (property.type === 0x1f) return property.bytes.toString('utf16le').replace(/\0.*$/s, '') || null;
    return this.#string8(property.bytes);
  }

  #string8(bytes: Buffer): string | null {
    const end = bytes.indexOf(0);
    return this.#codepage.decode(end === -1 ? bytes : bytes.subarray(0, end)) || null;
  }
}

function file(name: string | null, contentType: string, bytes: Buffer): UnpackedFile {
  return { name, contentType, contentId: null, bytes };
}
