import { Annotations, CfnOutput } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { concurrencyNotice } from '../../core/config/concurrency.ts';
import { runtimeNotice } from '../../core/config/runtimes.ts';
import type { ServiceName } from '../../core/metrics/names.ts';
import { deadLetterFunction } from './dead-letter.ts';
import { enricherFunction } from './enricher.ts';
import { parserFunction } from './parser.ts';
import type { PipelineParts } from './pipeline-function.ts';
import { reconcilerFunction } from './reconciler.ts';
import { webhookFunction } from './webhook.ts';

export type FunctionName = Exclude<ServiceName, 'edge-mta'>;

/** The functions. */
export class Processing extends Construct {
  /** All functions; the webhook function only if a webhook is configured. Other stacks refer to them by name. */
  readonly functions: readonly FunctionName[];

  constructor(scope: Construct, id: string, props: PipelineParts) {
    super(scope, id);
    const parser = parserFunction(this, props);
    enricherFunction(this, props);
    deadLetterFunction(this, props);
    reconcilerFunction(this, props);
    const webhook = webhookFunction(this, props);
    this.functions = [
      ...(['parser', 'enricher', 'dead-letter', 'reconciler'] as const),
      ...(webhook === null ? [] : (['webhook'] as const)),
    ];
    new CfnOutput(this, 'ParserFunctionName', { value: parser.functionName });
    const notices = {
      runtime: runtimeNotice(props.config.runtime),
      concurrency: concurrencyNotice(props.config),
    };
    for (const [name, notice] of Object.entries(notices)) {
      if (notice !== null) Annotations.of(this).addWarningV2(`mail-pipeline:${name}`, notice);
    }
  }
}
