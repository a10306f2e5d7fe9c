import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { App, Stack } from 'aws-cdk-lib';
import { EventBus } from 'aws-cdk-lib/aws-events';
import { describe, expect, it } from 'vitest';
import type { PipelineConfigInput } from '../../core/config/schema.ts';
import { addChecks } from '../../lib/checks.ts';
import { MailPipeline } from '../../lib/index.ts';
import { CONFIG_VARIANTS } from '../support/config-variants.ts';
import { Synthesis, templatesIn } from '../support/synth.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

const path = temporaryDirectory();
const made: string[] = [];

/** W3005: CDK makes a function depend on its role twice. E2533: the linter's dates differ from those AWS announces. */
const IGNORED = ['W3005', 'E2533'];

const hasLinter = spawnSync('cfn-lint', ['--version']).status === 0;
const LINT_MS = 180_000;

/** The constructs are the same as in the stacks; these variants cover everything that differs in a single-stack app. */
const AS_CONSTRUCT = Object.entries(CONFIG_VARIANTS).filter(([name]) =>
  /^(defaults|keys of one’s own, locked|SES behind the edge|routes, webhooks|MTA-STS)/.test(name),
);

describe('every configuration', () => {
  it.each(Object.entries(CONFIG_VARIANTS))('passes the AWS Solutions rules: %s', (_, input) => {
    const directory = path(`synth-${made.length}`);
    const { stackNames } = new Synthesis(input, { directory, checks: true });
    made.push(directory);
    expect(stackNames.length).toBeGreaterThanOrEqual(4);
  });

  it.each(AS_CONSTRUCT)('passes them as a construct in an app without feature flags: %s', (_, input) => {
    const directory = path(`synth-${made.length}`);
    synthesiseConstruct(input, directory);
    made.push(directory);
    expect(templatesIn(directory)).toContain('Shop.template.json');
  });

  it.skipIf(!hasLinter)(
    'passes cfn-lint (skipped where it is not installed: pip install cfn-lint)',
    { timeout: LINT_MS },
    () => {
      const files = made.flatMap((directory) => templatesIn(directory).map((file) => join(directory, file)));
      expect(files.length).toBeGreaterThanOrEqual(4 * Object.keys(CONFIG_VARIANTS).length);
      const { status, stdout, stderr } = spawnSync('cfn-lint', ['--ignore-checks', ...IGNORED, '--', ...files], {
        encoding: 'utf8',
      });
      expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: '', stderr: '' });
    },
  );
});

/** The same settings as props; only the app of a construct can pass an existing VPC. */
function synthesiseConstruct(input: PipelineConfigInput, outdir: string): void {
  const {
    account = null,
    region = null,
    events,
    network,
    domains = ['example.com'],
    mtaSts = null,
    ...settings
  } = input;
  const app = new App({ outdir, context: { 'aws:cdk:bundling-stacks': [] } });
  const env = { ...(account === null ? {} : { account }), ...(region === null ? {} : { region }) };
  const stack = new Stack(app, 'Shop', { env });
  new MailPipeline(stack, 'Mail', {
    ...settings,
    domains,
    ...(network === undefined || network.mode === 'existing' ? {} : { network }),
    ...(events?.busName == null ? {} : { eventBus: EventBus.fromEventBusName(stack, 'Bus', events.busName) }),
    ...(mtaSts === null
      ? {}
      : { mtaSts, mtaStsStack: new Stack(app, 'Policy', { env: { ...env, region: 'us-east-1' } }) }),
  });
  addChecks(app);
  app.synth();
}
