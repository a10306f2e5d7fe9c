import { z } from 'zod';
import { invalidValue } from './errors.ts';
import { operation } from './operation.ts';
import { queueArn, queueNameOfArn } from './queue-attributes.ts';

const arn = z.string().regex(/^arn:aws:sqs:[a-z0-9-]+:\d{12}:[A-Za-z0-9_-]{1,80}$/, 'it is no ARN of a queue');

/** Redrive of dead letters, as the console's "Start DLQ redrive" does it. */
export const moveTaskOperations = {
  StartMessageMoveTask: operation(
    z.strictObject({ SourceArn: arn, DestinationArn: arn.optional() }),
    async ({ broker, moveTasks }, { SourceArn, DestinationArn }) => {
      const name = queueNameOfArn(SourceArn);
      const source = broker.queue(name);
      if (!broker.state.queues().some(({ settings }) => settings.redrive?.target === name)) {
        throw invalidValue('SourceArn', SourceArn, 'Source queue must be configured as a Dead Letter Queue.');
      }
      moveTasks.start(source, DestinationArn === undefined ? null : queueNameOfArn(DestinationArn));
      return { TaskHandle: Buffer.from(name).toString('base64url') };
    },
  ),

  /** The last one: older ones are not kept. */
  ListMessageMoveTasks: operation(
    z.strictObject({ SourceArn: arn, MaxResults: z.int().min(1).max(10).default(1) }),
    async ({ broker, moveTasks }, { SourceArn }) => {
      const task = moveTasks.last(broker.queue(queueNameOfArn(SourceArn)).definition.name);
      if (task === undefined) return { Results: [] };
      const { source, destination, failure } = task;
      const shown = {
        Status: task.status,
        SourceArn: queueArn(source),
        ...(destination === null ? {} : { DestinationArn: queueArn(destination) }),
        ApproximateNumberOfMessagesMoved: task.moved,
        ApproximateNumberOfMessagesToMove: task.toMove,
        ...(failure === null ? {} : { FailureReason: failure }),
        StartedTimestamp: task.startedAt,
      };
      return { Results: [shown] };
    },
  ),
};
