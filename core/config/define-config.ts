import { PermanentError } from '../mail/errors.ts';
import { explain, findingsOf, remedy } from '../settings/explain.ts';
import { checkAll } from './check-all.ts';
import { withProfile } from './profile.ts';
import { configSchema, type PipelineConfig, type PipelineConfigInput } from './schema.ts';

/** Checks a configuration and fills in the defaults. @throws PermanentError `config.invalid`, a line for each field */
export function defineConfig(input: PipelineConfigInput): PipelineConfig {
  return parseConfig(input, 'pipeline.config.ts');
}

/** The same for what a file exported. @throws PermanentError `config.invalid` naming the file, a line for each field */
export function parseConfig(input: unknown, file: string): PipelineConfig {
  const parsed = configSchema.safeParse(withProfile(input), { error: remedy });
  const findings = parsed.success ? [...checkAll(parsed.data)] : findingsOf(parsed.error);
  if (parsed.success && findings.length === 0) return parsed.data;
  throw new PermanentError('config.invalid', `${file}:\n${explain(findings, input)}`);
}
