import * as z from 'zod';
import { PermanentError } from '../../core/mail/errors.ts';
import { checkCondition } from './condition.ts';
import { checkPattern } from './pattern.ts';

const list = z.union([z.string().transform((one) => [one]), z.array(z.string())]);
const value = z.union([z.string(), z.number(), z.boolean()]).transform(String);
const values = z.union([value.transform((one) => [one]), z.array(value)]);
const principals = z.preprocess((value) => (value === '*' ? { AWS: value } : value), z.record(z.string(), list));

/** As in the IAM JSON policy reference. The evaluator supports no other elements. */
const statementSchema = z.strictObject({
  Sid: z.string().optional(),
  Effect: z.enum(['Allow', 'Deny']),
  Principal: principals.optional(),
  Action: list.optional(),
  NotAction: list.optional(),
  Resource: list.optional(),
  NotResource: list.optional(),
  Condition: z.record(z.string(), z.record(z.string(), values)).optional(),
});

const documentSchema = z.object({ Version: z.literal('2012-10-17'), Statement: z.array(statementSchema) });

/** One statement of a policy. */
export interface Statement extends z.infer<typeof statementSchema> {
  /** Display name: the policy and its Sid or index. */
  readonly label: string;
}

/**
 * Reads the statements of a policy document with resolved intrinsic functions.
 *
 * @param owner name of the policy in labels and errors
 * @throws PermanentError `policy.unknown` for anything the evaluator does not support and would misinterpret
 */
export function readPolicy(owner: string, document: unknown): Statement[] {
  const parsed = documentSchema.safeParse(document);
  if (!parsed.success) {
    throw new PermanentError('policy.unknown', `the policy of ${owner}: ${z.prettifyError(parsed.error)}`);
  }
  return parsed.data.Statement.map((statement, index) => {
    const label = `${owner}/${statement.Sid ?? index + 1}`;
    for (const [operator, keys] of Object.entries(statement.Condition ?? {})) checkCondition(label, operator, keys);
    for (const pattern of [...(statement.Resource ?? []), ...(statement.NotResource ?? [])])
      checkPattern(label, pattern);
    for (const kind of Object.keys(statement.Principal ?? {})) {
      if (kind === 'AWS' || kind === 'Service') continue;
      throw new PermanentError(
        'policy.unknown',
        `${label}: the evaluator does not support principals of the kind ${kind}`,
      );
    }
    return { ...statement, label };
  });
}
