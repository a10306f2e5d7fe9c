import { readdirSync, readFileSync } from 'node:fs';
import { type Expression, parseSync, Visitor } from 'oxc-parser';

/** The imports of each file, by its path from the project root. */
export type Imports = ReadonlyMap<string, readonly (string | null)[]>;

/** Reads all sources of the project; the working directory must be its root. */
export function projectImports(): Imports {
  return new Map(sources('').map((file) => [file, importsOf(file, readFileSync(file, 'utf8'))]));
}

function sources(folder: string): string[] {
  return readdirSync(folder || '.', { withFileTypes: true }).flatMap((entry) => {
    const path = folder ? `${folder}/${entry.name}` : entry.name;
    if (entry.isDirectory()) return NOT_OURS.test(entry.name) ? [] : sources(path);
    return /\.[cm]?[jt]sx?$/.test(entry.name) ? [path] : [];
  });
}

const NOT_OURS = /^(\..*|node_modules|cdk\.out|dist)$/;

/**
 * The imports of a file as written: `import`, `import type`, `export … from`, `import()`, types from `import('…')`,
 * `require` and `require.resolve`. A path computed at run time is null.
 */
export function importsOf(file: string, source: string): (string | null)[] {
  const { program, errors } = parseSync(file, source);
  if (errors[0] !== undefined) throw new Error(`${file}: ${errors[0].message}`);
  const found: (string | null)[] = [];
  const add = (from: Expression | null | undefined) => {
    if (from) found.push(from.type === 'Literal' && typeof from.value === 'string' ? from.value : null);
  };
  new Visitor({
    ImportDeclaration: (node) => add(node.source),
    ExportNamedDeclaration: (node) => add(node.source),
    ExportAllDeclaration: (node) => add(node.source),
    ImportExpression: (node) => add(node.source),
    TSImportType: (node) => add(node.source),
    TSExternalModuleReference: (node) => add(node.expression),
    CallExpression: (node) => {
      const [path] = node.arguments;
      if (isRequire(node.callee) && path && path.type !== 'SpreadElement') add(path);
    },
  }).visit(program);
  return found;
}

/** `require`, `require.resolve`, `createRequire(…)`, `import.meta.resolve`. */
function isRequire(callee: Expression): boolean {
  switch (callee.type) {
    case 'Identifier':
      return callee.name === 'require';
    case 'MemberExpression':
      return (
        callee.property.type === 'Identifier' &&
        callee.property.name === 'resolve' &&
        (callee.object.type === 'MetaProperty' || isRequire(callee.object))
      );
    case 'CallExpression':
      return callee.callee.type === 'Identifier' && callee.callee.name === 'createRequire';
    default:
      return false;
  }
}
