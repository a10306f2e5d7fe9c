import { App } from 'aws-cdk-lib';
import { deployableConfig } from '../core/config/deployable.ts';
import { loadConfig } from '../core/config/load-config.ts';
import { PermanentError } from '../core/mail/errors.ts';
import { addChecks, addStacks } from '../lib/app.ts';

/**
 * The CDK app. Context: `-c stage=NAME` for another stage, `-c config=FILE` for another configuration,
 * `-c placeholder-domain=NAME` to look at templates before domains are decided.
 */
const app = new App();
try {
  const config = await loadConfig(contextString('config') ?? 'pipeline.config.ts');
  const placeholderDomain = contextString('placeholder-domain');
  const deployable = deployableConfig(config, { stage: contextString('stage'), placeholderDomain });
  if (config.domains === undefined) {
    process.stderr.write(
      `Note: domains is missing; ${placeholderDomain} stands in. Nothing can be deployed like this.\n`,
    );
  }
  addStacks(app, deployable);
  addChecks(app);
} catch (error) {
  if (!(error instanceof PermanentError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exit(1);
}

function contextString(name: string): string | undefined {
  const value: unknown = app.node.tryGetContext(name);
  return typeof value === 'string' && value !== '' ? value : undefined;
}
