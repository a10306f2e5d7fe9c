import { PermanentError } from '../mail/errors.ts';
import { configSchema, type PipelineConfig, type PipelineConfigInput } from './schema.ts';

/** Checks a configuration and fills in the defaults. @throws PermanentError `config.invalid`, a line for each field */
export function defineConfig(input: PipelineConfigInput): PipelineConfig {
  const parsed = configSchema.safeParse(input);
  if (parsed.success) return parsed.data;
  const lines = parsed.error.issues.map((issue) => {
    const value = issue.path.reduce<unknown>(
      (at, name) => (at as Record<PropertyKey, unknown> | undefined)?.[name],
      input,
    );
    const shown = value === undefined ? '' : ` is ${JSON.stringify(value)}`;
    return `  ${issue.path.join('.') || '(top level)'}${shown}: ${issue.message}`;
  });
  throw new PermanentError('config.invalid', `pipeline.config.ts:\n${lines.join('\n')}`);
}
