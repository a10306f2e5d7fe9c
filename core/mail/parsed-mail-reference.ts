import * as z from 'zod/mini';
import { DEFECT_CODES } from './defects.ts';
import { EXAMPLE } from './example.ts';
import { parsedMailJsonSchema } from './json-schema.ts';

const INTRODUCTION = `# Parsed mail, version 1

One JSON document per mail: the whole of it in the content bucket, the same on the queue. Within version 1 fields and
defect codes are only ever added; a field that does not apply is null or empty, never absent. Texts, names and headers
are data from strangers, and so are the reports: anybody can write a bounce.

This page and \`schema/parsed-mail-v1.json\` are generated from the schema by \`npm run docs\`; a test fails when they
differ. Examples are of different mails. Hashes are shortened.
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

/** The text of `docs/parsed-mail-v1.md`. */
export function parsedMailReference(): string {
  const root = parsedMailJsonSchema();
  const definitions = z.record(z.string(), nodeSchema).parse(root['$defs']);
  const sections = Object.entries(definitions).map(([name, node]) => `## ${name}\n\n${table(node, null)}`);
  const codes = Object.entries(DEFECT_CODES).map(([code, meaning]) => `| \`${code}\` | ${meaning} |`);
  return [
    INTRODUCTION,
    `## The document\n\n${table(nodeSchema.parse(root), EXAMPLE)}`,
    ...sections,
    `## Defect codes\n\n| code | meaning |\n|---|---|\n${codes.join('\n')}\n`,
  ].join('\n');
}

function table(node: Node, example: unknown): string {
  return ['| field | value | meaning | example |', '|---|---|---|---|', ...rows('', node, example), ''].join('\n');
}

/** A row for each field, those of objects and of items below it. */
function rows(prefix: string, node: Node, example: unknown): string[] {
  return Object.entries(node.properties ?? {}).flatMap(([name, child]) => {
    const path = prefix === '' ? name : `${prefix}.${name}`;
    const value = member(example, name);
    const own = `| \`${path}\` | ${typeText(child)} | ${cell(child.description ?? '')} | ${exampleText(value)} |`;
    const inner = solid(child);
    if (inner.items === undefined) return [own, ...rows(path, inner, value)];
    return [own, ...rows(`${path}[]`, inner.items, Array.isArray(value) ? value[0] : undefined)];
  });
}

/** What may stand there instead of null. */
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

/** Objects show themselves in the rows of their fields. */
function exampleText(value: unknown): string {
  const item: unknown = Array.isArray(value) ? value[0] : value;
  const shown = value !== undefined && value !== null && (item === undefined || typeof item !== 'object');
  return shown ? `\`${cell(JSON.stringify(value))}\`` : '';
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|');
}
