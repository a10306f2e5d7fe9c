import { Runtime } from 'aws-cdk-lib/aws-lambda';
import type { PipelineConfig } from '../../core/config/schema.ts';

type RuntimeName = PipelineConfig['runtime'];

const RUNTIMES: Record<RuntimeName, Runtime> = {
  'nodejs20.x': Runtime.NODEJS_20_X,
  'nodejs22.x': Runtime.NODEJS_22_X,
  'nodejs24.x': Runtime.NODEJS_24_X,
};

export const lambdaRuntime = (name: RuntimeName): Runtime => RUNTIMES[name];
