import * as z from 'zod/mini';
import { PermanentError } from '../mail/errors.ts';
import { explain, findingsOf, remedy } from './explain.ts';

/** The environment as a plain table, so that `process.env` is read in one file per program only. */
export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The settings of a program as environment variables, one per setting: `rawBucket` is `RAW_BUCKET`. Text, numbers and
 * booleans are written as they are, lists and objects as JSON, null as an unset variable.
 */
export interface SettingsCodec<Settings> {
  variableOf(setting: keyof Settings & string): string;
  /** Omits what the program does not know: a caller may spread a whole area of the configuration. */
  encode(settings: Settings): Record<string, string>;
  /** @throws PermanentError `env.invalid`, a line for each wrong variable */
  decode(environment: Environment): Settings;
}

export type SettingsOf<Codec> = Codec extends SettingsCodec<infer Settings> ? Settings : never;

const variables = z.registry<{ name: string }>();

/** For a setting whose variable needs a name other than the derived one. */
export function inVariable<Schema extends z.ZodMiniType>(name: string, schema: Schema): Schema {
  variables.add(schema, { name });
  return schema;
}

export function settingsCodec<Shape extends Record<string, z.ZodMiniType>>(
  schema: z.ZodMiniObject<Shape>,
): SettingsCodec<z.infer<z.ZodMiniObject<Shape>>> {
  const variableOf = (setting: string): string => {
    const field = schema.shape[setting];
    return (field && variables.get(field)?.name) ?? setting.replace(/[A-Z]/g, '_$&').toUpperCase();
  };
  return {
    variableOf,
    encode(settings) {
      const known = Object.entries(z.parse(schema, settings)).filter(([, value]) => value !== null);
      return Object.fromEntries(known.map(([setting, value]) => [variableOf(setting), textOf(value)]));
    },
    decode(environment) {
      const values = Object.entries(schema.shape).map(([setting, field]) => {
        const variable = variableOf(setting);
        return { setting, variable, value: read(field, environment[variable]) };
      });
      const input = Object.fromEntries(values.map(({ setting, value }) => [setting, value]));
      const parsed = z.safeParse(schema, input, { error: remedy });
      if (parsed.success) return parsed.data;
      const findings = findingsOf(parsed.error).map(({ path: [setting, ...inside], message }) => ({
        path: [variableOf(String(setting)), ...inside],
        message,
      }));
      const given = Object.fromEntries(values.map(({ variable, value }) => [variable, value]));
      throw new PermanentError('env.invalid', `environment:\n${explain(findings, given)}`);
    },
  };
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));

/** An empty variable counts as unset. Text that is not JSON is left for the schema to refuse. */
function read(field: z.ZodMiniType, text: string | undefined): unknown {
  if (text === undefined || text === '') return z.safeParse(field, null).success ? null : undefined;
  if (z.safeParse(field, text).success) return text;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
