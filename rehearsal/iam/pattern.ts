import { PermanentError } from '../../core/mail/errors.ts';
import { isKnownKey } from './context-keys.ts';

/** Values of a request and its principal, by condition key in lower case. */
export type Context = ReadonlyMap<string, string>;

/** `${*}`, `${?}` and `${$}` are literal characters; anything else is a context key. */
const VARIABLE = /\$\{([^}]*)\}/g;
const LITERALS: ReadonlySet<string> = new Set(['*', '?', '$']);

/** @throws PermanentError `policy.unknown` for a policy variable without a value in any request */
export function checkPattern(label: string, pattern: string): void {
  for (const [, name = ''] of pattern.matchAll(VARIABLE)) {
    if (LITERALS.has(name) || isKnownKey(name)) continue;
    throw new PermanentError('policy.unknown', `${label}: the evaluator does not support the variable \${${name}}`);
  }
}

/**
 * Whether a text matches a pattern: `*` matches any characters, `?` exactly one. A variable without a value in the
 * request matches nothing (IAM: "Policy variables with no value").
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

/** Compares ARNs part by part: `*` does not match across the first five colons. */
export function matchesArn(pattern: string, arn: string, context: Context): boolean {
  const [wanted, given] = [partsOf(pattern), partsOf(arn)];
  return wanted.length === given.length && wanted.every((part, index) => matches(part, given[index] ?? '', context));
}

function partsOf(arn: string): string[] {
  const parts = arn.split(':');
  return parts.length <= 6 ? parts : [...parts.slice(0, 5), parts.slice(5).join(':')];
}
