import { Runtime } from 'aws-cdk-lib/aws-lambda';
import type { PipelineConfig } from '../../core/config/schema.ts';

type RuntimeName = PipelineConfig['runtime'];

const RUNTIMES: Record<RuntimeName, Runtime> = {
  'nodejs20.x': Runtime.NODEJS_20_X,
  'nodejs22.x': Runtime.NODEJS_22_X,
  'nodejs24.x': Runtime.NODEJS_24_X,
};

export const lambdaRuntime = (name: RuntimeName): Runtime => RUNTIMES[name];

/** Dates of AWS for a runtime that ends; null while there is nothing to say. */
export function runtimeNotice(name: RuntimeName): string | null {
  switch (name) {
    case 'nodejs20.x':
      return 'nodejs20.x is deprecated since 2026-04-30: AWS lets nobody create functions with it from 2027-02-01 and update them from 2027-03-03. Set runtime to "nodejs22.x" or "nodejs24.x"; everything is tested on both 20 and 24.';
    case 'nodejs22.x':
      return 'nodejs22.x is deprecated by AWS on 2027-04-30. Set runtime to "nodejs24.x" (until 2028-04-30) when you can.';
    case 'nodejs24.x':
      return null;
  }
}
