import type { IncomingMessage } from 'node:http';
import type { Principal } from '../iam/evaluate.ts';

/** Who signed a request, and for which service. */
export interface Caller {
  principal: Principal;
  /** Its requests have to be refused. */
  probe: boolean;
  /** As in the scope of the signature: `s3`, `sqs`, `textract`. */
  service: string;
}

/** Access keys, one for each role: by its key a request says whose it is. Signatures are not checked. */
export class Credentials {
  readonly #callers = new Map<string, Omit<Caller, 'service'>>();

  /** Variables that an SDK takes its credentials from. */
  issue(principal: Principal, probe = false): Record<string, string> {
    const id = `ASIAREHEARSAL${String(this.#callers.size).padStart(7, '0')}`;
    this.#callers.set(id, { principal, probe });
    return { AWS_ACCESS_KEY_ID: id, AWS_SECRET_ACCESS_KEY: `secret-of-${id}`, AWS_SESSION_TOKEN: `session-of-${id}` };
  }

  /** Null for a request that nobody known has signed. */
  callerOf({ headers, url = '' }: IncomingMessage): Caller | null {
    const scope =
      /Credential=([^,\s]+)/.exec(headers.authorization ?? '')?.[1] ??
      new URLSearchParams(url.slice(url.indexOf('?') + 1)).get('X-Amz-Credential');
    const [id = '', , , service = ''] = (scope ?? '').split('/');
    const caller = this.#callers.get(id);
    return caller === undefined ? null : { ...caller, service };
  }
}
