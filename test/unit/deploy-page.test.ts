import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { allCommands } from '../../cli/program.ts';
import { configSchema } from '../../core/config/schema.ts';
import { parse } from '../../core/terminal/arguments.ts';
import { LARGEST } from '../support/config-variants.ts';
import { flat, synthesised } from '../support/synth.ts';

const DEPLOY = readFileSync('docs/deploy.md', 'utf8');
const RUNBOOK = readFileSync('docs/runbook.md', 'utf8');

const everything = synthesised(LARGEST);
const templates = everything.stackNames.map((name) => Object(everything.templateOf(name)));

const found = (pattern: RegExp, text = DEPLOY): string[] => [
  ...new Set([...text.matchAll(pattern)].map(([, name = '']) => name)),
];

/** Fields of a document that look like settings. */
const OF_DOCUMENT = ['enrichment.ses', 'enrichment.malware.attachments'];

/** Words that look like outputs: the construct, and errors of AWS. */
const NO_OUTPUTS = ['MailPipeline', 'BucketAlreadyOwnedByYou', 'ResourceNotFoundException'];

describe('docs/deploy.md', () => {
  it('names outputs that a deployment has, and so does the runbook', () => {
    const outputs = templates.flatMap(({ Outputs = {} }) => Object.keys(Outputs));
    const named = [...found(/`([A-Z][a-z]+[A-Z]\w*)`/g), ...found(/<([A-Z]\w+)>/g), ...found(/<([A-Z]\w+)>/g, RUNBOOK)];
    expect(named).toContain('MxTarget');
    expect(named.filter((name) => !outputs.includes(name) && !NO_OUTPUTS.includes(name))).toEqual([]);
  });

  it('names stacks, functions, keys, roles and log groups by the names that they have', () => {
    const texts = [...everything.stackNames, ...templates.map((template) => JSON.stringify(flat(template)))].join('\n');
    const named = found(/((?:\/mail-pipeline\/|mail-pipeline-)<stage>[/\w<>-]*[\w>])/g);
    expect(named.length).toBeGreaterThan(8);
    const missing = named.filter((name) => {
      const real = name
        .replace('<stage>', everything.stage)
        .replace('<function>', 'parser')
        .replace('<region>', '<AWS::Region>');
      return !texts.includes(real);
    });
    expect(missing).toEqual([]);
  });

  it('names settings that the configuration has, and so does the runbook', () => {
    const schema = z.toJSONSchema(configSchema, { io: 'input', unrepresentable: 'any' });
    const areas = Object.keys(schema.properties ?? {});
    const named = found(/`([a-z]\w*(?:\.[a-z]\w*)*)[`:]/g, DEPLOY + RUNBOOK).filter((path) =>
      areas.includes(path.split('.')[0] ?? ''),
    );
    expect(named).toContain('network.balancerSubnetIds');
    const wrong = named.filter((path) => !hasSetting(schema, path.split('.')) && !OF_DOCUMENT.includes(path));
    expect(wrong).toEqual([]);
  });

  it('has commands of the program that take these options', async () => {
    const commands = await allCommands();
    const lines = found(/`?mail-pipeline ((?:[a-z]+)(?: [^`\n]*)?)(?:`|$)/gm, DEPLOY + RUNBOOK);
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

  it('links to headings that are there', () => {
    const anchors = (text: string) =>
      [...text.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
        heading
          .toLowerCase()
          .replaceAll(/[^\w\- ]/g, '')
          .replaceAll(' ', '-'),
      );
    const links = [...`${DEPLOY}\n${RUNBOOK}`.matchAll(/\]\((?:([\w.-]+\.md))?#([\w-]+)\)/g)];
    const inBoth = [...anchors(DEPLOY), ...anchors(RUNBOOK)];
    const missing = links.filter(([, page, anchor = '']) =>
      page === undefined ? !inBoth.includes(anchor) : !anchors(readFileSync(`docs/${page}`, 'utf8')).includes(anchor),
    );
    expect(missing.map(([link]) => link)).toEqual([]);
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
