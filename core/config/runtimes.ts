import type { PipelineConfig } from './schema.ts';

type RuntimeName = PipelineConfig['runtime'];

/** When AWS blocks creating functions with nodejs20.x, and when updating them. */
export const NODEJS_20_CLOSES = { create: '2027-02-01', update: '2027-03-03' };

/** Deprecation notice for a runtime with the dates of AWS; null when there is none. */
export function runtimeNotice(name: RuntimeName): string | null {
  switch (name) {
    case 'nodejs20.x':
      return `AWS deprecated nodejs20.x on 2026-04-30: it blocks creating functions with it from ${NODEJS_20_CLOSES.create} and updating them from ${NODEJS_20_CLOSES.update}. Set runtime to "nodejs22.x" or "nodejs24.x"; everything is tested on both 20 and 24.`;
    case 'nodejs22.x':
      return 'AWS deprecates nodejs22.x on 2027-04-30. Set runtime to "nodejs24.x" (until 2028-04-30) when you can.';
    case 'nodejs24.x':
      return null;
  }
}
