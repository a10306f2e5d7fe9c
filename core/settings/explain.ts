import type * as z from 'zod/mini';

/** What is wrong with an external value, and where. */
export interface Finding {
  /** The field to change. */
  path: readonly PropertyKey[];
  /** What to write instead. */
  message: string;
}

/** A line for each finding: the field, its value in `input`, and the remedy. */
export function explain(findings: readonly Finding[], input: unknown): string {
  return findings.map(({ path, message }) => line(input, path, message)).join('\n');
}

function line(input: unknown, path: readonly PropertyKey[], message: string): string {
  const value = path.reduce<unknown>(member, input);
  const shown = value === undefined ? '' : ` is ${JSON.stringify(value)}`;
  return `  ${path.map(String).join('.') || 'the default export'}${shown}: ${message}`;
}

function member(of: unknown, name: PropertyKey): unknown {
  return typeof of === 'object' && of !== null ? Reflect.get(of, name) : undefined;
}

export function findingsOf({ issues }: z.core.$ZodError): Finding[] {
  return issues.flatMap((issue): Finding[] =>
    issue.code === 'unrecognized_keys'
      ? issue.keys.map((key) => ({
          path: [...issue.path, key],
          message: 'there is no such setting (docs/configuration.md)',
        }))
      : [issue],
  );
}

/** The remedy for fields whose schema does not name one. */
export function remedy(issue: z.core.$ZodRawIssue): string | undefined {
  switch (issue.code) {
    case 'too_small':
      return issue.origin === 'array' ? `name at least ${issue.minimum}` : `write ${issue.minimum} or more`;
    case 'too_big':
      return issue.origin === 'array' ? `name at most ${issue.maximum}` : `write ${issue.maximum} or less`;
    case 'invalid_type': {
      const expected = issue.expected === 'int' ? 'whole number' : issue.expected;
      const what = `write ${/^[aeiou]/.test(expected) ? 'an' : 'a'} ${expected}`;
      return issue.input === undefined ? `it is missing: ${what}` : what;
    }
    case 'invalid_value':
      return `write ${issue.values.map((value) => JSON.stringify(value)).join(' or ')}`;
    case 'invalid_format':
      return issue.format === 'url' ? 'write a URL' : undefined;
    default:
      return undefined;
  }
}
