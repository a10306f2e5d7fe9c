import { SQS_MESSAGE_MAX_BYTES } from '../mail/limits.ts';
import type { OutgoingMessage } from '../ports/queue.ts';

/** Entries of one SendMessageBatch (AWS quota). */
const BATCH_ENTRIES = 10;
/** `String` or `Number`. */
const TYPE_BYTES = 6;

/** Bytes of a message as SQS counts them: the body, and name, type and value of each attribute. */
export function messageBytes(message: OutgoingMessage): number {
  const attributes = Object.entries(message.attributes ?? {}).map(
    ([name, value]) => Buffer.byteLength(name) + TYPE_BYTES + Buffer.byteLength(String(value)),
  );
  return attributes.reduce((total, bytes) => total + bytes, Buffer.byteLength(message.body));
}

/** Batches in order, each of up to 10 messages and 1 MiB (the quota counts the whole batch). */
export function* batchesOf(messages: readonly OutgoingMessage[]): Generator<OutgoingMessage[]> {
  let batch: OutgoingMessage[] = [];
  let bytes = 0;
  for (const message of messages) {
    const size = messageBytes(message);
    if (batch.length === BATCH_ENTRIES || (batch.length > 0 && bytes + size > SQS_MESSAGE_MAX_BYTES)) {
      yield batch;
      batch = [];
      bytes = 0;
    }
    batch.push(message);
    bytes += size;
  }
  if (batch.length > 0) yield batch;
}
