import * as z from 'zod/mini';
import { DEFECT_CODES } from './defects.ts';
import { EXAMPLE } from './example.ts';
import { ELECTRONIC_INVOICE } from './example-invoice.ts';
import { parsedMailJsonSchema } from './json-schema.ts';

const INTRODUCTION = `# Parsed mail, version 1

One JSON document per mail: complete in the content bucket, the same on the queue. Within version 1 fields and defect
codes are only ever added; a field that does not apply is null or empty, never absent. Texts, names and headers are
data from strangers, and so are the reports: anybody can write a bounce.

This page and \`schema/parsed-mail-v1.json\` are generated from the schema by \`npm run docs\`; a test fails when they
differ. Examples come from different mails, with shortened hashes; the examples of an object are in the rows of its fields.
`;

const nodeSchema = z.looseObject({
  $ref: z.optional(z.string()),
  type: z.optional(z.union([z.string(), z.array(z.string())])),
  description: z.optional(z.string()),
  enum: z.optional(z.array(z.nullable(z.string()))),
  const: z.optional(z.string()),
  get anyOf() {
    return z.optional(z.array(nodeSchema));
  },
  get items() {
    return z.optional(nodeSchema);
  },
  get properties() {
    return z.optional(z.record(z.string(), nodeSchema));
  },
});
type Node = z.infer<typeof nodeSchema>;

/** Examples of types that occur in several places. */
const EXAMPLES: Readonly<Record<string, readonly unknown[]>> = {
  address: [...EXAMPLE.from, ...EXAMPLE.cc],
  header: EXAMPLE.headers,
  defect: EXAMPLE.defects,
  attachment: EXAMPLE.attachments.flatMap((each) => [each, ...(each.message?.attachments ?? [])]),
  attachedMessage: EXAMPLE.attachments.flatMap(({ message }) => message ?? []),
  invoice: [ELECTRONIC_INVOICE],
  structure: [EXAMPLE.structure, ...(EXAMPLE.structure?.children ?? [])],
};

/** The text of `docs/parsed-mail-v1.md`. */
export function parsedMailReference(): string {
  const root = parsedMailJsonSchema();
  const definitions = z.record(z.string(), nodeSchema).parse(root['$defs']);
  const sections = Object.entries(definitions).map(
    ([name, node]) => `## ${name}\n\n${table(node, EXAMPLES[name] ?? [])}`,
  );
  const codes = Object.entries(DEFECT_CODES).map(([code, meaning]) => `| \`${code}\` | ${meaning} |`);
  return [
    INTRODUCTION,
    `## The document\n\n${table(nodeSchema.parse(root), [EXAMPLE])}`,
    ...sections,
    `## Defect codes\n\n| code | meaning |\n|---|---|\n${codes.join('\n')}\n`,
  ].join('\n');
}

function table(node: Node, examples: readonly unknown[]): string {
  return ['| field | value | meaning | example |', '|---|---|---|---|', ...rows('', node, examples), ''].join('\n');
}

/** A row for each field, followed by those of its object or items. */
function rows(prefix: string, node: Node, examples: readonly unknown[]): string[] {
  return Object.entries(node.properties ?? {}).flatMap(([name, child]) => {
    const path = prefix === '' ? name : `${prefix}.${name}`;
    const values = examples.flatMap((example) => member(example, name) ?? []);
    const inner = solid(child);
    const own = `| \`${path}\` | ${typeText(child)} | ${cell(child.description ?? '')} | ${exampleText(inner, values)} |`;
    return [own, ...rows(inner.items === undefined ? path : `${path}[]`, inner.items ?? inner, values)];
  });
}

/** The alternative to null. */
function solid(node: Node): Node {
  return node.anyOf?.find(({ type }) => type !== 'null') ?? node;
}

function typeText(node: Node): string {
  if (node.anyOf !== undefined) return node.anyOf.map(typeText).join(' or ');
  if (node.$ref !== undefined) return refText(node.$ref);
  if (node.enum !== undefined) return node.enum.map((value) => (value === null ? 'or null' : `\`${value}\``)).join(' ');
  if (node.items !== undefined) return `list of ${typeText(node.items)}`;
  return [node.type ?? 'any'].flat().join(' or ');
}

function refText(ref: string): string {
  const name = ref.slice(ref.lastIndexOf('/') + 1);
  return `[${name}](#${name.toLowerCase()})`;
}

function member(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null
    ? Object.entries(value).find(([key]) => key === name)?.[1]
    : undefined;
}

/** The first value, or all values of a list; a type with its own rows has its examples there. */
function exampleText({ items, properties, $ref }: Node, values: readonly unknown[]): string {
  const item = items ?? { properties, $ref };
  if (values.length === 0 || item.properties !== undefined || item.$ref !== undefined) return '';
  return `\`${cell(JSON.stringify(items === undefined ? values[0] : values))}\``;
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|');
}
