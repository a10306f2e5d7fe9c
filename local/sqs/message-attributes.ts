import { createHash } from 'node:crypto';
import { SqsError } from './errors.ts';
import type { AttributeValue, MessageContent } from './message.ts';

export type MessageAttributeMap = Readonly<Record<string, AttributeValue>>;

/** AWS quota. */
const MAX_ATTRIBUTES = 10;
/**
 * Characters SQS rejects in bodies and string attributes: it allows XML 1.0 characters without the two noncharacters.
 */
// biome-ignore lint/suspicious/noControlCharactersInRegex: the pattern matches rejected control characters
const FORBIDDEN_CHARACTERS = /[\u0000-\u0008\u000B\u000C\u000E-\u001F\uFFFE\uFFFF]|\p{Surrogate}/u;

export const md5 = (bytes: string | Buffer): string => createHash('md5').update(bytes).digest('hex');

/**
 * The MD5 that SDKs verify: over the attributes sorted by name, each as length-prefixed name and type, a byte for the
 * kind of value (1 string, 2 binary) and the length-prefixed value (SQS Developer Guide, "Calculating the MD5").
 */
export function md5OfAttributes(attributes: MessageAttributeMap): string {
  const hash = createHash('md5');
  const field = (bytes: Buffer) => {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(bytes.length);
    hash.update(length).update(bytes);
  };
  for (const name of Object.keys(attributes).sort()) {
    const attribute = attributes[name];
    if (attribute === undefined) continue;
    field(Buffer.from(name));
    field(Buffer.from(attribute.DataType));
    hash.update(Buffer.of(attribute.BinaryValue === undefined ? 1 : 2));
    field(valueBytes(attribute));
  }
  return hash.digest('hex');
}

/** Bytes that count towards the quota: body, and name, type and value of each attribute, but not system attributes. */
export function contentBytes({ body, attributes }: MessageContent): number {
  return Object.entries(attributes).reduce(
    (total, [name, value]) =>
      total + Buffer.byteLength(name) + Buffer.byteLength(value.DataType) + valueBytes(value).length,
    Buffer.byteLength(body),
  );
}

/** @throws SqsError InvalidMessageContents, InvalidParameterValue */
export function checkContent(content: MessageContent, maximumBytes: number): void {
  const { body, attributes } = content;
  if (body === '') throw new SqsError('MissingParameter', 'The request must contain the parameter MessageBody.');
  checkCharacters(body, 'The message body');
  const entries = Object.entries(attributes);
  if (entries.length > MAX_ATTRIBUTES) {
    throw invalidAttribute(`Number of message attributes [${entries.length}] exceeds the allowed maximum [10].`);
  }
  for (const [name, value] of entries) checkAttribute(name, value);
  const bytes = contentBytes(content);
  if (bytes <= maximumBytes) return;
  throw new SqsError(
    'InvalidParameterValue',
    `The message has ${bytes} bytes; the maximum of this queue is ${maximumBytes}.`,
  );
}

/** The attributes a receive requests: by name, `prefix.*`, or All. */
export function selectAttributes(attributes: MessageAttributeMap, wanted: readonly string[]): MessageAttributeMap {
  const matches = (name: string) =>
    wanted.some((pattern) =>
      pattern === 'All' || pattern === '.*'
        ? true
        : pattern.endsWith('.*')
          ? name.startsWith(pattern.slice(0, -2))
          : name === pattern,
    );
  return Object.fromEntries(Object.entries(attributes).filter(([name]) => matches(name)));
}

function checkAttribute(name: string, { DataType, StringValue, BinaryValue }: AttributeValue): void {
  const wellNamed = /^[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*$/.test(name) && name.length <= 256;
  if (!wellNamed || /^(aws|amazon)\./i.test(name)) throw invalidAttribute(`Invalid message attribute name '${name}'.`);
  const [kind] = DataType.split('.', 1);
  const isBinary = kind === 'Binary';
  if (!['String', 'Number', 'Binary'].includes(kind ?? '') || DataType.length > 256) {
    throw invalidAttribute(`The message attribute '${name}' has an invalid type '${DataType}'.`);
  }
  const value = isBinary ? BinaryValue : StringValue;
  if (value === undefined || value === '' || (isBinary ? StringValue : BinaryValue) !== undefined) {
    const field = isBinary ? 'BinaryValue' : 'StringValue';
    throw invalidAttribute(`The message attribute '${name}' with type '${DataType}' must have a non-empty ${field}.`);
  }
  if (kind === 'Number' && !Number.isFinite(Number(value))) {
    throw invalidAttribute(`Could not cast message attribute '${name}' value to number.`);
  }
  if (!isBinary) checkCharacters(value, `The message attribute '${name}'`);
}

function checkCharacters(text: string, where: string): void {
  const found = FORBIDDEN_CHARACTERS.exec(text);
  if (found === null) return;
  const code = found[0].charCodeAt(0).toString(16).toUpperCase().padStart(4, '0');
  throw new SqsError('InvalidMessageContents', `${where} contains U+${code}, which SQS does not allow.`);
}

function valueBytes({ StringValue, BinaryValue }: AttributeValue): Buffer {
  return BinaryValue === undefined ? Buffer.from(StringValue ?? '') : Buffer.from(BinaryValue, 'base64');
}

function invalidAttribute(message: string): SqsError {
  return new SqsError('InvalidParameterValue', message);
}
