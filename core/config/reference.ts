import { z } from 'zod';
import { configSchema } from './schema.ts';

type Node = z.core.JSONSchema.JSONSchema;

const INTRODUCTION = `# Configuration

\`pipeline.config.ts\` exports what \`defineConfig\` returns. Every setting except \`domains\` has a default. An invalid value is
rejected with the name of the setting, the value and the remedy. Local mode and the deployment read the same file.

This page is generated from the schema by \`npm run docs\`; a test fails when the two differ.
`;

/** The text of \`docs/configuration.md\`. */
export function configurationReference(): string {
  const entries = properties(z.toJSONSchema(configSchema, { io: 'input' }));
  const own = entries.filter(([, node]) => !isGroup(node));
  const groups = entries.filter(([, node]) => isGroup(node));
  return [INTRODUCTION, table(own), ...groups.flatMap(([name, node]) => group(name, node))].join('\n');
}

/** Zod writes a schema for each, never `true` or `false`. */
function properties(node: Node): [string, Node][] {
  return Object.entries(node.properties ?? {}).flatMap(([name, child]) =>
    typeof child === 'object' ? [[name, child] satisfies [string, Node]] : [],
  );
}

function itemOf({ items }: Node): Node | undefined {
  return typeof items === 'object' && !Array.isArray(items) ? items : undefined;
}

function isGroup(node: Node): boolean {
  return node.properties !== undefined || node.oneOf !== undefined;
}

function group(path: string, node: Node): string[] {
  const heading = `## \`${path}\`\n\n${node.description ?? ''}\n`;
  if (node.oneOf !== undefined) return [heading, ...node.oneOf.map((choice) => variant(choice))];
  const entries = properties(node);
  const inner = entries.filter(([, child]) => isGroup(child));
  return [
    heading,
    table(entries.filter(([, child]) => !isGroup(child))),
    ...inner.flatMap(([name, child]) => group(`${path}.${name}`, child)),
  ];
}

/** One member of a union that \`mode\` discriminates. */
function variant(node: Node): string {
  const entries = properties(node).filter(([, child]) => child.const === undefined);
  const mode = properties(node).find(([, child]) => child.const !== undefined);
  const title = mode === undefined ? '' : `\`${mode[0]}: ${JSON.stringify(mode[1].const)}\`: `;
  return `${title}${node.description ?? ''}\n\n${table(entries)}`;
}

function table(entries: [string, Node][]): string {
  const rows = entries.flatMap(([name, node]) => settingRows(name, node));
  return ['| setting | value | meaning |', '|---|---|---|', ...rows, ''].join('\n');
}

/** The row of a setting, and one for each field of its object: the value itself, a list item, or the alternative to null. */
function settingRows(name: string, node: Node): string[] {
  const value = node.anyOf?.find((choice) => choice.type !== 'null') ?? node;
  const item = itemOf(value);
  const prefix = item === undefined ? name : `${name}[]`;
  const nested = properties(item ?? value).flatMap(([key, child]) => settingRows(`${prefix}.${key}`, child));
  return [`| \`${name}\` | ${valueText(node)} | ${cell(node.description ?? '')} |`, ...nested];
}

function valueText(node: Node): string {
  if (node.enum !== undefined) return node.enum.map((value) => `\`${cell(JSON.stringify(value))}\``).join(' ');
  if (node.const !== undefined) return `\`${JSON.stringify(node.const)}\``;
  if (node.anyOf !== undefined) return [...new Set(node.anyOf.map(valueText))].join(' or ');
  if (node.type === 'array') return `list of ${valueText(itemOf(node) ?? {})}`;
  if (node.type === 'integer' || node.type === 'number') return rangeText(node);
  return [node.type ?? []].flat().join(' or ');
}

function rangeText({ type, minimum, maximum }: Node): string {
  const bounded = minimum !== undefined && maximum !== undefined && Number.isSafeInteger(maximum + 1);
  return bounded ? `${type} ${minimum} to ${maximum}` : `${type}`;
}

const cell = (text: string): string => text.replaceAll('|', '\\|');
