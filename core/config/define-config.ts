import type { z } from 'zod';
import { PermanentError } from '../mail/errors.ts';
import { configSchema, type PipelineConfig, type PipelineConfigInput } from './schema.ts';

/** Checks a configuration and fills in the defaults. @throws PermanentError `config.invalid`, a line for each field */
export function defineConfig(input: PipelineConfigInput): PipelineConfig {
  return parseConfig(input, 'pipeline.config.ts');
}

/** The same for what a file exported. @throws PermanentError `config.invalid` naming the file, a line for each field */
export function parseConfig(input: unknown, file: string): PipelineConfig {
  const parsed = configSchema.safeParse(input, { error: remedy });
  if (parsed.success) return parsed.data;
  const lines = parsed.error.issues.flatMap((issue) =>
    issue.code === 'unrecognized_keys'
      ? issue.keys.map((key) => line(input, [...issue.path, key], 'there is no such setting (docs/configuration.md)'))
      : [line(input, issue.path, issue.message)],
  );
  throw new PermanentError('config.invalid', `${file}:\n${lines.join('\n')}`);
}

function line(input: unknown, path: PropertyKey[], message: string): string {
  const value = path.reduce<unknown>(member, input);
  const shown = value === undefined ? '' : ` is ${JSON.stringify(value)}`;
  return `  ${path.map(String).join('.') || 'the default export'}${shown}: ${message}`;
}

function member(of: unknown, name: PropertyKey): unknown {
  return typeof of === 'object' && of !== null ? Reflect.get(of, name) : undefined;
}

/** What to write instead, for fields whose schema does not say it in its own words. */
function remedy(issue: z.core.$ZodRawIssue): string | undefined {
  switch (issue.code) {
    case 'too_small':
      return issue.origin === 'array' ? `name ${issue.minimum} at least` : `write ${issue.minimum} or more`;
    case 'too_big':
      return issue.origin === 'array' ? `name ${issue.maximum} at most` : `write ${issue.maximum} or less`;
    case 'invalid_type':
      return `write ${/^[aeiou]/.test(issue.expected) ? 'an' : 'a'} ${issue.expected}`;
    case 'invalid_value':
      return `write ${issue.values.map((value) => JSON.stringify(value)).join(' or ')}`;
    default:
      return undefined;
  }
}
