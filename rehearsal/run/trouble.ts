import type { Deployed } from './deploy.ts';

const ID = /[0-9A-HJKMNP-TV-Z]{26}/;

/** Consecutive failures of requests for one object; the SDK itself tries three times. */
const HICCUP_REQUESTS = 3;

export const idIn = (key: string): string | null => ID.exec(key)?.[0] ?? null;

/** A fault for one mail, set up before its id is known. */
export class Trouble {
  readonly #earlier: ReadonlySet<string>;
  /** Id of the mail, once known. */
  id: string | null = null;

  /** @param earlier ids of mails sent before */
  constructor(earlier: Iterable<string>) {
    this.#earlier = new Set(earlier);
  }

  isAbout(key: string): boolean {
    const id = idIn(key);
    return id !== null && (this.id === null ? !this.#earlier.has(id) : id === this.id);
  }
}

/** Makes S3 unavailable to one role that reads data of a mail: for one attempt (`once`), or always. */
export function failReads(deployed: Deployed, trouble: Pick<Trouble, 'isAbout'>, roleArn: string, once = false): void {
  const others = deployed.troubles.isAway;
  let failed = 0;
  deployed.troubles.isAway = (caller, action, resource) => {
    if (others(caller, action, resource)) return true;
    const { principal } = caller;
    const concerned = action.startsWith('s3:GetObject') && principal.kind === 'role' && principal.arn === roleArn;
    if (!concerned || !trouble.isAbout(resource) || (once && failed >= HICCUP_REQUESTS)) return false;
    failed += 1;
    return true;
  };
}

/** Makes S3 reject the first attempt count that a role writes. */
export function failFirstCount(deployed: Deployed, roleArn: string): void {
  const others = deployed.troubles.isAway;
  let first: string | null = null;
  let failed = 0;
  deployed.troubles.isAway = (caller, action, resource) => {
    if (others(caller, action, resource)) return true;
    const { principal } = caller;
    const concerned = principal.kind === 'role' && principal.arn === roleArn && action === 's3:PutObject';
    if (!concerned || !resource.includes('/attempts/')) return false;
    first ??= resource;
    if (resource !== first || failed >= HICCUP_REQUESTS) return false;
    failed += 1;
    return true;
  };
}

/** Makes S3 lose the event of a mail. @returns the lost event */
export function loseEvent(deployed: Deployed, trouble: Trouble): { event: string | null } {
  const lost: { event: string | null } = { event: null };
  const others = deployed.troubles.loses;
  deployed.troubles.loses = (key, event) => {
    if (others(key, event)) return true;
    if (lost.event !== null || !key.endsWith('.eml') || !trouble.isAbout(key)) return false;
    lost.event = event;
    deployed.observations.tell();
    return true;
  };
  return lost;
}
