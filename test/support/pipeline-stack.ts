import { readFileSync } from 'node:fs';
import { App, Stack, type StackProps } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { MailPipeline, type MailPipelineProps } from '../../lib/index.ts';
import { temporaryDirectory } from './temporary-directory.ts';

/** The feature flags that CDK recommends for new apps. */
export const RECOMMENDED_FLAGS: Record<string, unknown> = JSON.parse(readFileSync('cdk.json', 'utf8')).context;

const NO_BUNDLING = { 'aws:cdk:bundling-stacks': [] };

/** Creates stacks of an app that is not ours, without bundling. Call at the top of a test file. */
export function appStacks() {
  const path = temporaryDirectory();
  let count = 0;
  /** @param context of the app: empty, unless the test is about it */
  return (props: StackProps = {}, context: Record<string, unknown> = {}): Stack => {
    const app = new App({
      outdir: path(`app-${count++}`),
      // Takes seconds. test/long runs it on every configuration.
      builtinCloudFormationValidation: false,
      context: { ...context, ...NO_BUNDLING },
    });
    return new Stack(app, 'Shop', props);
  };
}

export const EXAMPLE: MailPipelineProps = { domains: ['example.com'] };

export const addMail = (stack: Stack, props: Partial<MailPipelineProps> = {}): MailPipeline =>
  new MailPipeline(stack, 'Mail', { ...EXAMPLE, ...props });

/** The template that CloudFormation gets. Throws on circular dependencies. */
export const templateOf = (stack: Stack): Template => Template.fromStack(stack);
