import type { Readable } from 'node:stream';
import { pipeline, Transform } from 'node:stream';
import { TransientError } from '../../mail/errors.ts';
import type { Checksum } from './checksum.ts';

/**
 * The same bytes; fails at their end with TransientError `s3.ChecksumMismatch` when they do not match the object's
 * checksum.
 */
export function checkedStream(body: Readable, checksum: Checksum): Readable {
  const check = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      checksum.update(chunk);
      done(null, chunk);
    },
    flush(done) {
      checksum
        .matches()
        .then(
          (right) =>
            done(right ? null : new TransientError('s3.ChecksumMismatch', 'the object was damaged in transit')),
          done,
        );
    },
  });
  // If either fails, both do: the reader of `check` gets the error.
  return pipeline(body, check, () => {});
}
