import { posix } from 'node:path';
import type { Imports } from './imports.ts';
import { ANYTHING, COMPUTED, ROOMS } from './table.ts';

/** The rule that `imported` (as written in `file`) breaks; null if the import is allowed. */
export function broken(file: string, imported: string | null): string | null {
  const room = roomOf(file);
  const rules = room === null ? undefined : ROOMS[room];
  if (rules === undefined) return `${file} is in no room: name its folder in test/unit/rooms/table.ts`;
  const refused = (what: string, allowed: readonly string[]) =>
    `${file} imports ${imported ?? COMPUTED}: ${room} may not import ${what}, only ${allowed.join(', ') || 'itself'}. ${rules.why}`;
  const path = imported === null ? null : target(file, imported);
  if (path === null) {
    const name = imported === null ? COMPUTED : packageOf(imported);
    return allows(rules.packages, name) ? null : refused(name, rules.packages);
  }
  const other = roomOf(path);
  if (other === null) return refused('what is in no room', rules.rooms);
  return other === room || allows(rules.rooms, other) ? null : refused(other, rules.rooms);
}

/** Groups of files that import one another, directly or indirectly. */
export function cycles(imports: Imports): string[][] {
  const targets = (file: string) =>
    (imports.get(file) ?? []).flatMap((imported) => (imported === null ? [] : (target(file, imported) ?? [])));
  return stronglyConnected([...imports.keys()], targets);
}

/** Tarjan's strongly connected components with more than one node. */
export function stronglyConnected(nodes: readonly string[], next: (node: string) => readonly string[]): string[][] {
  const index = new Map<string, number>();
  const open: string[] = [];
  const found: string[][] = [];
  /** The lowest index reachable from the node among the nodes still open. */
  const visit = (node: string): number => {
    const own = index.size;
    let lowest = own;
    index.set(node, own);
    open.push(node);
    for (const other of next(node)) {
      const seen = index.get(other);
      if (seen === undefined) lowest = Math.min(lowest, visit(other));
      else if (open.includes(other)) lowest = Math.min(lowest, seen);
    }
    if (lowest === own) {
      const group = open.splice(open.indexOf(node));
      if (group.length > 1) found.push(group);
    }
    return lowest;
  };
  for (const node of nodes) if (!index.has(node)) visit(node);
  return found;
}

/** The deepest room that contains the file. */
function roomOf(file: string): string | null {
  for (let folder = posix.dirname(file); ; folder = posix.dirname(folder)) {
    if (folder in ROOMS && (folder !== '.' || !file.includes('/'))) return folder;
    if (folder === '.' || folder === '..') return null;
  }
}

/** The project path of the imported file; null for a package. */
function target(file: string, imported: string): string | null {
  return imported.startsWith('.') ? posix.join(posix.dirname(file), imported) : null;
}

/** `@aws-sdk/client-s3/x` belongs to `@aws-sdk/client-s3`; a Node module stays whole: `node:fs/promises`. */
function packageOf(imported: string): string {
  if (imported.startsWith('node:')) return imported;
  return imported.split('/', imported.startsWith('@') ? 2 : 1).join('/');
}

function allows(names: readonly string[], name: string): boolean {
  return names.includes(name) || names.includes(ANYTHING) || (name.startsWith('node:') && names.includes('node:*'));
}
