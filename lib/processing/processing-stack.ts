import { Annotations, CfnOutput, Stack, type StackProps } from 'aws-cdk-lib';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import type { DeployableConfig } from '../../core/config/deployable.ts';
import type { Names } from '../names.ts';
import type { StorageStack } from '../storage/storage-stack.ts';
import { parserFunction } from './parser.ts';
import { runtimeNotice } from './runtime.ts';

export interface ProcessingStackProps extends StackProps {
  config: DeployableConfig;
  names: Names;
  storage: StorageStack;
}

/** The functions. */
export class ProcessingStack extends Stack {
  readonly parser: LambdaFunction;

  constructor(scope: Construct, id: string, props: ProcessingStackProps) {
    super(scope, id, props);
    this.parser = parserFunction(this, props);
    new CfnOutput(this, 'ParserFunctionName', { value: this.parser.functionName });
    const notice = runtimeNotice(props.config.runtime);
    if (notice !== null) Annotations.of(this).addWarningV2('mail-pipeline:runtime', notice);
  }
}
