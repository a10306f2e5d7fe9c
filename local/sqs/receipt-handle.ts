import { SqsError } from './errors.ts';

/** One receive of one message. A later receive has a higher count, which makes this handle stale. */
export interface Receipt {
  queueId: string;
  messageId: string;
  receiveCount: number;
}

export function encodeReceipt({ queueId, messageId, receiveCount }: Receipt): string {
  return Buffer.from(`${queueId}/${messageId}/${receiveCount}`).toString('base64url');
}

/** @throws SqsError ReceiptHandleIsInvalid, also for a handle of another queue */
export function decodeReceipt(handle: string, queueId: string): Receipt {
  const match = /^([^/]+)\/([^/]+)\/(\d+)$/.exec(Buffer.from(handle, 'base64url').toString());
  const [, owner, messageId, count] = match ?? [];
  if (owner !== queueId || messageId === undefined) {
    throw new SqsError('ReceiptHandleIsInvalid', 'The input receipt handle is not one of this queue.');
  }
  return { queueId, messageId, receiveCount: Number(count) };
}
