export { defineConfig } from './define-config.ts';
export type { PipelineConfig, PipelineConfigInput } from './schema.ts';
