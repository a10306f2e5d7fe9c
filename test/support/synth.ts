import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { defineConfig } from '../../core/config/define-config.ts';
import { deployableConfig } from '../../core/config/deployable.ts';
import type { PipelineConfigInput } from '../../core/config/schema.ts';
import { addChecks, addStacks } from '../../lib/app.ts';
import type { StackRole } from '../../lib/names.ts';

const CONTEXT: Record<string, unknown> = JSON.parse(readFileSync('cdk.json', 'utf8')).context;

/** One configuration, synthesised without bundling. With `checks`, a finding of cdk-nag that nobody accepted throws. */
export class Synthesis {
  readonly stage: string;
  readonly directory: string;
  readonly #app: App;

  constructor(input: PipelineConfigInput = {}, { checks = false } = {}) {
    const config = deployableConfig(defineConfig({ domains: ['example.com'], ...input }));
    this.stage = config.stage;
    this.directory = mkdtempSync(join(tmpdir(), 'mail-pipeline-synth-'));
    this.#app = new App({
      outdir: this.directory,
      builtinCloudFormationValidation: checks,
      context: {
        ...CONTEXT,
        'aws:cdk:bundling-stacks': [],
        // Prints what is said of the runtime, once for every synth.
        '@aws-cdk/core:annotationsInValidationReport': false,
      },
    });
    addStacks(this.#app, config);
    if (checks) addChecks(this.#app);
    this.#app.synth();
  }

  stack(role: StackRole): Template {
    const stack = this.#app.node.findChild(`mail-pipeline-${this.stage}-${role}`);
    if (!(stack instanceof Stack)) throw new Error(`there is no stack ${role}`);
    return Template.fromStack(stack);
  }

  /** Stacks that a stack waits for. */
  dependenciesOf(role: StackRole): string[] {
    const { artifacts } = JSON.parse(readFileSync(join(this.directory, 'manifest.json'), 'utf8'));
    const dependencies: string[] = artifacts[`mail-pipeline-${this.stage}-${role}`].dependencies;
    return dependencies.filter((name) => !name.endsWith('.assets'));
  }

  get stackNames(): string[] {
    return this.templateFiles.map((file) => file.replace('.template.json', ''));
  }

  get templateFiles(): string[] {
    return readdirSync(this.directory)
      .filter((file) => file.endsWith('.template.json'))
      .sort();
  }

  remove(): void {
    rmSync(this.directory, { recursive: true, force: true });
  }
}

/** The resources of a template, as CloudFormation has them. */
export interface TemplateResource {
  Type: string;
  Properties?: Record<string, unknown>;
  DeletionPolicy?: string;
}

export function resourcesOf(template: Template): Record<string, TemplateResource> {
  return template.toJSON()['Resources'];
}

/** An intrinsic function as text: `{"Fn::Join":["",["arn:",{"Ref":"AWS::Partition"}]]}` is `arn:<AWS::Partition>`. */
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

/** The statements of every policy of a role, flattened. Logical ids of roles start with the path of the role. */
export function roleStatements(template: Template, role: string): unknown[] {
  return Object.values(template.findResources('AWS::IAM::Policy')).flatMap(({ Properties }) => {
    const roles: unknown = flat(Properties.Roles);
    const isOurs =
      Array.isArray(roles) && roles.some((name) => typeof name === 'string' && name.startsWith(`<${role}`));
    return isOurs ? Properties.PolicyDocument.Statement.map(flat) : [];
  });
}

/** The statements of the policy of a bucket, a queue, a key or a topic. */
export function resourceStatements(template: Template, type: string, logicalIdPrefix: string): unknown[] {
  return Object.entries(template.findResources(type)).flatMap(([id, { Properties }]) =>
    id.startsWith(logicalIdPrefix) ? (Properties.PolicyDocument ?? Properties.KeyPolicy).Statement.map(flat) : [],
  );
}
