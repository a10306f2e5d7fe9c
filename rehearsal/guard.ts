import { type Access, type Decision, evaluate, type Policies, type Principal } from './iam/evaluate.ts';
import type { Statement } from './iam/statement.ts';

/** One authorisation request, however often it was made. */
export interface Noted {
  access: Access;
  decision: Decision;
  /** A probe: a request that must be denied and that no program of the deployment makes. */
  probe: boolean;
  count: number;
}

/** Context of every request: AWS endpoints are accessed over TLS. */
const TRANSPORT = { 'aws:SecureTransport': 'true', 's3:TlsVersion': '1.3' };

/** IAM for all requests: decides on each and records it. */
export class Guard {
  readonly policies: Policies;
  readonly #noted = new Map<string, Noted>();

  constructor(policies: Policies) {
    this.policies = policies;
  }

  /** @param access `context` may omit the values common to all requests */
  ask(access: Omit<Access, 'context'> & Partial<Access>, probe = false): Decision {
    const whole: Access = { ...access, context: { ...TRANSPORT, ...access.context } };
    const key = JSON.stringify([whole, probe]);
    const known = this.#noted.get(key);
    if (known !== undefined) {
      known.count += 1;
      return known.decision;
    }
    const decision = evaluate(this.policies, whole);
    this.#noted.set(key, { access: whole, decision, probe, count: 1 });
    return decision;
  }

  get noted(): Noted[] {
    return [...this.#noted.values()];
  }

  /** Denied requests, without the probes. */
  get refused(): Noted[] {
    return this.noted.filter(({ decision, probe }) => !probe && !decision.allowed);
  }

  /** Probes that were not denied. */
  get escaped(): Noted[] {
    return this.noted.filter(({ decision, probe }) => probe && decision.allowed);
  }

  /**
   * Redundant statements: without any one of them, every recorded request is decided as before. Only decisions made by
   * a statement can change without it.
   */
  unneeded(): Statement[] {
    const { identity, resource } = this.policies;
    const decisive = new Set<Statement | null>(
      this.noted.flatMap(({ access, decision: { allowed, by, through } }) =>
        [by, through].filter((each) => each !== null && evaluate(this.policies, access, each).allowed !== allowed),
      ),
    );
    const all = [...identity.values(), ...resource.values()].flat();
    return all.filter((statement) => !decisive.has(statement));
  }
}

/** Display name: the name of a role, or the principal of a service. */
export const nameOf = (principal: Principal): string =>
  principal.kind === 'service' ? principal.name : (principal.arn.split('/').at(-1) ?? principal.arn);
