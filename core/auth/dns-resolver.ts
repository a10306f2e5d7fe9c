import { promises as dns } from 'node:dns';

type Answer = Awaited<ReturnType<dns.Resolver['resolve']>>;

/** The DNS lookups of SPF, DKIM and DMARC: TXT, A, AAAA, MX, PTR; results as from `dns.promises.resolve`. */
export type Resolve = (name: string, type: string) => Promise<Answer>;

export interface ResolverOptions {
  /** Addresses of DNS servers, `192.0.2.1:53`; the system's when empty. */
  servers: readonly string[];
  /** Milliseconds until a query is resent, once, because datagrams can get lost. The second one gets twice the time. */
  queryMs: number;
}

/** How long answers are cached: Node does not report TTLs, and changed records should take effect soon. */
const CACHE_MS = 60_000;

/**
 * Maximum cached answers, of up to 64 KB each. Mails decide what is looked up, so the cache must not grow with them.
 */
const MAX_ANSWERS = 500;

/** Characters of a DNS name with the root dot (RFC 1035 §2.3.4). SPF macros can build longer ones. */
const MAX_NAME = 254;

const ANSWERS = new Set(['ENOTFOUND', 'ENODATA']);

/** "No such name" and "no such record" are answers; any other error is a failure that the next mail may not see. */
export const isAnswer = (error: unknown): boolean => ANSWERS.has(errorCode(error));

/** DNS with a deadline per query and a cache shared by all mails. */
export class CachingResolver {
  readonly #servers: dns.Resolver;
  readonly #cache = new Map<string, { answer: Promise<Answer>; until: number }>();

  constructor({ servers, queryMs }: ResolverOptions) {
    this.#servers = new dns.Resolver({ timeout: queryMs, tries: 2 });
    if (servers.length > 0) this.#servers.setServers([...servers]);
  }

  /** A resolver for one mail: queries without an answer when `deadline` fires fail with `ETIMEOUT`. */
  until(deadline: AbortSignal): Resolve {
    return (name, type) => {
      // Neither looked up nor cached: macros can build names of megabytes.
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
    this.#cache.set(key, { answer, until: Date.now() + CACHE_MS });
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

/** The code that `dns` itself uses: SPF tells temporary from permanent failures by it. */
const timedOut = (name: string): Error => coded(`no answer for ${name} in time`, 'ETIMEOUT');

const coded = (message: string, code: string): Error => Object.assign(new Error(message), { code });
