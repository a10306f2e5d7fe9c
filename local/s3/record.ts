import * as z from 'zod';

const checksumSchema = z.object({
  algorithm: z.enum(['CRC32', 'CRC32C', 'CRC64NVME', 'SHA1', 'SHA256']),
  /** Base64; `<base64>-<parts>` for a composite checksum. */
  value: z.string(),
  type: z.enum(['FULL_OBJECT', 'COMPOSITE']),
});
export type Checksum = z.infer<typeof checksumSchema>;
export type ChecksumAlgorithm = Checksum['algorithm'];

const objectSchema = z.object({
  bucket: z.string(),
  key: z.string(),
  /** Name of the file with the body. */
  file: z.string(),
  size: z.number(),
  /** Without quotes. */
  etag: z.string(),
  /** Milliseconds since 1970. */
  modified: z.number(),
  /** Headers such as `content-type`, as sent. */
  headers: z.record(z.string(), z.string()),
  /** User metadata, names without `x-amz-meta-`. */
  metadata: z.record(z.string(), z.string()),
  tags: z.record(z.string(), z.string()),
  checksum: z.nullable(checksumSchema),
});
export type StoredObject = Readonly<z.infer<typeof objectSchema>>;

const eventSchema = z.object({
  id: z.string(),
  name: z.enum(['ObjectCreated:Put', 'ObjectCreated:Copy', 'ObjectCreated:CompleteMultipartUpload']),
  bucket: z.string(),
  key: z.string(),
  size: z.number(),
  etag: z.string(),
  /** Milliseconds since 1970. */
  time: z.number(),
});
export type CreatedEvent = Readonly<z.infer<typeof eventSchema>>;
export type CreatedEventName = CreatedEvent['name'];

const recordSchema = z.discriminatedUnion('op', [
  z.object({ op: z.literal('put'), object: objectSchema }),
  z.object({ op: z.literal('delete'), bucket: z.string(), key: z.string() }),
  z.object({ op: z.literal('event'), event: eventSchema }),
  z.object({ op: z.literal('delivered'), id: z.string() }),
]);
/** One change to the store. A transaction of the journal is a list of them. */
export type StoreRecord = z.infer<typeof recordSchema>;

const transactionSchema = z.array(recordSchema);

/** @throws Error for a transaction unknown to this version */
export function decodeTransaction(transaction: unknown): StoreRecord[] {
  const decoded = transactionSchema.safeParse(transaction);
  if (decoded.success) return decoded.data;
  throw new Error('the journal contains a record unknown to this version: was it written by a newer one?', {
    cause: decoded.error,
  });
}
