import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { defineConfig } from '../../core/config/define-config.ts';
import { deployableConfig } from '../../core/config/deployable.ts';
import type { PipelineConfigInput } from '../../core/config/schema.ts';
import type { StackRole } from '../../core/settings/stage-names.ts';
import { addStacks } from '../../lib/app.ts';
import { addChecks } from '../../lib/checks.ts';

const CONTEXT: Record<string, unknown> = JSON.parse(readFileSync('cdk.json', 'utf8')).context;

/** A synthesised configuration, without bundling by default. */
export class Synthesis {
  readonly stage: string;
  readonly stackNames: readonly string[];
  readonly #warnings: ReadonlyMap<string, string[]>;
  readonly #templates = new Map<string, Template>();
  readonly #artifacts: Readonly<Record<string, { dependencies?: string[] }>>;

  /** @param directory receives the templates; with `checks`, a cdk-nag finding that is not suppressed throws */
  constructor(
    input: PipelineConfigInput,
    { directory, checks, bundles = false }: { directory: string; checks: boolean; bundles?: boolean },
  ) {
    const config = deployableConfig(defineConfig({ domains: ['example.com'], ...input }));
    this.stage = config.stage;
    const app = new App({
      outdir: directory,
      builtinCloudFormationValidation: checks,
      context: {
        ...CONTEXT,
        ...(bundles ? {} : { 'aws:cdk:bundling-stacks': [] }),
        // Would print notes about the runtime on every synth.
        '@aws-cdk/core:annotationsInValidationReport': false,
      },
    });
    addStacks(app, config);
    if (checks) addChecks(app);
    const { stacks } = app.synth();
    this.#warnings = new Map(
      stacks.map(({ stackName, messages }) => [
        stackName,
        messages.filter(({ level }) => level === 'warning').map(({ entry }) => String(entry.data)),
      ]),
    );
    this.#artifacts = JSON.parse(readFileSync(join(directory, 'manifest.json'), 'utf8')).artifacts;
    for (const file of templatesIn(directory)) {
      const template = Template.fromJSON(JSON.parse(readFileSync(join(directory, file), 'utf8')));
      this.#templates.set(file.replace('.template.json', ''), template);
    }
    this.stackNames = [...this.#templates.keys()];
  }

  stack(role: StackRole): Template {
    const template = this.#templates.get(this.#nameOf(role));
    if (template === undefined) throw new Error(`there is no stack ${role}`);
    return template;
  }

  /** Template of a stack by its full name; empty if there is no such stack. */
  templateOf(stackName: string): Record<string, unknown> {
    return this.#templates.get(stackName)?.toJSON() ?? {};
  }

  /** Warnings of the synth for a stack. */
  warnings(role: StackRole): readonly string[] {
    return this.#warnings.get(this.#nameOf(role)) ?? [];
  }

  /** Stacks that a stack depends on. */
  dependenciesOf(role: StackRole): string[] {
    const { dependencies = [] } = this.#artifacts[this.#nameOf(role)] ?? {};
    return dependencies.filter((name) => !name.endsWith('.assets'));
  }

  #nameOf(role: StackRole): string {
    return `mail-pipeline-${this.stage}-${role}`;
  }
}

const made = new Map<string, Synthesis>();

/** Synthesises a configuration once for all test files that share a process. */
export function synthesised(input: PipelineConfigInput = {}): Synthesis {
  const key = JSON.stringify(input);
  const known = made.get(key);
  if (known !== undefined) return known;
  const directory = mkdtempSync(join(tmpdir(), 'mail-pipeline-synth-'));
  try {
    const synthesis = new Synthesis(input, { directory, checks: false });
    made.set(key, synthesis);
    return synthesis;
  } finally {
    rmSync(directory, { recursive: true });
  }
}

/** Names of the template files in an output directory. */
export function templatesIn(directory: string): string[] {
  return readdirSync(directory)
    .filter((file) => file.endsWith('.template.json'))
    .sort();
}

/** A resource of a template, as CloudFormation defines it. */
export interface TemplateResource {
  Type: string;
  Properties?: Record<string, unknown>;
  DeletionPolicy?: string;
  DependsOn?: string[];
}

export function resourcesOf(template: Template): Record<string, TemplateResource> {
  return template.toJSON()['Resources'];
}

/** The only resource of a type whose logical id starts with `idPrefix`, flattened. */
export function resourceOf(template: Template, type: string, idPrefix: string): Record<string, unknown> {
  const found = Object.entries(template.findResources(type)).filter(([id]) => id.startsWith(idPrefix));
  if (found.length !== 1) throw new Error(`${found.length} resources ${idPrefix}… of type ${type}`);
  return Object(flat(found[0]?.[1]));
}

/**
 * Renders an intrinsic function as text: `{"Fn::Join":["",["arn:",{"Ref":"AWS::Partition"}]]}` is
 * `arn:<AWS::Partition>`.
 */
export function flat(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(flat);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value);
  const [[name, argument] = ['', null]] = entries;
  if (entries.length === 1) {
    if (name === 'Ref') return `<${String(argument)}>`;
    if (name === 'Fn::GetAtt' && Array.isArray(argument)) return `<${argument.join('.')}>`;
    if (name === 'Fn::Join' && Array.isArray(argument) && Array.isArray(argument[1]))
      return argument[1].map(flat).join('');
    if (name === 'Fn::ImportValue') return `<import ${String(flat(argument))}>`;
    if (name === 'Fn::GetStackOutput') return `<output ${argument.StackName} ${argument.OutputName}>`;
    if (name === 'Fn::Sub') return String(argument).replaceAll('${', '<').replaceAll('}', '>');
  }
  return Object.fromEntries(entries.map(([key, member]) => [key, flat(member)]));
}

/** The statements of every policy of a role, flattened. Logical ids of roles start with the construct path. */
export function roleStatements(template: Template, role: string): unknown[] {
  return Object.values(template.findResources('AWS::IAM::Policy')).flatMap(({ Properties }) => {
    const roles: unknown = flat(Properties.Roles);
    const isOurs =
      Array.isArray(roles) && roles.some((name) => typeof name === 'string' && name.startsWith(`<${role}`));
    return isOurs ? Properties.PolicyDocument.Statement.map(flat) : [];
  });
}

/** The statements of a resource policy: of a bucket, a queue, a key or a topic. */
export function resourceStatements(template: Template, type: string, logicalIdPrefix: string): unknown[] {
  return Object.entries(template.findResources(type)).flatMap(([id, { Properties }]) =>
    id.startsWith(logicalIdPrefix) ? (Properties.PolicyDocument ?? Properties.KeyPolicy).Statement.map(flat) : [],
  );
}
