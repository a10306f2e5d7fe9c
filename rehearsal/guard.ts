import { type Access, type Decision, evaluate, type Policies, type Principal } from './iam/evaluate.ts';
import type { Statement } from './iam/statement.ts';

/** One question to IAM, however often it was asked. */
export interface Noted {
  access: Access;
  decision: Decision;
  /** A request that has to be refused: nothing of the deployment makes it. */
  probe: boolean;
  count: number;
}

/** What every request has: the endpoints of AWS are reached by TLS. */
const TRANSPORT = { 'aws:SecureTransport': 'true', 's3:TlsVersion': '1.3' };

/** IAM in front of everything: decides, and keeps what it was asked. */
export class Guard {
  readonly policies: Policies;
  readonly #noted = new Map<string, Noted>();

  constructor(policies: Policies) {
    this.policies = policies;
  }

  /** @param access `context` may leave out what is the same for every request */
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

  /** What was asked and refused, without the probes. */
  get refused(): Noted[] {
    return this.noted.filter(({ decision, probe }) => !probe && !decision.allowed);
  }

  /** Probes that were not refused. */
  get escaped(): Noted[] {
    return this.noted.filter(({ decision, probe }) => probe && decision.allowed);
  }

  /**
   * Statements that could go without a difference: with each of them left out in turn, every request that was asked is
   * answered as it was. Only a decision that a statement made can change without it.
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

/** For people: the role by its name, a service by its principal. */
export const nameOf = (principal: Principal): string =>
  principal.kind === 'service' ? principal.name : (principal.arn.split('/').at(-1) ?? principal.arn);
