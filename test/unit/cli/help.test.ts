import { describe, expect, it } from 'vitest';
import { allCommands, run } from '../../../cli/program.ts';
import { VERSION } from '../../../core/mail/version.ts';
import { parse } from '../../../core/terminal/arguments.ts';
import { testContext } from '../../support/cli-context.ts';

const COMMANDS = await allCommands();
const NAMES = [...COMMANDS.keys()];

async function printed(argv: string[], columns: number | null = null): Promise<string> {
  const context = testContext({});
  context.out.columns = columns;
  expect(await run(argv, context)).toBe(0);
  return context.printed();
}

/** The words of a command line, up to a pipe or redirection. */
function words(line: string): string[] {
  const found = [...line.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? '');
  const end = found.findIndex((word) => ['|', '>', '<'].includes(word));
  return end === -1 ? found : found.slice(0, end);
}

describe('help', () => {
  it.each(NAMES)('of %s has an example, and the options of each example are those it has', (name) => {
    const { usage } = COMMANDS.get(name) ?? expect.fail();
    expect(usage.examples.length).toBeGreaterThan(0);
    for (const example of usage.examples) {
      const [program, command, ...args] = words(example);
      expect([program, command]).toEqual(['mail-pipeline', name]);
      expect(() => parse(args, usage.options), example).not.toThrow();
    }
  });

  it.each(NAMES)('"help %s" and "--help" print the same', async (name) => {
    const text = await printed(['help', name]);
    expect(text).toBe(await printed([name, '--help']));
    expect(text).toMatch(new RegExp(`^Usage: mail-pipeline ${name} ?`));
    expect(text).toContain('Examples:\n  mail-pipeline ');
  });

  it.each(NAMES)('of %s fits the terminal', async (name) => {
    for (const columns of [60, 80, 132]) {
      const prose = (await printed([name, '--help'], columns)).replace(/\nExamples:[\s\S]*/, '');
      for (const line of prose.split('\n')) expect(line.length, line).toBeLessThanOrEqual(columns);
    }
  });

  it('names every command, and the version', async () => {
    const overview = await printed(['help']);
    for (const name of NAMES) expect(overview).toContain(`\n  ${name} `);
    expect(await printed(['--version'])).toBe(`mail-pipeline ${VERSION}\n`);
  });

  it('of redrive names the reasons, and those that a redrive does not cure', async () => {
    const text = (await printed(['redrive', '--help'])).replaceAll(/\s+/g, ' ');
    expect(text).toContain('retries.exhausted, event.invalid');
    expect(text).toContain('envelope.invalid: the stored envelope is damaged; store the mail again.');
  });
});
