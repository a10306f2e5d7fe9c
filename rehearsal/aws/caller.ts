import type { IncomingMessage } from 'node:http';
import type { Principal } from '../iam/evaluate.ts';

/** The principal that signed a request, and the service it was signed for. */
export interface Caller {
  principal: Principal;
  /** True for a probe, whose requests must be denied. */
  probe: boolean;
  /** From the scope of the signature: `s3`, `sqs`, `textract`. */
  service: string;
}

/** One access key per role, by which requests are attributed. Signatures are not verified. */
export class Credentials {
  readonly #callers = new Map<string, Omit<Caller, 'service'>>();

  /** Environment variables with credentials for an SDK. */
  issue(principal: Principal, probe = false): Record<string, string> {
    const id = `ASIAREHEARSAL${String(this.#callers.size).padStart(7, '0')}`;
    this.#callers.set(id, { principal, probe });
    return { AWS_ACCESS_KEY_ID: id, AWS_SECRET_ACCESS_KEY: `secret-of-${id}`, AWS_SESSION_TOKEN: `session-of-${id}` };
  }

  /** Null for a request without a known access key. */
  callerOf({ headers, url = '' }: IncomingMessage): Caller | null {
    const scope =
      /Credential=([^,\s]+)/.exec(headers.authorization ?? '')?.[1] ??
      new URLSearchParams(url.slice(url.indexOf('?') + 1)).get('X-Amz-Credential');
    const [id = '', , , service = ''] = (scope ?? '').split('/');
    const caller = this.#callers.get(id);
    return caller === undefined ? null : { ...caller, service };
  }
}
