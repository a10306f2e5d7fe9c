import type { App } from 'aws-cdk-lib';
import { deployableConfig } from '../core/config/deployable.ts';
import type { PipelineConfig } from '../core/config/schema.ts';
import { addStacks } from './app.ts';

/**
 * Adds the stacks of a deployment, one for each part of the pipeline (docs/deploy.md). Context of the CDK command line:
 * `-c stage=NAME` selects another stage, `-c placeholder-domain=NAME` allows a synth before any domain is configured.
 *
 * @param config result of `defineConfig`
 * @throws PermanentError `config.invalid` naming the setting, its value and the remedy
 */
export function addPipeline(app: App, config: PipelineConfig): void {
  const placeholderDomain = contextString(app, 'placeholder-domain');
  const deployable = deployableConfig(config, { stage: contextString(app, 'stage'), placeholderDomain });
  if (config.domains === undefined) {
    process.stderr.write(
      `Note: domains is not set; using the placeholder ${placeholderDomain}. You cannot deploy these templates.\n`,
    );
  }
  addStacks(app, deployable);
}

/** A context value from the command line or cdk.json; undefined when absent. */
export function contextString(app: App, name: string): string | undefined {
  const value: unknown = app.node.tryGetContext(name);
  return typeof value === 'string' && value !== '' ? value : undefined;
}
