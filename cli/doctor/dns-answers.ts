import type { Resolver } from 'node:dns/promises';
import * as z from 'zod/mini';

/** DNS as far as the checks ask it. No such name and no such record are empty answers; other failures reject. */
export interface DnsAnswers {
  /** By preference. */
  mx(name: string): Promise<{ exchange: string; priority: number }[]>;
  /** The strings of each record put together. */
  txt(name: string): Promise<string[]>;
  a(name: string): Promise<string[]>;
  aaaa(name: string): Promise<string[]>;
  cname(name: string): Promise<string[]>;
  /** Null where this version of Node cannot ask for them. */
  tlsa(name: string): Promise<Tlsa[] | null>;
}

export interface Tlsa {
  usage: number;
  selector: number;
  matching: number;
  /** Hexadecimal. */
  data: string;
}

/** As `resolve(name, 'TLSA')` answers, in Node 22.15, 23.9 and later. */
const tlsaAnswer = z.array(
  z.object({
    certUsage: z.number(),
    selector: z.number(),
    match: z.number(),
    data: z.union([z.instanceof(ArrayBuffer), z.instanceof(Uint8Array)]),
  }),
);

const EMPTY: ReadonlySet<string> = new Set(['ENOTFOUND', 'ENODATA']);

export function dnsAnswers(resolver: Resolver): DnsAnswers {
  return {
    async mx(name) {
      const records = await listed(resolver.resolveMx(name));
      return records
        .map(({ exchange, priority }) => ({ exchange: plain(exchange), priority }))
        .sort((a, b) => a.priority - b.priority);
    },
    txt: async (name) => (await listed(resolver.resolveTxt(name))).map((strings) => strings.join('')),
    a: (name) => listed(resolver.resolve4(name)),
    aaaa: (name) => listed(resolver.resolve6(name)),
    cname: async (name) => (await listed(resolver.resolveCname(name))).map(plain),
    async tlsa(name) {
      try {
        const records = tlsaAnswer.parse(await resolver.resolve(name, 'TLSA'));
        return records.map(({ certUsage, selector, match, data }) => ({
          usage: certUsage,
          selector,
          matching: match,
          data: Buffer.from(new Uint8Array(data)).toString('hex'),
        }));
      } catch (error) {
        if (codeOf(error) === 'ERR_INVALID_ARG_VALUE') return null;
        return listed<Tlsa>(Promise.reject(error));
      }
    },
  };
}

/** Why DNS gave no answer, such as `ESERVFAIL` or `ETIMEOUT`; null for another error. */
export function dnsFailure(error: unknown): string | null {
  return error instanceof Error && 'syscall' in error && String(error.syscall).startsWith('query')
    ? codeOf(error)
    : null;
}

async function listed<T>(asked: Promise<T[]>): Promise<T[]> {
  try {
    return await asked;
  } catch (error) {
    if (EMPTY.has(codeOf(error))) return [];
    throw error;
  }
}

const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';

/** Without the dot of the root, in lower case: how names are compared. */
export const plain = (name: string): string => name.replace(/\.$/, '').toLowerCase();
