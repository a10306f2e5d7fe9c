import { z } from 'zod';

/** A message attribute as the wire protocol has it; binary values stay base64. */
export const attributeValueSchema = z.strictObject({
  DataType: z.string(),
  StringValue: z.string().optional(),
  BinaryValue: z.base64().optional(),
});
export type AttributeValue = z.infer<typeof attributeValueSchema>;

/** What a sender gave, kept on disk only. */
export interface MessageContent {
  body: string;
  attributes: Readonly<Record<string, AttributeValue>>;
}

/** Where a record lies in the journal. */
export interface Location {
  segment: number;
  /** Bytes. */
  offset: number;
  length: number;
}

/**
 * A queued message in memory: everything but its content, so that 100,000 of them are some 30 MB.
 * All times are milliseconds since 1970.
 */
export interface QueuedMessage {
  readonly id: string;
  queueId: string;
  readonly sentAt: number;
  firstReceivedAt: number | null;
  /** Over all queues it was in; part of the receipt handle, so a later receive makes older handles stale. */
  receiveCount: number;
  /** Since it came into this queue: what maxReceiveCount is held against. */
  receivesHere: number;
  visibleAt: number;
  /** Name of the queue it was dead-lettered from. */
  deadLetterSource: string | null;
  location: Location;
  /** Changes on their way to disk that memory does not show yet: compaction must not write the message behind them. */
  pending: number;
  /** Owned by the queue's index. */
  slot: IndexSlot;
}

export interface IndexSlot {
  state: 'ready' | 'delayed' | 'inFlight' | 'out';
  /** When its state changes next: it becomes visible, or its retention ends. */
  dueAt: number;
  heapIndex: number;
  previous: QueuedMessage | null;
  next: QueuedMessage | null;
}

export const emptySlot = (): IndexSlot => ({ state: 'out', dueAt: 0, heapIndex: -1, previous: null, next: null });
