import { TransientError } from '../mail/errors.ts';

/** What S3 always answers with, though the SDK's types leave it open. @throws TransientError */
export function given<T>(command: string, field: string, value: T | undefined): T {
  if (value !== undefined) return value;
  throw new TransientError('s3.IncompleteAnswer', `S3 answered ${command} without ${field}`);
}
