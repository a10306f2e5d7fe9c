import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { dictionary } from './dictionary.ts';
import { attributeValueSchema } from './message.ts';

/** The definition of a queue. Attributes are strings, as in SetQueueAttributes. */
export const queueDefinitionSchema = z.object({
  id: z.string(),
  name: z.string(),
  attributes: dictionary(z.string()),
  /** Milliseconds since 1970. */
  createdAt: z.number(),
  modifiedAt: z.number(),
});
export type QueueDefinition = z.infer<typeof queueDefinitionSchema>;

/** A message with its state, followed by its body. Written by a send, and again by compaction. */
const putSchema = z.strictObject({
  op: z.literal('put'),
  id: z.string(),
  queueId: z.string(),
  sentAt: z.number(),
  firstReceivedAt: z.number().nullable(),
  receiveCount: z.number(),
  receivesHere: z.number(),
  visibleAt: z.number(),
  deadLetterSource: z.string().nullable(),
  attributes: dictionary(attributeValueSchema),
});
export type PutRecord = z.infer<typeof putSchema>;

/** All journal records. Numbers are absolute, so that applying a record twice is idempotent. */
export const recordSchema = z.discriminatedUnion('op', [
  z.strictObject({ op: z.literal('queues'), queues: z.array(queueDefinitionSchema) }),
  z.strictObject({ op: z.literal('queue'), queue: queueDefinitionSchema }),
  z.strictObject({ op: z.literal('queueDeleted'), queueId: z.string() }),
  z.strictObject({ op: z.literal('purged'), queueId: z.string() }),
  putSchema,
  z.strictObject({
    op: z.literal('received'),
    at: z.number(),
    visibleAt: z.number(),
    messages: z.array(z.strictObject({ id: z.string(), receiveCount: z.number(), receivesHere: z.number() })),
  }),
  z.strictObject({ op: z.literal('visible'), id: z.string(), visibleAt: z.number() }),
  z.strictObject({ op: z.literal('deadLettered'), id: z.string(), queueId: z.string(), source: z.string() }),
  z.strictObject({ op: z.literal('deleted'), ids: z.array(z.string()) }),
]);
export type StateRecord = z.infer<typeof recordSchema>;

/** Ids contain the name, so that records of a queue are usable even if its definition is damaged. */
export const newQueueId = (name: string): string => `${name}:${randomUUID()}`;

/** Null for an id of an older version, which is only a UUID. */
export function nameOfQueueId(id: string): string | null {
  const [name = '', uuid] = id.split(':');
  return uuid === undefined ? null : name;
}
