import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { allCommands } from '../../cli/program.ts';
import { configSchema } from '../../core/config/schema.ts';
import { parse } from '../../core/terminal/arguments.ts';
import { LARGEST } from '../support/config-variants.ts';
import { flat, synthesised } from '../support/synth.ts';

/** The pages for operators of a deployment. */
const PAGES = [
  'certificates',
  'changes',
  'deploy',
  'deploy-errors',
  'ingress',
  'ipv6',
  'mta-sts',
  'runbook',
  'security',
  'stacks',
  'take-down',
];
const ALL_PAGES = readdirSync('docs')
  .filter((name) => name.endsWith('.md'))
  .map((name) => name.slice(0, -'.md'.length));
const textOf = (pages: readonly string[]) => pages.map((page) => readFileSync(`docs/${page}.md`, 'utf8')).join('\n');
const TEXT = textOf(PAGES);
const withoutRunbook = textOf(PAGES.filter((page) => page !== 'runbook'));

const everything = synthesised(LARGEST);
const templates = everything.stackNames.map((name) => Object(everything.templateOf(name)));

const found = (pattern: RegExp, text = TEXT): string[] => [
  ...new Set([...text.matchAll(pattern)].map(([, name = '']) => name)),
];

/** Document fields that look like settings. */
const OF_DOCUMENT = ['enrichment.ses', 'enrichment.malware.attachments'];

/** Words that look like outputs: the construct and AWS errors. */
const NO_OUTPUTS = ['MailPipeline', 'BucketAlreadyOwnedByYou', 'ResourceNotFoundException'];

describe('the pages of docs/ on deploying and operating', () => {
  it('name only outputs that a deployment has', () => {
    const outputs = templates.flatMap(({ Outputs = {} }) => Object.keys(Outputs));
    const named = [...found(/`([A-Z][a-z]+[A-Z]\w*)`/g, withoutRunbook), ...found(/<([A-Z]\w+)>/g)];
    expect(named).toContain('MxTarget');
    expect(named.filter((name) => !outputs.includes(name) && !NO_OUTPUTS.includes(name))).toEqual([]);
  });

  it('read each output from the right stack', () => {
    const read = [...TEXT.matchAll(/\boutput ([\w-]+) ([A-Z]\w+)/g)];
    expect(read.length).toBeGreaterThan(4);
    const wrong = read.filter(([, role, name = '']) => {
      const { Outputs = {} } = Object(everything.templateOf(`mail-pipeline-${everything.stage}-${role}`));
      return !Object.hasOwn(Outputs, name);
    });
    expect(wrong.map(([command]) => command)).toEqual([]);
  });

  it('use the actual names of stacks, functions, queues, keys, roles, alarms and log groups', () => {
    const texts = [...everything.stackNames, ...templates.map((template) => JSON.stringify(flat(template)))].join('\n');
    const named = found(/((?:\/mail-pipeline\/|mail-pipeline-)(?:<stage>|prod)[/\w<>-]*[\w>])/g);
    expect(named.length).toBeGreaterThan(8);
    const missing = named.filter((name) => {
      const real = name
        .replace(/<stage>|prod(?=[-/]|$)/, everything.stage)
        .replace('<function>', 'parser')
        .replace('<name>', `${'r'.repeat(29)}0`)
        .replace('<region>', '<AWS::Region>');
      return !texts.includes(real);
    });
    expect(missing).toEqual([]);
  });

  it('filter logs only by messages and fields that the programs write', () => {
    const code = ['core', 'edge-mta', 'lambda']
      .flatMap((room) => readdirSync(room, { recursive: true, encoding: 'utf8' }).map((name) => `${room}/${name}`))
      .filter((name) => name.endsWith('.ts'))
      .map((name) => readFileSync(name, 'utf8'))
      .join('\n');
    const messages = found(/--filter-pattern '"([a-z][^"<]+)"'/g);
    expect(messages).toContain('store failed');
    expect(messages.filter((message) => !code.includes(`'${message}'`))).toEqual([]);
    const fields = found(/--filter-pattern '\{ \$\.(\w+) =/g);
    expect(fields.filter((field) => !new RegExp(`\\b${field}\\b`).test(code))).toEqual([]);
  });

  it('name only graphs that the dashboard has', () => {
    const dashboard = JSON.stringify(everything.templateOf(`mail-pipeline-${everything.stage}-observability`));
    const titles = found(/title[\\"]+:[\\"]+([^\\"]+)/g, dashboard);
    const named = found(/"([^"\n]+)" on the dashboard/g);
    expect(named).toContain('Mails');
    expect(named.filter((title) => !titles.includes(title))).toEqual([]);
  });

  it('name only settings that the configuration has', () => {
    const schema = z.toJSONSchema(configSchema, { io: 'input', unrepresentable: 'any' });
    const areas = Object.keys(schema.properties ?? {});
    const named = found(/`([a-z]\w*(?:\.[a-z]\w*)*)[`:]/g, TEXT).filter((path) =>
      areas.includes(path.split('.')[0] ?? ''),
    );
    expect(named).toContain('network.balancerSubnetIds');
    const wrong = named.filter((path) => !hasSetting(schema, path.split('.')) && !OF_DOCUMENT.includes(path));
    expect(wrong).toEqual([]);
  });

  it('call mail-pipeline only with existing commands and options', async () => {
    const commands = await allCommands();
    const lines = found(/`?mail-pipeline ((?:[a-z]+)(?: [^`\n]*)?)(?:`|$)/gm, textOf(ALL_PAGES));
    expect(lines.length).toBeGreaterThan(8);
    const wrong = lines.flatMap((line) => {
      const [name = '', ...args] = line
        .replace(/( --help)? *(#.*)?$/, '')
        .replace(/^help /, '')
        .split(' ');
      const command = commands.get(name);
      if (command === undefined) return [line];
      try {
        parse(args, command.usage.options);
        return [];
      } catch (error) {
        return [`${line}: ${error}`];
      }
    });
    expect(wrong).toEqual([]);
  });
});

type Schema = z.core.JSONSchema.BaseSchema;

function hasSetting(schema: Schema, [name, ...rest]: readonly string[]): boolean {
  if (name === undefined) return true;
  const forms = [schema, ...(schema.anyOf ?? []), ...(schema.oneOf ?? [])].filter((form) => typeof form === 'object');
  return forms.some((form) => {
    const member = form.properties?.[name];
    return typeof member === 'object' && hasSetting(member, rest);
  });
}
