import { SqsError, unsupported } from './errors.ts';
import type { JsonObject, JsonValue } from './operation.ts';

type Tree = Map<string, Tree | string>;

/** Names of form fields with lists and maps, and their names in the JSON protocol. */
const LISTS: Readonly<Record<string, string>> = {
  AttributeName: 'AttributeNames',
  MessageAttributeName: 'MessageAttributeNames',
  MessageSystemAttributeName: 'MessageSystemAttributeNames',
  ChangeMessageVisibilityBatchRequestEntry: 'Entries',
  DeleteMessageBatchRequestEntry: 'Entries',
  SendMessageBatchRequestEntry: 'Entries',
};
const MAPS: Readonly<Record<string, string>> = { Attribute: 'Attributes', MessageAttribute: 'MessageAttributes' };
const NUMBERS: ReadonlySet<string> = new Set([
  'DelaySeconds',
  'MaxNumberOfMessages',
  'MaxResults',
  'VisibilityTimeout',
  'WaitTimeSeconds',
]);

/**
 * The input of the JSON protocol from the form of the Query protocol: `Attribute.1.Name=DelaySeconds&
 * Attribute.1.Value=5` is `{ Attributes: { DelaySeconds: '5' } }`. @throws SqsError for names it does not know
 */
export function readForm(form: URLSearchParams): JsonObject {
  const root: Tree = new Map();
  for (const [name, value] of form) {
    if (name !== 'Version' && !name.startsWith('X-Amz-')) insert(root, name.split('.'), value);
  }
  return objectOf(root);
}

function insert(tree: Tree, path: readonly string[], value: string): void {
  const [name = '', ...rest] = path;
  if (rest.length === 0) {
    tree.set(name, value);
    return;
  }
  const child = tree.get(name) ?? new Map();
  if (typeof child === 'string') throw malformed(name);
  tree.set(name, child);
  insert(child, rest, value);
}

function objectOf(tree: Tree): JsonObject {
  return Object.fromEntries([...tree].map(([name, node]) => field(name, node)));
}

function field(name: string, node: Tree | string): [string, JsonValue] {
  if (typeof node === 'string') return [name, scalar(name, node)];
  const list = LISTS[name];
  if (list !== undefined) return [list, items(node).map((item) => (typeof item === 'string' ? item : objectOf(item)))];
  const map = MAPS[name];
  if (map !== undefined) return [map, Object.fromEntries(items(node).map((item) => mapEntry(name, item)))];
  if (name === 'Value') return [name, objectOf(node)];
  throw unsupported(`the parameter ${name}.${[...node.keys()][0]}`);
}

function mapEntry(name: string, item: Tree | string): [string, JsonValue] {
  const key = typeof item === 'string' ? undefined : item.get('Name');
  const value = typeof item === 'string' ? undefined : item.get('Value');
  if (typeof key !== 'string' || value === undefined) throw malformed(name);
  return [key, typeof value === 'string' ? value : objectOf(value)];
}

/** `Name.1`, `Name.2` … in numerical order. */
function items(tree: Tree): (Tree | string)[] {
  return [...tree].sort(([a], [b]) => Number(a) - Number(b)).map(([, node]) => node);
}

/** Anything but a number stays text, so that the operation can name the parameter in its error. */
function scalar(name: string, text: string): JsonValue {
  return NUMBERS.has(name) && /^-?\d+$/.test(text) ? Number(text) : text;
}

function malformed(name: string): SqsError {
  return new SqsError('MalformedQueryString', `The parameter ${name} is incomplete.`);
}
