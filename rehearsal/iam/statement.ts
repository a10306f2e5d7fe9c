import * as z from 'zod';
import { PermanentError } from '../../core/mail/errors.ts';
import { checkCondition } from './condition.ts';
import { checkPattern } from './pattern.ts';

const list = z.union([z.string().transform((one) => [one]), z.array(z.string())]);
const value = z.union([z.string(), z.number(), z.boolean()]).transform(String);
const values = z.union([value.transform((one) => [one]), z.array(value)]);
const principals = z.preprocess((value) => (value === '*' ? { AWS: value } : value), z.record(z.string(), list));

/** As in the IAM JSON policy reference. An element that is not here is one that the evaluator would not heed. */
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

/** One statement of a policy, with everything in it that the evaluator knows. */
export interface Statement extends z.infer<typeof statementSchema> {
  /** Where it is: the policy and its Sid, or its number. For people. */
  readonly label: string;
}

/**
 * The statements of a policy document whose intrinsic functions are resolved.
 *
 * @param owner names the policy in labels and errors
 * @throws PermanentError `policy.unknown` for what the evaluator does not know: it would be heeded wrongly, or not at all
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
      throw new PermanentError('policy.unknown', `${label}: the evaluator knows no principal of the kind ${kind}`);
    }
    return { ...statement, label };
  });
}
