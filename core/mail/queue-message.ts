import { CLAIM_CHECK_SIZE_ATTRIBUTE, claimCheckBody } from './claim-check.ts';
import { BLANK_MAIL, type ParsedMail } from './parsed-mail.ts';

/** What a consumer can most easily fetch from the document goes first; after these, the longest fields. */
const OMISSION_ORDER: readonly string[] = ['html', 'text', 'headers', 'structure'];

/** Fields that always stay: they identify the mail, and take 8 KB together at most (an S3 key has 1,024 bytes). */
const KEPT: ReadonlySet<string> = new Set<keyof ParsedMail>([
  'schema',
  'id',
  'dedupKey',
  'revision',
  'duplicateOf',
  'parser',
  'receivedAt',
  'raw',
  'document',
  'date',
  'ambiguous',
  'kind',
  'route',
  'omitted',
]);

/**
 * Replacements for omitted fields. Every field outside KEPT can be omitted, so a message always fits, even with new
 * fields whose length a mail decides.
 */
const EMPTIED = Object.entries(BLANK_MAIL).filter(([name]) => !KEPT.has(name));

/** The smallest limit at which every mail fits. */
export const QUEUE_MESSAGE_MIN_BYTES = 16 * 1024;

export interface QueueMessage {
  body: string;
  attributes: Record<string, string | number>;
  /** Fields left out of the body; `document` has them. */
  omitted: string[];
}

/**
 * How a mail that is too long for a message is sent: as a copy without its largest fields, which lists them in
 * `omitted`, or as a pointer to the document that Amazon's extended client libraries follow.
 */
export type Oversize = 'omit' | 'claim-check';

/**
 * The message for the parsed-mail queue: the whole JSON when body and attributes fit in `limitBytes`, otherwise
 * according to `oversize`. Each field is serialised once, however many are left out.
 *
 * @param limitBytes at least QUEUE_MESSAGE_MIN_BYTES
 * @param route the route whose queue it is for; null for the parsed-mail queue
 */
export function queueMessage(
  mail: ParsedMail,
  limitBytes: number,
  oversize: Oversize = 'omit',
  route: string | null = mail.route,
): QueueMessage {
  const attributes = attributesOf(mail, route);
  const message = { attributes, ...bodyWithin(mail, route, limitBytes - attributeBytes(attributes)) };
  const cut = message.omitted.length > mail.omitted.length;
  return cut && oversize === 'claim-check' ? claimCheck(mail, attributes) : message;
}

function claimCheck(mail: ParsedMail, attributes: Record<string, string>): QueueMessage {
  const size = Buffer.byteLength(JSON.stringify(mail));
  return {
    body: claimCheckBody(mail.document),
    attributes: { ...attributes, [CLAIM_CHECK_SIZE_ATTRIBUTE]: size },
    omitted: mail.omitted,
  };
}

function bodyWithin(
  mail: ParsedMail,
  route: string | null,
  limitBytes: number,
): Pick<QueueMessage, 'body' | 'omitted'> {
  const omitted = [...mail.omitted];
  const fields = new Map(Object.entries(mail).map(([name, value]) => [name, member(name, value)]));
  fields.set('route', member('route', route));
  let size = 1;
  for (const field of fields.values()) size += field.bytes + 1;
  const replace = (name: string, value: unknown) => {
    const field = member(name, value);
    size += field.bytes - (fields.get(name)?.bytes ?? 0);
    fields.set(name, field);
  };
  for (const [name, emptied] of inOmissionOrder(fields)) {
    if (size <= limitBytes) break;
    omitted.push(name);
    replace(name, emptied);
    replace('omitted', omitted);
  }
  return { body: `{${[...fields.values()].map((field) => field.json).join(',')}}`, omitted };
}

interface Member {
  /** `"name":value` */
  json: string;
  bytes: number;
}

function member(name: string, value: unknown): Member {
  const json = `${JSON.stringify(name)}:${escapeForSqs(JSON.stringify(value))}`;
  return { json, bytes: Buffer.byteLength(json) };
}

/** Fields whose omission shortens the message. */
function inOmissionOrder(fields: ReadonlyMap<string, Member>): [string, unknown][] {
  const rank = (name: string) => (OMISSION_ORDER.includes(name) ? OMISSION_ORDER.indexOf(name) : OMISSION_ORDER.length);
  const bytes = (name: string) => fields.get(name)?.bytes ?? 0;
  return EMPTIED.filter(([name, emptied]) => bytes(name) > member(name, emptied).bytes).sort(
    ([a], [b]) => rank(a) - rank(b) || bytes(b) - bytes(a),
  );
}

/**
 * SQS refuses a message that holds U+FFFE or U+FFFF (it takes the characters of XML 1.0). JSON.stringify escapes the
 * other characters it refuses: controls and lone surrogates.
 */
const escapeForSqs = (json: string): string =>
  json.replace(/[\uFFFE\uFFFF]/g, (character) => (character === '\uFFFE' ? '\\ufffe' : '\\uffff'));

/** For filtering without reading the body. An attribute without a value is absent: SQS refuses empty ones. */
function attributesOf(mail: ParsedMail, route: string | null): Record<string, string> {
  const own = mail.routes.find(({ name }) => name === route);
  const recipient = own?.recipients[0] ?? mail.envelope?.rcptTo[0] ?? mail.to[0]?.address ?? '';
  const domain = /@([\x21-\x3f\x41-\x7e]{1,255})$/.exec(recipient)?.[1]?.toLowerCase();
  return {
    schema: mail.schema,
    kind: mail.kind,
    ...(route === null ? {} : { route }),
    ...(domain === undefined ? {} : { recipientDomain: domain }),
  };
}

/** SQS counts name, type and value of every attribute. */
function attributeBytes(attributes: Record<string, string>): number {
  return Object.entries(attributes).reduce(
    (sum, [name, value]) => sum + Buffer.byteLength(name) + 'String'.length + Buffer.byteLength(value),
    0,
  );
}
