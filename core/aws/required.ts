import { TransientError } from '../mail/errors.ts';

/**
 * A field that a service always returns, although the SDK's types make it optional. An answer without it was damaged in
 * transit: a retry helps.
 *
 * @throws TransientError `s3.IncompleteAnswer`, by the name of the service
 */
export function required<T>(service: string, command: string, field: string, value: T | undefined): T {
  if (value !== undefined) return value;
  throw new TransientError(`${service}.IncompleteAnswer`, `${service} answered ${command} without ${field}`);
}
