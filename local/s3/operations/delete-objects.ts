import * as z from 'zod';
import { asS3Error, malformedXml } from '../errors.ts';
import type { Operation } from '../operation.ts';
import { receiveDocument } from '../payload.ts';
import { xmlReply } from '../reply.ts';
import { readXml, writeXml } from '../xml.ts';

export const deleteObject: Operation = async ({ store }, { bucket, key }) => {
  await store.delete(bucket, key);
  return { status: 204 };
};

/** AWS quota for one request. */
const MAX_KEYS = 1000;
const entrySchema = z.object({ Key: z.string() });
const documentSchema = z.object({
  Delete: z.object({
    Object: z.union([entrySchema, z.array(entrySchema)]),
    Quiet: z.optional(z.string()),
  }),
});

export const deleteObjects: Operation = async ({ store, log }, request) => {
  store.table(request.bucket);
  const document = documentSchema.safeParse(readXml(await receiveDocument(request)));
  if (!document.success) throw malformedXml();
  const { Object: entries, Quiet } = document.data.Delete;
  const keys = [entries].flat().map(({ Key }) => Key);
  if (keys.length > MAX_KEYS) throw malformedXml();
  const failed: { Key: string; Code: string; Message: string }[] = [];
  await Promise.all(
    keys.map(async (Key) => {
      try {
        await store.delete(request.bucket, Key);
      } catch (error) {
        const { code: Code, message: Message } = asS3Error(error);
        log.error('an object could not be deleted', { key: Key, error });
        failed.push({ Key, Code, Message });
      }
    }),
  );
  const failedKeys = new Set(failed.map(({ Key }) => Key));
  const deleted = Quiet === 'true' ? [] : keys.filter((key) => !failedKeys.has(key)).map((Key) => ({ Key }));
  return xmlReply(writeXml('DeleteResult', { Deleted: deleted, Error: failed }));
};
