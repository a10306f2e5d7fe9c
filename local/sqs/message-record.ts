import { z } from 'zod';
import { dictionary } from './dictionary.ts';
import { attributeValueSchema, type MessageContent, type QueuedMessage } from './message.ts';
import type { JournalRecord } from './record-frame.ts';
import type { PutRecord } from './records.ts';

type MessageState = Omit<PutRecord, 'op' | 'attributes'>;

const contentSchema = z.object({
  attributes: dictionary(attributeValueSchema),
});

/** The journal record of a message: state and attributes in the head, followed by the body. */
export function putRecordOf(state: MessageState, content: MessageContent): { head: PutRecord; body: Buffer } {
  return { head: { op: 'put', ...state, attributes: content.attributes }, body: Buffer.from(content.body) };
}

export function contentOf({ head, body }: JournalRecord): MessageContent {
  return { ...contentSchema.parse(head), body: body.toString() };
}

export function messageState(message: QueuedMessage): MessageState {
  const { id, queueId, sentAt, firstReceivedAt, receiveCount, receivesHere, visibleAt, deadLetterSource } = message;
  return { id, queueId, sentAt, firstReceivedAt, receiveCount, receivesHere, visibleAt, deadLetterSource };
}
