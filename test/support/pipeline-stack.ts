import { readFileSync } from 'node:fs';
import { App, Stack, type StackProps } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { MailPipeline, type MailPipelineProps } from '../../lib/index.ts';
import { temporaryDirectory } from './temporary-directory.ts';

/** The feature flags that CDK recommends for new apps. */
export const RECOMMENDED_FLAGS: Record<string, unknown> = JSON.parse(readFileSync('cdk.json', 'utf8')).context;

const NO_BUNDLING = { 'aws:cdk:bundling-stacks': [] };

/** Makes stacks of an app that is not ours, without bundling. To be called at the top of a test file. */
export function appStacks() {
  const path = temporaryDirectory();
  let count = 0;
  /** @param context of the app: none, unless a test is about it */
  return (props: StackProps = {}, context: Record<string, unknown> = {}): Stack => {
    const app = new App({
      outdir: path(`app-${count++}`),
      // Takes seconds. It is held against every configuration in test/long.
      builtinCloudFormationValidation: false,
      context: { ...context, ...NO_BUNDLING },
    });
    return new Stack(app, 'Shop', props);
  };
}

export const EXAMPLE: MailPipelineProps = { domains: ['example.com'] };

export const addMail = (stack: Stack, props: Partial<MailPipelineProps> = {}): MailPipeline =>
  new MailPipeline(stack, 'Mail', { ...EXAMPLE, ...props });

/** What CloudFormation gets, resources that wait for each other in a circle refused. */
export const templateOf = (stack: Stack): Template => Template.fromStack(stack);
