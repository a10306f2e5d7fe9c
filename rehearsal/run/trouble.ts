import type { Deployed } from './deploy.ts';

const ID = /[0-9A-HJKMNP-TV-Z]{26}/;

/** Requests for one object that fail in a row before it is there again: the SDK tries three times by itself. */
const HICCUP_REQUESTS = 3;

export const idIn = (key: string): string | null => ID.exec(key)?.[0] ?? null;

/** What goes wrong with one mail, from before its id is known. */
export class Trouble {
  readonly #earlier: ReadonlySet<string>;
  /** Of the mail, as soon as it is known. */
  id: string | null = null;

  /** @param earlier ids of the mails that were sent before */
  constructor(earlier: Iterable<string>) {
    this.#earlier = new Set(earlier);
  }

  isAbout(key: string): boolean {
    const id = idIn(key);
    return id !== null && (this.id === null ? !this.#earlier.has(id) : id === this.id);
  }
}

/** S3 is away for one role that reads something of a mail: for one attempt (`once`), or always. */
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

/** S3 does not take the first count of attempts that a role writes. */
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

/** S3 loses the event of a mail. @returns what it lost */
export function loseEvent(deployed: Deployed, trouble: Trouble): { event: string | null } {
  const lost: { event: string | null } = { event: null };
  const others = deployed.troubles.loses;
  deployed.troubles.loses = (key, event) => {
    if (others(key, event)) return true;
    if (lost.event !== null || !key.endsWith('.eml') || !trouble.isAbout(key)) return false;
    lost.event = event;
    deployed.happenings.tell();
    return true;
  };
  return lost;
}
