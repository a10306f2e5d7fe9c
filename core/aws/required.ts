import { TransientError } from '../mail/errors.ts';

/**
 * What a service always answers with, though the SDK's types leave it open. An answer that lacks it was damaged on the
 * way: another try has another.
 *
 * @throws TransientError `s3.IncompleteAnswer`, by the name of the service
 */
export function required<T>(service: string, command: string, field: string, value: T | undefined): T {
  if (value !== undefined) return value;
  throw new TransientError(`${service}.IncompleteAnswer`, `${service} answered ${command} without ${field}`);
}
