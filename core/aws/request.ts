import { TransientError } from '../mail/errors.ts';
import type { ObjectRef } from '../ports/object-store.ts';

/** The second argument of a client's `send`. */
export const abortable = (signal: AbortSignal | undefined) => (signal ? { abortSignal: signal } : {});

/** Resolves like `put`; after an abort, a TransientError `s3.AbortError`, whatever its error was. */
export async function unlessPutAborted<T>(
  ref: ObjectRef,
  signal: AbortSignal | undefined,
  put: () => Promise<T>,
): Promise<T> {
  try {
    return await put();
  } catch (error) {
    if (!signal?.aborted) throw error;
    throw new TransientError('s3.AbortError', `put of ${ref.bucket}/${ref.key} was aborted`, { cause: signal.reason });
  }
}
