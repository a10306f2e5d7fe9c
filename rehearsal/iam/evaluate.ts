import { holds } from './condition.ts';
import { type Context, matches, matchesArn } from './pattern.ts';
import type { Statement } from './statement.ts';

/** The principal of a request. */
export type Principal =
  | { kind: 'role'; arn: string; account: string }
  /** An AWS service acting for itself, such as `s3.amazonaws.com`, which only resource policies can allow. */
  | { kind: 'service'; name: string };

/** One action on one resource to authorise. */
export interface Access {
  principal: Principal;
  /** `s3:GetObject` */
  action: string;
  /** ARN, or `*` for actions without one. */
  resource: string;
  /** Values of condition keys, by documented name. The evaluator adds those of the principal. */
  context: Readonly<Record<string, string>>;
}

export interface Decision {
  allowed: boolean;
  /** The statement that allowed or denied it; null when no statement allows it. */
  by: Statement | null;
  /** The statement of a KMS key that delegated to the account; null if none was needed. */
  through: Statement | null;
}

/** Every policy that can apply to a request within one account. */
export interface Policies {
  /** Statements of roles, by role ARN. */
  identity: ReadonlyMap<string, readonly Statement[]>;
  /** Statements of buckets, queues, keys, topics, functions and role trust policies, by ARN. */
  resource: ReadonlyMap<string, readonly Statement[]>;
}

/**
 * Evaluates a request within one account ("Policy evaluation logic"): any Deny wins; otherwise one Allow of the role or
 * the resource is enough. The exception is a KMS key, which must allow either the role itself or the account; the
 * account then delegates to the policies of the role.
 *
 * Permission boundaries, session policies and organisations are not modelled.
 *
 * @param without a statement to ignore in this evaluation
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

/** Objects are subject to the policy of their bucket. */
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

/** In the last part of an ARN `*` matches everything; in the others it does not match a colon. */
const matchesResource = (pattern: string, resource: string, context: Context): boolean =>
  resource !== '*' && matchesArn(pattern, resource, context);

/** Whether a resource policy statement names the principal. */
function names({ Principal }: Statement, principal: Principal): boolean {
  const { AWS = [], Service = [] } = Principal ?? {};
  if (AWS.includes('*')) return true;
  if (principal.kind === 'service') return Service.includes(principal.name);
  const { arn, account } = principal;
  return [arn, account, `arn:aws:iam::${account}:root`].some((name) => AWS.includes(name));
}

/** An Allow for the account delegates to the policies of its roles; a Deny applies to every role. */
function leavesItToTheAccount({ Principal }: Statement, principal: Principal): boolean {
  if (principal.kind === 'service') return false;
  const { AWS = [] } = Principal ?? {};
  return !AWS.includes('*') && !AWS.includes(principal.arn);
}
