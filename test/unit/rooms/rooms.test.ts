import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { type Imports, importsOf, projectImports } from './imports.ts';
import { broken, cycles, stronglyConnected } from './rules.ts';
import { ANYTHING, ROOMS } from './table.ts';

const imports = projectImports();

describe('the house', () => {
  it('is read whole', () => {
    expect(imports.get('cli/main.ts')).toContain('./program.ts');
    expect(imports.get('lambda/parser/handler.ts')).toContain('./create-handler.ts');
  });

  it('holds no import that the table of rooms does not allow', () => {
    const found = [...imports].flatMap(([file, all]) => all.flatMap((imported) => broken(file, imported) ?? []));
    expect(found).toEqual([]);
  });

  it('holds no files that import one another in a circle, types included', () => {
    expect(cycles(imports)).toEqual([]);
  });

  it('has arrows between its rooms that point one way', () => {
    expect(stronglyConnected(Object.keys(ROOMS), (room) => ROOMS[room]?.rooms ?? [])).toEqual([]);
  });

  it('has every room that the table names', () => {
    const named = Object.entries(ROOMS).flatMap(([room, { rooms }]) => [room, ...rooms]);
    expect(named.filter((name) => name !== ANYTHING && !existsSync(name))).toEqual([]);
  });

  it('has every room of core, lambda and the top level named in docs/architecture.md', () => {
    const [, section = ''] = /^## Rooms\n(.*?)^## /ms.exec(readFileSync('docs/architecture.md', 'utf8')) ?? [];
    const rooms = Object.keys(ROOMS).filter((room) => /^(core|lambda)\/|^[^/]+$/.test(room));
    const named = section.split(/\s+/);
    expect(rooms.filter((room) => room !== '.' && !named.includes(`${room.split('/').at(-1)}/`))).toEqual([]);
  });
});

describe('an import is refused', () => {
  it.each([
    [
      'from one Lambda to another',
      'lambda/enricher/x.ts',
      '../webhook/deliver.ts',
      'lambda/enricher may not import lambda/webhook',
    ],
    [
      'from deep inside a Lambda to another',
      'lambda/enricher/ocr/a/b.ts',
      '../../../parser/process-mail.ts',
      'lambda/enricher may not import lambda/parser',
    ],
    [
      'between two Lambdas that begin alike',
      'lambda/enricher/x.ts',
      '../parser/process-mail.ts',
      'lambda/enricher may not import lambda/parser',
    ],
    [
      'from core to a program',
      'core/outcome/deep/er/x.ts',
      '../../../../edge-mta/edge.ts',
      'core/outcome may not import edge-mta',
    ],
    [
      'from a program to the configuration',
      'edge-mta/data/x.ts',
      '../../core/config/schema.ts',
      'edge-mta may not import core/config',
    ],
    [
      'from the domain to an SDK',
      'core/mail/x.ts',
      '@aws-sdk/client-s3',
      'core/mail may not import @aws-sdk/client-s3',
    ],
    [
      'from the domain to files',
      'core/mail/deep/x.ts',
      'node:fs/promises',
      'core/mail may not import node:fs/promises',
    ],
    ['from the domain to the network', 'core/mail/x.ts', 'node:net', 'core/mail may not import node:net'],
    [
      'from a function to CDK',
      'lambda/parser/reading/x.ts',
      'aws-cdk-lib/aws-s3',
      'lambda/parser may not import aws-cdk-lib',
    ],
    ['from product code to a test', 'lib/x.ts', '../test/support/x.ts', 'lib may not import test'],
    ['to what is outside of the project', 'cli/x.ts', '../../shared/x.ts', 'cli may not import what is in no room'],
    ['from a folder that the table does not name', 'attic/x.ts', 'zod', 'attic/x.ts is in no room'],
  ])('%s', (_what, file, imported, message) => {
    expect(broken(file, imported)).toContain(message);
  });

  it('when it is computed at run time, but for the rooms that load files of a user', () => {
    expect(broken('lambda/parser/x.ts', null)).toContain('lambda/parser may not import a computed path');
    expect(broken('core/config/load-config.ts', null)).toBeNull();
  });
});

it('finds every kind of import', () => {
  const source = `
    import a from './a.ts';
    import type { B } from './b.ts';
    import { type C } from './c.ts';
    export { d } from './d.ts';
    export type * from './e.ts';
    type F = import('./f.ts').F;
    const g = await import('./g.ts');
    const h = require('./h.cjs');
    const i = createRequire(import.meta.url).resolve('./i.cjs');
    const j = import.meta.resolve('./j.ts');
    const k = await import(\`./k.ts\`), l = await import(somewhere);
    import './m.ts';`;
  const files = ['a.ts', 'b.ts', 'c.ts', 'd.ts', 'e.ts', 'f.ts', 'g.ts', 'h.cjs', 'i.cjs', 'j.ts', 'm.ts'];
  expect(importsOf('x.ts', source).sort()).toEqual([...files.map((file) => `./${file}`), null, null].sort());
});

it('finds a circle through three files', () => {
  const circle: Imports = new Map([
    ['a.ts', ['./b.ts']],
    ['b.ts', ['./c.ts', './d.ts']],
    ['c.ts', ['./a.ts', 'zod']],
    ['d.ts', []],
  ]);
  expect(cycles(circle).map((files) => files.sort())).toEqual([['a.ts', 'b.ts', 'c.ts']]);
});
