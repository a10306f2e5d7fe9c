import { Token } from 'aws-cdk-lib';

/**
 * Settings may be tokens whose values are known only at deployment, such as the ARN of a secret in the same app. The
 * checks of a configuration read text, so each token is replaced by a placeholder of the same form.
 */
export class TokenStandIns {
  readonly #tokens = new Map<string, string>();
  readonly #region: string;

  /** @param region of the deployment; null if unknown */
  constructor(region: string | null) {
    this.#region = region ?? 'us-east-1';
  }

  /** A copy with placeholders for tokens. A token in a setting that must be known at synth stays and is rejected. */
  hide(value: unknown, path: readonly string[] = []): unknown {
    if (typeof value === 'string') return Token.isUnresolved(value) ? this.#standIn(value, path) : value;
    if (Array.isArray(value)) return value.map((item) => this.hide(item, path));
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(
      Object.entries(value).map(([name, member]) => [name, this.hide(member, [...path, name])]),
    );
  }

  /** Puts the tokens back, in place. */
  restore(value: object): void {
    for (const [name, member] of Object.entries(value)) {
      if (typeof member === 'object' && member !== null) this.restore(member);
      const token = typeof member === 'string' ? this.#tokens.get(member) : undefined;
      if (token !== undefined) Reflect.set(value, name, token);
    }
  }

  #standIn(token: string, path: readonly string[]): string {
    const number = this.#tokens.size;
    const standIn = this.#formOf(path, number);
    if (standIn === null) return token;
    this.#tokens.set(standIn, token);
    return standIn;
  }

  #formOf(path: readonly string[], number: number): string | null {
    if (path[0] === 'hostedZones') return `Z0TOKEN${number}`;
    switch (path.at(-1)) {
      case 'busName':
        return `token-${number}`;
      case 'secretArn':
        return `arn:aws:secretsmanager:${this.#region}:000000000000:secret:token-${number}-AbCdEf`;
      default:
        return null;
    }
  }
}
