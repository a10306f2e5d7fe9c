import * as z from 'zod';
import type { Queue } from '../deployment/stores.ts';

/** SQS operations whose IAM action has a different name. */
const ACTIONS: Readonly<Record<string, string>> = {
  SendMessageBatch: 'SendMessage',
  DeleteMessageBatch: 'DeleteMessage',
  ChangeMessageVisibilityBatch: 'ChangeMessageVisibility',
};

/** KMS actions each one needs on the key of an encrypted queue (SQS developer guide, "Key management"). */
const KMS: Readonly<Record<string, readonly string[]>> = {
  'sqs:SendMessage': ['kms:Decrypt', 'kms:GenerateDataKey'],
  'sqs:ReceiveMessage': ['kms:Decrypt'],
};

const bodySchema = z.object({ QueueUrl: z.string() });

export interface SqsCall {
  action: string;
  /** ARN */
  resource: string;
  kms: { keyArn: string; actions: readonly string[] } | null;
}

/** Null when it does not name a queue of the deployment. */
export function sqsCall(operation: string, body: unknown, queues: readonly Queue[]): SqsCall | null {
  const parsed = bodySchema.safeParse(body);
  const name = parsed.data?.QueueUrl.split('/').at(-1);
  const queue = queues.find((each) => each.name === name);
  return queue === undefined ? null : onQueue(`sqs:${ACTIONS[operation] ?? operation}`, queue);
}

/** An action on a queue, with the KMS actions it needs. */
export const onQueue = (action: string, { arn, keyArn }: Queue): SqsCall => ({
  action,
  resource: arn,
  kms: keyArn === null || KMS[action] === undefined ? null : { keyArn, actions: KMS[action] },
});
