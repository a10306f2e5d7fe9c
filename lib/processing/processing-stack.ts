import { Annotations, CfnOutput, Stack, type StackProps } from 'aws-cdk-lib';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import type { DeployableConfig } from '../../core/config/deployable.ts';
import type { ServiceName } from '../../core/metrics/names.ts';
import type { Names } from '../names.ts';
import type { StorageStack } from '../storage/storage-stack.ts';
import { deadLetterFunction } from './dead-letter.ts';
import { parserFunction } from './parser.ts';
import { reconcilerFunction } from './reconciler.ts';
import { runtimeNotice } from './runtime.ts';

export interface ProcessingStackProps extends StackProps {
  config: DeployableConfig;
  names: Names;
  storage: StorageStack;
}

export type PipelineFunctions = Readonly<Record<Exclude<ServiceName, 'edge-mta'>, LambdaFunction>>;

/** The functions. */
export class ProcessingStack extends Stack {
  readonly functions: PipelineFunctions;

  constructor(scope: Construct, id: string, props: ProcessingStackProps) {
    super(scope, id, props);
    this.functions = {
      parser: parserFunction(this, props),
      'dead-letter': deadLetterFunction(this, props),
      reconciler: reconcilerFunction(this, props),
    };
    new CfnOutput(this, 'ParserFunctionName', { value: this.functions.parser.functionName });
    const notice = runtimeNotice(props.config.runtime);
    if (notice !== null) Annotations.of(this).addWarningV2('mail-pipeline:runtime', notice);
  }
}
