import { holds } from './condition.ts';
import { type Context, matches, matchesArn } from './pattern.ts';
import type { Statement } from './statement.ts';

/** Who makes a request. */
export type Principal =
  | { kind: 'role'; arn: string; account: string }
  /** An AWS service on its own behalf, such as `s3.amazonaws.com`, which only policies of resources can allow. */
  | { kind: 'service'; name: string };

/** One action on one resource, as IAM is asked about it. */
export interface Access {
  principal: Principal;
  /** `s3:GetObject` */
  action: string;
  /** ARN, or `*` for actions without one. */
  resource: string;
  /** Values of condition keys, names as documented. Those of the principal are added by the evaluator. */
  context: Readonly<Record<string, string>>;
}

export interface Decision {
  allowed: boolean;
  /** The statement that allowed it or denied it; null when no statement allows it. */
  by: Statement | null;
  /** The statement of a key that left it to the account; null where none had to. */
  through: Statement | null;
}

/** Every policy that a request within one account can meet. */
export interface Policies {
  /** Statements of a role, by its ARN. */
  identity: ReadonlyMap<string, readonly Statement[]>;
  /** Statements of buckets, queues, keys, topics, functions, and of who may assume a role, by ARN. */
  resource: ReadonlyMap<string, readonly Statement[]>;
}

/**
 * What IAM says to a request within one account ("Policy evaluation logic"): a Deny anywhere wins; otherwise one Allow
 * of the role or of the resource is enough. A KMS key is the exception: it has to allow the role itself, or the account,
 * which then leaves it to the policies of the role.
 *
 * There are no permission boundaries, session policies and organisations here.
 *
 * @param without a statement that is not there, for this once
 */
export function evaluate(policies: Policies, access: Access, without: Statement | null = null): Decision {
  const { principal, resource } = access;
  const context = contextOf(access);
  const applies = (statement: Statement) => statement !== without && fits(statement, access, context);
  const ofRole = principal.kind === 'role' ? (policies.identity.get(principal.arn) ?? []).filter(applies) : [];
  const ofResource = (policies.resource.get(owner(resource)) ?? []).filter(
    (statement) => applies(statement) && names(statement, principal),
  );
  const denial = [...ofRole, ...ofResource].find(({ Effect }) => Effect === 'Deny');
  if (denial !== undefined) return { allowed: false, by: denial, through: null };
  const direct = ofResource.find((statement) => !leavesItToTheAccount(statement, principal));
  if (direct !== undefined) return { allowed: true, by: direct, through: null };
  const [byRole = null] = ofRole;
  if (!access.action.startsWith('kms:')) return { allowed: byRole !== null, by: byRole, through: null };
  const [through = null] = ofResource;
  return { allowed: byRole !== null && through !== null, by: through && byRole, through };
}

/** An object of a bucket has the policy of the bucket. */
const owner = (arn: string): string => (arn.startsWith('arn:aws:s3:::') ? arn.replace(/\/.*$/s, '') : arn);

function contextOf({ principal, context }: Access): Context {
  const own =
    principal.kind === 'role' ? { 'aws:PrincipalArn': principal.arn, 'aws:PrincipalAccount': principal.account } : {};
  return new Map(Object.entries({ ...context, ...own }).map(([key, value]) => [key.toLowerCase(), value]));
}

function fits(statement: Statement, { action, resource }: Access, context: Context): boolean {
  const { Action, NotAction, Resource, NotResource, Condition = {} } = statement;
  const isAction = (pattern: string) => matches(pattern.toLowerCase(), action.toLowerCase(), context);
  const isResource = (pattern: string) => pattern === '*' || matchesResource(pattern, resource, context);
  return (
    (Action?.some(isAction) ?? true) &&
    !(NotAction?.some(isAction) ?? false) &&
    (Resource?.some(isResource) ?? true) &&
    !(NotResource?.some(isResource) ?? false) &&
    holds(Condition, context)
  );
}

/** In the last part of an ARN a `*` reaches over everything, in the others not over a colon. */
const matchesResource = (pattern: string, resource: string, context: Context): boolean =>
  resource !== '*' && matchesArn(pattern, resource, context);

/** Whether a policy of a resource is about who asks. */
function names({ Principal }: Statement, principal: Principal): boolean {
  const { AWS = [], Service = [] } = Principal ?? {};
  if (AWS.includes('*')) return true;
  if (principal.kind === 'service') return Service.includes(principal.name);
  const { arn, account } = principal;
  return [arn, account, `arn:aws:iam::${account}:root`].some((name) => AWS.includes(name));
}

/** To allow the account is to allow what it allows its roles; to deny it is to deny every role. */
function leavesItToTheAccount({ Principal }: Statement, principal: Principal): boolean {
  if (principal.kind === 'service') return false;
  const { AWS = [] } = Principal ?? {};
  return !AWS.includes('*') && !AWS.includes(principal.arn);
}
