import { promises as dns } from 'node:dns';

type Answer = Awaited<ReturnType<dns.Resolver['resolve']>>;

/** The lookups that SPF, DKIM and DMARC need: TXT, A, AAAA, MX, PTR; in the form of `dns.promises.resolve`. */
export type Resolve = (name: string, type: string) => Promise<Answer>;

export interface ResolverOptions {
  /** Addresses of DNS servers, `192.0.2.1:53`; the system's when empty. */
  servers: readonly string[];
  /** Milliseconds until a query is sent again, once: a datagram can get lost. The second one gets twice the time. */
  queryMs: number;
}

/** Answers are kept this long: Node tells no TTL, and records that were just changed should soon count. */
const KEEP_MS = 60_000;

/** Answers kept at most, of up to 64 KB. A mail decides what is asked for, so the cache must not grow with mails. */
const MAX_ANSWERS = 500;

/** Characters of a name in DNS with the dot of the root (RFC 1035 §2.3.4). Macros of SPF make longer ones. */
const MAX_NAME = 254;

const ANSWERS = new Set(['ENOTFOUND', 'ENODATA']);

/** "No such name" and "no such record" are answers; everything else is a failure that the next mail may not see. */
export const isAnswer = (error: unknown): boolean => ANSWERS.has(errorCode(error));

/** DNS with a deadline for each query and a cache over all mails. */
export class CachingResolver {
  readonly #servers: dns.Resolver;
  readonly #cache = new Map<string, { answer: Promise<Answer>; until: number }>();

  constructor({ servers, queryMs }: ResolverOptions) {
    this.#servers = new dns.Resolver({ timeout: queryMs, tries: 2 });
    if (servers.length > 0) this.#servers.setServers([...servers]);
  }

  /** A resolver for one mail: what is not answered when `deadline` fires fails with `ETIMEOUT`. */
  until(deadline: AbortSignal): Resolve {
    return (name, type) => {
      // It is not asked for, and not kept either: macros make names of megabytes.
      if (name.length > MAX_NAME) return Promise.reject(coded('a name this long does not exist', 'ENOTFOUND'));
      const late = timedOut(name);
      if (deadline.aborted) return Promise.reject(late);
      return new Promise((resolve, reject) => {
        const stop = () => reject(late);
        deadline.addEventListener('abort', stop, { once: true });
        this.#lookUp(name.toLowerCase(), type)
          .then(resolve, reject)
          .finally(() => deadline.removeEventListener('abort', stop));
      });
    };
  }

  #lookUp(name: string, type: string): Promise<Answer> {
    const key = `${type} ${name}`;
    const kept = this.#cache.get(key);
    if (kept !== undefined && kept.until > Date.now()) return kept.answer;
    const answer: Promise<Answer> = this.#servers.resolve(name, type);
    this.#cache.delete(key);
    this.#cache.set(key, { answer, until: Date.now() + KEEP_MS });
    answer.catch((error: unknown) => {
      if (!isAnswer(error) && this.#cache.get(key)?.answer === answer) this.#cache.delete(key);
    });
    const [oldest] = this.#cache.keys();
    if (this.#cache.size > MAX_ANSWERS && oldest !== undefined) this.#cache.delete(oldest);
    return answer;
  }
}

const errorCode = (error: unknown): string =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';

/** As `dns` itself reports it: SPF tells a failure that may pass from one that stays by this code. */
const timedOut = (name: string): Error => coded(`no answer for ${name} in time`, 'ETIMEOUT');

const coded = (message: string, code: string): Error => Object.assign(new Error(message), { code });
