import { XMLParser } from 'fast-xml-parser';
import { malformedXml } from './errors.ts';

const DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n';

/** Content of an element: text, elements in order, or several elements with the same name. */
export type XmlValue = string | number | boolean | XmlFields | readonly XmlValue[];
export interface XmlFields {
  readonly [name: string]: XmlValue | undefined;
}

/** Writes a whole document; undefined members are omitted. */
export function writeXml(root: string, fields: XmlFields): string {
  return `${DECLARATION}<${root} xmlns="http://s3.amazonaws.com/doc/2006-03-01/">${writeFields(fields)}</${root}>`;
}

/** S3's error documents have no namespace. */
export function writeErrorXml(fields: XmlFields): string {
  return `${DECLARATION}<Error>${writeFields(fields)}</Error>`;
}

function writeFields(fields: XmlFields): string {
  return Object.entries(fields)
    .map(([name, value]) => (value === undefined ? '' : writeElement(name, value)))
    .join('');
}

function writeElement(name: string, value: XmlValue): string {
  if (isList(value)) return value.map((each) => writeElement(name, each)).join('');
  return `<${name}>${typeof value === 'object' ? writeFields(value) : escapeText(String(value))}</${name}>`;
}

const isList = (value: XmlValue): value is readonly XmlValue[] => Array.isArray(value);

/** Also writes references for control characters, as S3 does, although XML 1.0 cannot represent them. */
const escapeText = (text: string): string =>
  text.replaceAll(/[&<>"\p{Cc}]/gu, (character) => `&#x${character.charCodeAt(0).toString(16)};`);

const parser = new XMLParser({
  ignoreAttributes: true,
  removeNSPrefix: true,
  parseTagValue: false,
  trimValues: false,
  maxNestedTags: 10,
  // The parser drops references to characters that XML 1.0 cannot represent, which would change a key.
  processEntities: false,
  tagValueProcessor: (_, text) => decodeReferences(text),
});

const ENTITIES: ReadonlyMap<string, string> = new Map([
  ['amp', '&'],
  ['lt', '<'],
  ['gt', '>'],
  ['quot', '"'],
  ['apos', "'"],
]);

function decodeReferences(text: string): string {
  return text.replaceAll(/&([^;]*);?/g, (_, reference: string) => {
    const [, hexadecimal, decimal] = /^#(?:x([0-9a-f]{1,6})|(\d{1,7}))$/i.exec(reference) ?? [];
    const codePoint = hexadecimal ? Number.parseInt(hexadecimal, 16) : decimal ? Number(decimal) : null;
    if (codePoint !== null && codePoint <= 0x10ffff) return String.fromCodePoint(codePoint);
    const character = ENTITIES.get(reference);
    if (character === undefined) throw malformedXml();
    return character;
  });
}

/** The document as plain objects: text is a string, a repeated element an array. @throws S3Error 400 MalformedXML */
export function readXml(text: string): unknown {
  try {
    return parser.parse(text, true);
  } catch {
    throw malformedXml();
  }
}
