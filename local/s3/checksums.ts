import { createHash } from 'node:crypto';
import { Crc32, Crc32c, Crc64Nvme } from '@aws-sdk/checksums/crc';
import { S3Error } from './errors.ts';
import type { ChecksumAlgorithm } from './record.ts';

export const CHECKSUM_ALGORITHMS: readonly ChecksumAlgorithm[] = ['CRC32', 'CRC32C', 'CRC64NVME', 'SHA1', 'SHA256'];

export interface Hasher {
  update(bytes: Uint8Array): void;
  digest(): Promise<Buffer>;
}

export const checksumHeader = (algorithm: ChecksumAlgorithm): string => `x-amz-checksum-${algorithm.toLowerCase()}`;

/** Null without a name. @throws S3Error 400 for an unknown name */
export function readAlgorithm(name: string | undefined): ChecksumAlgorithm | null {
  if (name === undefined) return null;
  const algorithm = CHECKSUM_ALGORITHMS.find((known) => known === name.toUpperCase());
  if (algorithm === undefined) throw new S3Error(400, 'InvalidRequest', `Unknown checksum algorithm ${name}`);
  return algorithm;
}

export function hasher(algorithm: ChecksumAlgorithm | 'MD5'): Hasher {
  switch (algorithm) {
    case 'CRC32':
      return cyclic(new Crc32());
    case 'CRC32C':
      return cyclic(new Crc32c());
    case 'CRC64NVME':
      return cyclic(new Crc64Nvme());
    default:
      return cryptographic(algorithm);
  }
}

function cyclic(crc: { update(bytes: Uint8Array): void; digest(): Promise<Uint8Array> }): Hasher {
  return { update: (bytes) => crc.update(bytes), digest: async () => Buffer.from(await crc.digest()) };
}

function cryptographic(name: 'MD5' | 'SHA1' | 'SHA256'): Hasher {
  const hash = createHash(name);
  return { update: (bytes) => void hash.update(bytes), digest: async () => hash.digest() };
}
