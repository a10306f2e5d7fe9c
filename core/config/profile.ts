import { z } from 'zod';
import type { fargateSchema } from './ingress.ts';
import type { smtpSchema } from './smtp.ts';

/** `profile` of the configuration. */
export const profileSchema = z
  .enum(['standard', 'frugal'])
  .default('standard')
  .describe(
    'Defaults to start from; a setting that you write yourself wins. "frugal" saves about $12 a month and gives up the second availability zone, memory for bursts, and early alarms: docs/costs.md has each line. Default "standard".',
  );

type Profile = z.output<typeof profileSchema>;

interface Defaults {
  fargate?: z.input<typeof fargateSchema>;
  smtp?: z.input<typeof smtpSchema>;
}

const MB = 1024 * 1024;

/**
 * Settings whose defaults depend on the profile. Beyond these, `frugal` runs all tasks but one on Fargate Spot
 * (lib/ingress), places balancer and tasks in one zone (lib/network), and leaves out alarms (lib/observability).
 */
const DEFAULTS: Readonly<Record<Profile, Defaults>> = {
  standard: {},
  frugal: {
    // 192 MB for the process, 900 sessions of 193 KB, 2 × 64 MB of mails: 490 of 512 MB (edge-memory.ts).
    fargate: { memoryMb: 512, targetSessions: 600 },
    smtp: { limits: { maxConnections: 900, inFlightBytes: 64 * MB } },
  },
};

/** The given settings over the defaults of their profile. Anything but an object is left for the schema to refuse. */
export function withProfile(input: unknown): unknown {
  if (!isGroup(input)) return input;
  const profile = profileSchema.safeParse(input['profile']);
  return profile.success ? over(DEFAULTS[profile.data], input) : input;
}

function over(defaults: object, input: Group): Group {
  const merged = new Map<string, unknown>(Object.entries(defaults));
  for (const [name, value] of Object.entries(input)) {
    const below = merged.get(name);
    merged.set(name, isGroup(below) && isGroup(value) ? over(below, value) : value === undefined ? below : value);
  }
  return Object.fromEntries(merged);
}

type Group = Record<string, unknown>;

const isGroup = (value: unknown): value is Group =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
