import { unsupported } from './errors.ts';
import type { JsonValue } from './operation.ts';
import type { Answer, Protocol } from './protocol.ts';
import { readForm } from './query-form.ts';

/** The protocol of SDKs and CLIs from before 2023: a form in (`Action=SendMessage&…`), XML out. */
export const queryProtocol: Protocol = {
  decode: (request, body) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://localhost');
    const { Action, ...input } = readForm(
      new URLSearchParams([...searchParams, ...new URLSearchParams(body.toString())]),
    );
    if (typeof Action !== 'string') throw unsupported('a request without Action');
    // SDKs with this protocol post to the queue's own URL, with or without the parameter.
    const withUrl = pathname === '/' || 'QueueName' in input ? input : { QueueUrl: pathname, ...input };
    return { action: Action, input: withUrl };
  },

  encode: (action, output, requestId) => {
    const result = Object.entries(output).map(([name, value]) => field(action, name, value));
    // Clients expect the element even when it is empty.
    const wrapped = WITHOUT_RESULT.has(action) ? '' : element(`${action}Result`, result.join(''));
    return answer(200, `${action}Response`, wrapped + element('ResponseMetadata', element('RequestId', requestId)));
  },

  encodeError: ({ status, fault, queryCode, message }, requestId) => {
    const parts = element('Type', fault) + element('Code', queryCode) + element('Message', escapeXml(message));
    return answer(status, 'ErrorResponse', element('Error', `${parts}<Detail/>`) + element('RequestId', requestId));
  },
};

const WITHOUT_RESULT: ReadonlySet<string> = new Set([
  'ChangeMessageVisibility',
  'DeleteMessage',
  'DeleteQueue',
  'PurgeQueue',
  'SetQueueAttributes',
]);

/** Maps of the JSON protocol become repeated entries. */
const MAPS: Readonly<Record<string, string>> = { Attributes: 'Attribute', MessageAttributes: 'MessageAttribute' };

const LISTS: Readonly<Record<string, (action: string) => string>> = {
  Failed: () => 'BatchResultErrorEntry',
  Messages: () => 'Message',
  QueueUrls: () => 'QueueUrl',
  Successful: (action) => `${action}ResultEntry`,
};

function field(action: string, name: string, value: JsonValue | undefined): string {
  if (value === undefined) return '';
  if (Array.isArray(value)) {
    const entry = LISTS[name]?.(action) ?? name;
    return value.map((item) => element(entry, content(action, item))).join('');
  }
  const entry = MAPS[name];
  if (entry === undefined || typeof value !== 'object') return element(name, content(action, value));
  return Object.entries(value)
    .map(([key, item = '']) =>
      element(entry, element('Name', escapeXml(key)) + element('Value', content(action, item))),
    )
    .join('');
}

function content(action: string, value: JsonValue): string {
  if (typeof value !== 'object') return escapeXml(String(value));
  if (Array.isArray(value)) throw new Error('a list inside a list has no form in the Query protocol');
  return Object.entries(value)
    .map(([name, inner]) => field(action, name, inner))
    .join('');
}

const element = (name: string, inner: string): string => `<${name}>${inner}</${name}>`;

/** A carriage return as a reference: XML parsers turn a bare one into a line feed, and the MD5 would not match. */
function escapeXml(text: string): string {
  return text.replace(/[&<>"\r]/g, (character) => `&#${character.charCodeAt(0)};`);
}

function answer(status: number, root: string, inner: string): Answer {
  const namespace = 'xmlns="http://queue.amazonaws.com/doc/2012-11-05/"';
  const body = `<?xml version="1.0" encoding="UTF-8"?>\n<${root} ${namespace}>${inner}</${root}>`;
  return { status, contentType: 'text/xml', body };
}
