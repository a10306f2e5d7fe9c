import { z } from 'zod';
import { dictionary } from './dictionary.ts';
import { attributeValueSchema, type MessageContent, type QueuedMessage } from './message.ts';
import type { JournalRecord } from './record-frame.ts';
import type { PutRecord } from './records.ts';

type MessageState = Omit<PutRecord, 'op' | 'attributes' | 'traceHeader' | 'groupId'>;

const contentSchema = z.object({
  attributes: dictionary(attributeValueSchema),
  traceHeader: z.string().optional(),
  groupId: z.string().optional(),
});

/** The journal record of a message: state and attributes in the head, the body behind it. */
export function putRecordOf(state: MessageState, content: MessageContent): { head: PutRecord; body: Buffer } {
  const { body, attributes, traceHeader, groupId } = content;
  const system = {
    ...(traceHeader === undefined ? {} : { traceHeader }),
    ...(groupId === undefined ? {} : { groupId }),
  };
  return { head: { op: 'put', ...state, attributes, ...system }, body: Buffer.from(body) };
}

export function contentOf({ head, body }: JournalRecord): MessageContent {
  return { ...contentSchema.parse(head), body: body.toString() };
}

export function messageState(message: QueuedMessage): MessageState {
  const { id, queueId, sentAt, firstReceivedAt, receiveCount, receivesHere, visibleAt, deadLetterSource } = message;
  return { id, queueId, sentAt, firstReceivedAt, receiveCount, receivesHere, visibleAt, deadLetterSource };
}
