import { z } from 'zod';
import { invalidValue, SqsError } from './errors.ts';
import type { MoveTask } from './move-tasks.ts';
import { type JsonObject, operation } from './operation.ts';
import { queueArn, queueNameOfArn } from './queue-attributes.ts';

const arn = z.string().regex(/^arn:aws:sqs:[a-z0-9-]+:\d{12}:[A-Za-z0-9_-]{1,80}$/, 'it is no ARN of a queue');

/** Redrive of dead letters, as the console's "Start DLQ redrive" does it. */
export const moveTaskOperations = {
  StartMessageMoveTask: operation(
    z.strictObject({
      SourceArn: arn,
      DestinationArn: arn.optional(),
      MaxNumberOfMessagesPerSecond: z.int().min(1).max(500).optional(),
    }),
    async ({ broker, moveTasks }, { SourceArn, DestinationArn, MaxNumberOfMessagesPerSecond: perSecond }) => {
      const name = queueNameOfArn(SourceArn);
      const source = broker.queue(name);
      if (!broker.state.queues().some(({ settings }) => settings.redrive?.target === name)) {
        throw invalidValue('SourceArn', SourceArn, 'Source queue must be configured as a Dead Letter Queue.');
      }
      const destination = DestinationArn === undefined ? null : queueNameOfArn(DestinationArn);
      return { TaskHandle: handleOf(moveTasks.start(source, destination, perSecond ?? null)) };
    },
  ),

  ListMessageMoveTasks: operation(
    z.strictObject({ SourceArn: arn, MaxResults: z.int().min(1).max(10).default(1) }),
    async ({ broker, moveTasks, region }, { SourceArn, MaxResults }) => {
      const { name } = broker.queue(queueNameOfArn(SourceArn)).definition;
      const tasks = moveTasks.list(name).slice(0, MaxResults);
      return { Results: tasks.map((task) => shown(task, region)) };
    },
  ),

  CancelMessageMoveTask: operation(
    z.strictObject({ TaskHandle: z.string() }),
    async ({ moveTasks }, { TaskHandle }) => {
      const [, id] = /^task:(.+)$/.exec(Buffer.from(TaskHandle, 'base64url').toString()) ?? [];
      if (id === undefined) throw new SqsError('InvalidParameterValue', 'TaskHandle is no handle of a task.');
      return { ApproximateNumberOfMessagesMoved: (await moveTasks.cancel(id)).moved };
    },
  ),
};

const handleOf = ({ id }: MoveTask): string => Buffer.from(`task:${id}`).toString('base64url');

function shown(task: MoveTask, region: string): JsonObject {
  const { destination, perSecond, failure } = task;
  return {
    ...(task.status === 'RUNNING' ? { TaskHandle: handleOf(task) } : {}),
    Status: task.status,
    SourceArn: queueArn(region, task.source),
    ...(destination === null ? {} : { DestinationArn: queueArn(region, destination) }),
    ...(perSecond === null ? {} : { MaxNumberOfMessagesPerSecond: perSecond }),
    ApproximateNumberOfMessagesMoved: task.moved,
    ApproximateNumberOfMessagesToMove: task.toMove,
    ...(failure === null ? {} : { FailureReason: failure }),
    StartedTimestamp: task.startedAt,
  };
}
