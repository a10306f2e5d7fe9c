import { z } from 'zod';

/** A whole number. Its description ends with the default. @param shown the default in words */
export function whole(
  { min, max, default: fallback }: { min: number; max: number; default: number },
  means: string,
  shown = fallback.toLocaleString('en'),
) {
  return z.int().min(min).max(max).default(fallback).describe(`${means} Default ${shown}.`);
}

/** Of recipients: an address, or a local part in every domain. */
export const recipientPattern = z
  .string()
  .max(320)
  .regex(/^[^\s<>,]+$/, 'write an address, a local part, or either with * for any characters');

/** True or false. Its description ends with the default. */
export const flag = (fallback: boolean, means: string) =>
  z.boolean().default(fallback).describe(`${means} Default ${fallback}.`);
