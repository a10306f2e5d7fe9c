import { Annotations, CfnOutput, Stack, type StackProps } from 'aws-cdk-lib';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import type { DeployableConfig } from '../../core/config/deployable.ts';
import type { ServiceName } from '../../core/metrics/names.ts';
import type { Names } from '../names.ts';
import type { StorageStack } from '../storage/storage-stack.ts';
import { deadLetterFunction } from './dead-letter.ts';
import { enricherFunction } from './enricher.ts';
import { parserFunction } from './parser.ts';
import { reconcilerFunction } from './reconciler.ts';
import { runtimeNotice } from './runtime.ts';
import { webhookFunction } from './webhook.ts';

export interface ProcessingStackProps extends StackProps {
  config: DeployableConfig;
  names: Names;
  storage: StorageStack;
}

/** Every function; the webhook's only where a webhook is configured. */
export type PipelineFunctions = Readonly<Record<Exclude<ServiceName, 'edge-mta' | 'webhook'>, LambdaFunction>> & {
  readonly webhook?: LambdaFunction;
};

/** The functions. */
export class ProcessingStack extends Stack {
  readonly functions: PipelineFunctions;

  constructor(scope: Construct, id: string, props: ProcessingStackProps) {
    super(scope, id, props);
    const webhook = webhookFunction(this, props);
    this.functions = {
      parser: parserFunction(this, props),
      enricher: enricherFunction(this, props),
      'dead-letter': deadLetterFunction(this, props),
      reconciler: reconcilerFunction(this, props),
      ...(webhook === null ? {} : { webhook }),
    };
    new CfnOutput(this, 'ParserFunctionName', { value: this.functions.parser.functionName });
    const notice = runtimeNotice(props.config.runtime);
    if (notice !== null) Annotations.of(this).addWarningV2('mail-pipeline:runtime', notice);
  }
}
