import type { PipelineConfig } from './schema.ts';

type RuntimeName = PipelineConfig['runtime'];

/** When AWS closes nodejs20.x: to new functions, and to updates of those there are. */
export const NODEJS_20_CLOSES = { create: '2027-02-01', update: '2027-03-03' };

/** Dates of AWS for a runtime that ends; null while there is nothing to say. */
export function runtimeNotice(name: RuntimeName): string | null {
  switch (name) {
    case 'nodejs20.x':
      return `nodejs20.x is deprecated since 2026-04-30: AWS lets nobody create functions with it from ${NODEJS_20_CLOSES.create} and update them from ${NODEJS_20_CLOSES.update}. Set runtime to "nodejs22.x" or "nodejs24.x"; everything is tested on both 20 and 24.`;
    case 'nodejs22.x':
      return 'nodejs22.x is deprecated by AWS on 2027-04-30. Set runtime to "nodejs24.x" (until 2028-04-30) when you can.';
    case 'nodejs24.x':
      return null;
  }
}
