import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { base64Crc32 } from '../body.ts';

/** Compares an object's checksum from S3 with the received bytes. */
export interface Checksum {
  update(bytes: Buffer): void;
  /** Whether the bytes so far match. */
  matches(): Promise<boolean>;
}

interface Crc {
  update(bytes: Uint8Array): void;
  digest(): Promise<Uint8Array>;
}

/**
 * The checksum of a whole object that S3 sent with it; null without one. The edge stores CRC32. S3 adds CRC64NVME to
 * objects sent without any, such as the mails of SES: that code is loaded with the first of those.
 */
export async function checksumOf(headers: ReadonlyMap<string, string>): Promise<Checksum | null> {
  const value = (algorithm: string) => {
    const text = headers.get(`x-amz-checksum-${algorithm}`);
    // For a multipart upload it can be a checksum over those of the parts, followed by their number.
    return text === undefined || text.includes('-') ? undefined : text;
  };
  const ieee = value('crc32');
  if (ieee !== undefined) return ofCrc32(ieee);
  const [crc32c, crc64nvme] = [value('crc32c'), value('crc64nvme')];
  if (crc32c !== undefined || crc64nvme !== undefined) {
    const { Crc32c, Crc64Nvme } = await import('@aws-sdk/checksums/crc');
    return crc32c === undefined ? ofCrc(new Crc64Nvme(), crc64nvme) : ofCrc(new Crc32c(), crc32c);
  }
  for (const algorithm of ['sha1', 'sha256']) {
    const expected = value(algorithm);
    if (expected !== undefined) return ofHash(algorithm, expected);
  }
  return null;
}

function ofCrc32(expected: string): Checksum {
  let sum = 0;
  return {
    update(bytes) {
      sum = crc32(bytes, sum);
    },
    matches: async () => base64Crc32(sum) === expected,
  };
}

const ofCrc = (crc: Crc, expected: string | undefined): Checksum => ({
  update: (bytes) => crc.update(bytes),
  matches: async () => Buffer.from(await crc.digest()).toString('base64') === expected,
});

function ofHash(algorithm: string, expected: string): Checksum {
  const hash = createHash(algorithm);
  return { update: (bytes) => void hash.update(bytes), matches: async () => hash.digest('base64') === expected };
}
