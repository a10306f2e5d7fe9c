import type { Resolver } from 'node:dns/promises';
import * as z from 'zod/mini';

/** The DNS queries the checks make. A missing name or record is an empty answer; other failures reject. */
export interface DnsAnswers {
  /** Sorted by preference. */
  mx(name: string): Promise<{ exchange: string; priority: number }[]>;
  /** The strings of each record, concatenated. */
  txt(name: string): Promise<string[]>;
  a(name: string): Promise<string[]>;
  aaaa(name: string): Promise<string[]>;
  cname(name: string): Promise<string[]>;
  /** Null when this version of Node cannot query them. */
  tlsa(name: string): Promise<Tlsa[] | null>;
}

export interface Tlsa {
  usage: number;
  selector: number;
  matching: number;
  /** Hexadecimal. */
  data: string;
}

/** The answer of `resolve(name, 'TLSA')` in Node 22.15, 23.9 and later. */
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

/** Why DNS did not answer, such as `ESERVFAIL` or `ETIMEOUT`; null for other errors. */
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

/** Normalises a name for comparison: lower case, no trailing dot. */
export const plain = (name: string): string => name.replace(/\.$/, '').toLowerCase();
