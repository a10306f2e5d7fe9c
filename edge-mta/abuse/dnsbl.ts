import { isIPv4 } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { ipv6Groups } from './ip-address.ts';

export type Resolve4 = (name: string) => Promise<string[]>;

/** Milliseconds for all zones together: the client waits for its banner meanwhile. */
const DEADLINE_MS = 3_000;

/** The zone that lists an address; null when none does. */
export type BlockLists = (address: string) => Promise<string | null>;

/**
 * Asks DNS block lists about clients (RFC 5782). A list that does not answer, or answers that it will not
 * (127.255.255.x, how Spamhaus tells of a resolver it does not serve), counts as one that does not list.
 */
export function blockLists(zones: readonly string[], resolve4: Resolve4): BlockLists {
  return async (address) => {
    const name = reversed(address);
    const asked = zones.map(async (zone) => {
      const answers = await resolve4(`${name}.${zone}`).catch(() => []);
      return answers.some((answer) => answer.startsWith('127.') && !answer.startsWith('127.255.255.')) ? zone : null;
    });
    const found = await Promise.race([Promise.all(asked), delay(DEADLINE_MS, [], { ref: false })]);
    return found.find((zone) => zone !== null) ?? null;
  };
}

/** RFC 5782 §2.1 and §2.4: octets, or nibbles of an IPv6 address, from last to first. */
export function reversed(address: string): string {
  if (isIPv4(address)) return address.split('.').reverse().join('.');
  const nibbles = ipv6Groups(address).map((group) => group.padStart(4, '0'));
  return [...nibbles.join('')].reverse().join('.');
}
