import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { allCommands, run } from '../../cli/program.ts';
import { describing } from '../../core/mime/describe-attachment.ts';
import { StreamingMimeReader } from '../../core/mime/reader.ts';
import type { ReadMime } from '../../core/reading/read-content.ts';
import { parse } from '../../core/terminal/arguments.ts';
import { testContext } from '../support/cli-context.ts';

const README = await readFile('README.md', 'utf8');

/** A text that ends with an ellipsis matches any text that starts the same. */
const shortened = (_key: string, value: unknown): unknown =>
  typeof value === 'string' && value.endsWith('…') ? expect.stringContaining(value.slice(0, -1)) : value;

const read: ReadMime = (source, store, { limits }) => new StreamingMimeReader().read(source, describing(store), limits);

describe('README.md', () => {
  it('is shorter than 120 lines', () => {
    expect(README.trimEnd().split('\n').length).toBeLessThan(120);
  });

  it('shows what "mail-pipeline parse" prints for the mail it names', async () => {
    const [, file = '', sample = ''] =
      /mail-pipeline parse (\S+\.eml) --json`[^`]*```json\n(.*?)```/s.exec(README) ?? [];
    const context = testContext({}, { read });
    expect(await run(['parse', file, '--json'], context)).toBe(0);
    expect(JSON.parse(context.printed())).toMatchObject(JSON.parse(sample, shortened));
  });

  it('names commands and options that the command line has', async () => {
    const commands = await allCommands();
    const lines = [...README.matchAll(/mail-pipeline ([a-z]+(?: [^`\n#]*)?)/g)].map(([, line = '']) => line.trim());
    expect(lines.length).toBeGreaterThan(8);
    for (const line of lines) {
      const [name = '', ...args] = line.split(' ');
      const command = commands.get(name);
      if (command === undefined) throw new Error(`there is no command "${name}"`);
      expect(() => parse(args, command.usage.options), line).not.toThrow();
    }
  });

  it('names scripts of package.json and the version that "npm pack" makes', async () => {
    const { scripts, version } = z
      .object({ scripts: z.record(z.string(), z.string()), version: z.string() })
      .parse(JSON.parse(await readFile('package.json', 'utf8')));
    const named = [...README.matchAll(/npm (?:run )?(start|test|(?<=run )\w+)/g)].map(([, name = '']) => name);
    expect(named).toEqual(expect.arrayContaining(['demo', 'start']));
    expect(named.filter((name) => !Object.hasOwn(scripts, name))).toEqual([]);
    expect([...README.matchAll(/mail-pipeline-([\d.]+\d)\.tgz/g)].map(([, named]) => named)).toEqual([version]);
  });
});
