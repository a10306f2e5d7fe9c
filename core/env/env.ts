import { PermanentError } from '../mail/errors.ts';

/** The environment as a plain table, so that `process.env` is read in one file per world only. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** Typed readers of environment variables. Every error names the variable and what it should be. */
export class EnvReader {
  readonly #env: Environment;

  constructor(env: Environment) {
    this.#env = env;
  }

  /** @throws PermanentError `env.missing` when unset or empty */
  string(name: string): string {
    const value = this.#env[name];
    if (value === undefined || value === '') throw new PermanentError('env.missing', `set ${name}: it has no default`);
    return value;
  }

  optionalString(name: string): string | undefined {
    return this.#env[name] || undefined;
  }

  /** @throws PermanentError `env.invalid` when it is not a whole number inside the bounds */
  integer(name: string, bounds: { min: number; max: number; default?: number }): number {
    const text = this.#env[name];
    if (text === undefined || text === '') {
      if (bounds.default !== undefined) return bounds.default;
      throw new PermanentError('env.missing', `set ${name}: a whole number from ${bounds.min} to ${bounds.max}`);
    }
    const value = Number(text);
    if (Number.isInteger(value) && value >= bounds.min && value <= bounds.max) return value;
    throw new PermanentError(
      'env.invalid',
      `${name} is "${text}": it should be a whole number from ${bounds.min} to ${bounds.max}`,
    );
  }

  boolean(name: string, fallback: boolean): boolean {
    const text = this.#env[name];
    if (text === undefined || text === '') return fallback;
    if (text === 'true' || text === 'false') return text === 'true';
    throw new PermanentError('env.invalid', `${name} is "${text}": it should be true or false`);
  }

  /** @throws PermanentError `env.invalid` when it is none of the choices */
  choice<T extends string>(name: string, choices: readonly T[], fallback: T): T {
    const text = this.#env[name] || fallback;
    const chosen = choices.find((choice) => choice === text);
    if (chosen !== undefined) return chosen;
    throw new PermanentError('env.invalid', `${name} is "${text}": it should be ${choices.join(' or ')}`);
  }

  /** JSON decoded by a schema's `parse`. */
  json<T>(name: string, parse: (value: unknown) => T): T {
    const text = this.string(name);
    try {
      return parse(JSON.parse(text));
    } catch (cause) {
      throw new PermanentError('env.invalid', `${name} does not hold the JSON it should`, { cause });
    }
  }
}
