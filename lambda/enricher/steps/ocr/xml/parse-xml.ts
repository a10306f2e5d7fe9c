import { XMLParser, XMLValidator } from 'fast-xml-parser';
import { Refusal } from '../document/refusal.ts';
import { OCR_LIMITS } from '../limits.ts';
import { XmlElement } from './xml-element.ts';

const ATTRIBUTES = ':@';
const TEXT = '#text';
const CDATA = '#cdata';

const parser = new XMLParser({
  preserveOrder: true,
  ignoreAttributes: false,
  attributeNamePrefix: '',
  parseTagValue: false,
  parseAttributeValue: false,
  trimValues: false,
  // Only the entities of XML itself, which are decoded here.
  processEntities: false,
  htmlEntities: false,
  ignoreDeclaration: true,
  ignorePiTags: true,
  cdataPropName: CDATA,
  maxNestedTags: OCR_LIMITS.xmlDepth,
});

/**
 * The root of an XML document. Limits apply while it is decoded, and it may have neither a document type nor entities
 * of its own: nested entities fill the memory, and external ones read files (XXE).
 *
 * @throws Refusal when it is not well-formed XML, declares a document type, or exceeds a limit
 */
export function parseXml(bytes: Uint8Array): XmlElement {
  const xml = withoutEmbeddedFiles(decode(bytes));
  // Anywhere: an invoice does not need these letters, and a lenient parser may find a declaration where we do not.
  if (/<!(?:DOCTYPE|ENTITY)/i.test(xml)) throw new Refusal('the XML declares a document type, which is not allowed');
  if (countTags(xml) > OCR_LIMITS.xmlTags) throw new Refusal(`the XML has more than ${OCR_LIMITS.xmlTags} tags`);
  const roots = elementsIn(wellFormed(xml)).children;
  const [root] = roots;
  if (root === undefined || roots.length > 1) throw new Refusal('the XML does not have one root');
  return root;
}

/** UTF-8, UTF-16 by its byte order mark, or the declared encoding (XML 1.0, appendix F). */
function decode(bytes: Uint8Array): string {
  if (bytes.length > OCR_LIMITS.documentBytes) throw new Refusal('the XML is too large');
  const [first, second] = bytes;
  const head = Buffer.from(bytes.subarray(0, 200)).toString('latin1');
  const declared = /^(?:\xef\xbb\xbf)?<\?xml[^>]*\sencoding\s*=\s*["']([A-Za-z0-9._-]{1,40})["']/.exec(head)?.[1];
  const encoding =
    first === 0xff && second === 0xfe
      ? 'utf-16le'
      : first === 0xfe && second === 0xff
        ? 'utf-16be'
        : head.startsWith('\xef\xbb\xbf')
          ? 'utf-8'
          : (declared ?? 'utf-8');
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch {
    throw new Refusal(`the XML is not valid ${encoding}, although it declares that`);
  }
}

/** Files inside an invoice are megabytes of base64 in one element. No value that is read is that long. */
function withoutEmbeddedFiles(xml: string): string {
  const parts: string[] = [];
  let kept = 0;
  for (let open = xml.indexOf('>'); open !== -1; ) {
    const next = xml.indexOf('<', open);
    const end = next === -1 ? xml.length : next;
    if (end - open > OCR_LIMITS.xmlTextLength) {
      parts.push(xml.slice(kept, open + 1));
      kept = end;
    }
    open = xml.indexOf('>', end);
  }
  return parts.length === 0 ? xml : parts.join('') + xml.slice(kept);
}

function countTags(xml: string): number {
  let count = 0;
  for (let at = xml.indexOf('<'); at !== -1 && count <= OCR_LIMITS.xmlTags; at = xml.indexOf('<', at + 1)) count += 1;
  return count;
}

/** The parser's result: `[{ name: […children], ':@': { attributes } }]`. */
function wellFormed(xml: string): unknown {
  try {
    if (XMLValidator.validate(xml) === true) return parser.parse(xml);
  } catch {
    // Too deep, or worse.
  }
  throw new Refusal('the XML is not well-formed, or too deep');
}

function elementsIn(nodes: unknown): Pick<XmlElement, 'children' | 'text'> {
  const children: XmlElement[] = [];
  let text = '';
  for (const node of listOf(nodes)) {
    for (const [name, value] of Object.entries(node)) {
      if (name === TEXT) text += decodeEntities(String(value));
      else if (name === CDATA) text += cdata(value);
      else if (name !== ATTRIBUTES) {
        const inside = elementsIn(value);
        children.push(new XmlElement(localName(name), attributesOf(node), inside.text, inside.children));
      }
    }
  }
  return { children, text: text.trim() };
}

const cdata = (value: unknown): string =>
  listOf(value)
    .map((node) => String(new Map(Object.entries(node)).get(TEXT) ?? ''))
    .join('');

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;
const listOf = (value: unknown): object[] => (Array.isArray(value) ? value.filter(isObject) : []);
const localName = (name: string): string => name.slice(name.indexOf(':') + 1);

/** With their prefixes: a namespace is declared by one. */
function attributesOf(node: object): Map<string, string> {
  const attributes = new Map<string, unknown>(Object.entries(node)).get(ATTRIBUTES);
  if (!isObject(attributes)) return new Map();
  return new Map(Object.entries(attributes).map(([name, value]) => [name, decodeEntities(String(value)).trim()]));
}

const ENTITIES: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" };

/** The predefined entities of XML, and character references (XML 1.0, 4.1 and 4.6). */
function decodeEntities(text: string): string {
  if (!text.includes('&')) return text;
  return text.replace(/&(?:#x([0-9a-f]{1,6})|#(\d{1,7})|(lt|gt|amp|quot|apos));/gi, (whole, hex, decimal, name) => {
    if (typeof name === 'string') return ENTITIES[name] ?? whole;
    const code = typeof hex === 'string' ? Number.parseInt(hex, 16) : Number(decimal);
    return code > 0x1f || code === 9 || code === 10 || code === 13 ? characterOf(code) : '\ufffd';
  });
}

const characterOf = (code: number): string =>
  code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff) ? '\ufffd' : String.fromCodePoint(code);
