import { PermanentError } from '../../core/mail/errors.ts';
import { isKnownKey } from './context-keys.ts';

/** What a request says of itself and of who makes it, by condition key in lower case. */
export type Context = ReadonlyMap<string, string>;

/** `${*}`, `${?}` and `${$}` are these characters themselves; anything else is a key of the context. */
const VARIABLE = /\$\{([^}]*)\}/g;
const LITERALS: ReadonlySet<string> = new Set(['*', '?', '$']);

/** @throws PermanentError `policy.unknown` for a policy variable that no request has a value for */
export function checkPattern(label: string, pattern: string): void {
  for (const [, name = ''] of pattern.matchAll(VARIABLE)) {
    if (LITERALS.has(name) || isKnownKey(name)) continue;
    throw new PermanentError('policy.unknown', `${label}: the evaluator does not know the variable \${${name}}`);
  }
}

/**
 * Whether a text is as a pattern says: `*` is any characters, `?` is one. With a variable that the request has no value
 * for, nothing is (IAM: "Policy variables with no value").
 */
export function matches(pattern: string, text: string, context: Context): boolean {
  const parts = pattern.split(VARIABLE);
  let source = '';
  for (const [index, part] of parts.entries()) {
    if (index % 2 === 0) source += wildcards(part);
    else if (LITERALS.has(part)) source += escaped(part);
    else {
      const value = context.get(part.toLowerCase());
      if (value === undefined) return false;
      source += escaped(value);
    }
  }
  return new RegExp(`^${source}$`, 's').test(text);
}

const wildcards = (text: string): string => escaped(text).replaceAll('\\*', '.*').replaceAll('\\?', '.');
const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

/** ARNs are compared part by part: a `*` does not reach over a colon of the first five. */
export function matchesArn(pattern: string, arn: string, context: Context): boolean {
  const [wanted, given] = [partsOf(pattern), partsOf(arn)];
  return wanted.length === given.length && wanted.every((part, index) => matches(part, given[index] ?? '', context));
}

function partsOf(arn: string): string[] {
  const parts = arn.split(':');
  return parts.length <= 6 ? parts : [...parts.slice(0, 5), parts.slice(5).join(':')];
}
