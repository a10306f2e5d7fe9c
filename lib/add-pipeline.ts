import type { App } from 'aws-cdk-lib';
import { deployableConfig } from '../core/config/deployable.ts';
import type { PipelineConfig } from '../core/config/schema.ts';
import { addStacks } from './app.ts';

/**
 * Adds the stacks of a deployment, one for each part of the pipeline (docs/deploy.md). Context of the CDK command line:
 * `-c stage=NAME` for another stage, `-c placeholder-domain=NAME` to look at templates before domains are decided.
 *
 * @param config what `defineConfig` returned
 * @throws PermanentError `config.invalid` naming the setting, its value and the remedy
 */
export function addPipeline(app: App, config: PipelineConfig): void {
  const placeholderDomain = contextString(app, 'placeholder-domain');
  const deployable = deployableConfig(config, { stage: contextString(app, 'stage'), placeholderDomain });
  if (config.domains === undefined) {
    process.stderr.write(
      `Note: domains is missing; ${placeholderDomain} stands in. Nothing can be deployed like this.\n`,
    );
  }
  addStacks(app, deployable);
}

/** A value that the command line or cdk.json gives; undefined when there is none. */
export function contextString(app: App, name: string): string | undefined {
  const value: unknown = app.node.tryGetContext(name);
  return typeof value === 'string' && value !== '' ? value : undefined;
}
