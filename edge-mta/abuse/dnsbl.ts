import { isIPv4 } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { ExpiringCache } from '../expiring-cache.ts';
import { ipv6Groups } from './ip-address.ts';

/** Resolves a name to addresses with their TTL in seconds. */
export type Resolve4 = (name: string) => Promise<{ address: string; ttl: number }[]>;

/** Milliseconds for all zones together, during which the client waits for its banner. */
const DEADLINE_MS = 3_000;
/** Cached answers, about 2 MB. */
const CACHE_LIMIT = 20_000;
/** Seconds to cache "not listed": its TTL is in the SOA record, which a resolver does not return. */
const ABSENT_SECONDS = 60;
const MAX_SECONDS = 3_600;

/** The zone that lists an address; null when none does. */
export type BlockLists = (address: string) => Promise<string | null>;

/**
 * Queries DNS block lists about clients (RFC 5782) and caches the answers for their TTL. A list that does not answer,
 * or refuses to (127.255.255.x, Spamhaus's code for a resolver it does not serve), counts as "not listed".
 */
export function blockLists(zones: readonly string[], resolve4: Resolve4, clock = () => performance.now()): BlockLists {
  const known = new ExpiringCache<boolean>(CACHE_LIMIT);
  const asking = new Map<string, Promise<boolean>>();

  const look = async (name: string): Promise<boolean> => {
    try {
      const answers = await resolve4(name);
      const listed = answers.some(({ address }) => address.startsWith('127.') && !address.startsWith('127.255.255.'));
      keep(name, listed, Math.min(MAX_SECONDS, ...answers.map(({ ttl }) => ttl)));
      return listed;
    } catch (error) {
      // Failures of the resolver are not cached.
      if (isAbsent(error)) keep(name, false, ABSENT_SECONDS);
      return false;
    }
  };
  const keep = (name: string, listed: boolean, seconds: number): void => {
    const now = clock();
    known.set(name, listed, now, now + seconds * 1000);
  };
  const isListed = (name: string): Promise<boolean> | boolean => {
    const kept = known.get(name, clock());
    if (kept !== undefined) return kept;
    const asked = asking.get(name) ?? look(name).finally(() => asking.delete(name));
    asking.set(name, asked);
    return asked;
  };

  return async (address) => {
    const name = reversed(address);
    const asked = zones.map(async (zone) => ((await isListed(`${name}.${zone}`)) ? zone : null));
    const late = new AbortController();
    const deadline = delay(DEADLINE_MS, [], { ref: false, signal: late.signal }).catch(() => []);
    const found = await Promise.race([Promise.all(asked), deadline]);
    late.abort();
    return found.find((zone) => zone !== null) ?? null;
  };
}

/** The name, or an address of it, does not exist. */
const isAbsent = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && (error.code === 'ENOTFOUND' || error.code === 'ENODATA');

/** RFC 5782 §2.1 and §2.4: octets, or nibbles of an IPv6 address, from last to first. */
export function reversed(address: string): string {
  if (isIPv4(address)) return address.split('.').reverse().join('.');
  const nibbles = ipv6Groups(address).map((group) => group.padStart(4, '0'));
  return [...nibbles.join('')].reverse().join('.');
}
