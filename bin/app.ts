import { App } from 'aws-cdk-lib';
import { loadConfig } from '../core/config/load-config.ts';
import { PermanentError } from '../core/mail/errors.ts';
import { addPipeline, contextString } from '../lib/add-pipeline.ts';
import { addChecks } from '../lib/checks.ts';

/**
 * The CDK app of this project. `-c config=FILE` selects a configuration; see `addPipeline` for other context values.
 */
const app = new App();
try {
  addPipeline(app, await loadConfig(contextString(app, 'config') ?? 'pipeline.config.ts'));
  addChecks(app);
} catch (error) {
  if (!(error instanceof PermanentError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exit(1);
}
