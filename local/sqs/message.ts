import { z } from 'zod';

/** A message attribute in the form of the wire protocol; binary values stay base64. */
export const attributeValueSchema = z.strictObject({
  DataType: z.string(),
  StringValue: z.string().optional(),
  BinaryValue: z.base64().optional(),
});
export type AttributeValue = z.infer<typeof attributeValueSchema>;

/** The content of a message, kept only on disk. */
export interface MessageContent {
  body: string;
  attributes: Readonly<Record<string, AttributeValue>>;
}

/** The position of a record in the journal. */
export interface Location {
  segment: number;
  /** Bytes. */
  offset: number;
  length: number;
}

/**
 * A queued message in memory: everything but its content, so that 100,000 of them take some 30 MB.
 * All times are milliseconds since 1970.
 */
export interface QueuedMessage {
  readonly id: string;
  queueId: string;
  readonly sentAt: number;
  firstReceivedAt: number | null;
  /**
   * Receives in all queues it was in; part of the receipt handle, so that a later receive makes older handles stale.
   */
  receiveCount: number;
  /** Receives in this queue, compared with maxReceiveCount. */
  receivesHere: number;
  visibleAt: number;
  /** Name of the queue it was dead-lettered from. */
  deadLetterSource: string | null;
  location: Location;
  /** Changes being written that memory does not show yet; compaction must not write the message after them. */
  pending: number;
  /** Owned by the queue's index. */
  slot: IndexSlot;
}

export interface IndexSlot {
  state: 'ready' | 'delayed' | 'inFlight' | 'out';
  /** Time of its next state change: it becomes visible, or its retention ends. */
  dueAt: number;
  heapIndex: number;
  previous: QueuedMessage | null;
  next: QueuedMessage | null;
}

export const emptySlot = (): IndexSlot => ({ state: 'out', dueAt: 0, heapIndex: -1, previous: null, next: null });
