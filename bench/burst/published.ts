/** A limit that AWS publishes, and the page that says so. */
interface Published {
  value: number;
  means: string;
  source: string;
}

const SQS_SCALING = 'https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html';
const S3_PERFORMANCE = 'https://docs.aws.amazon.com/AmazonS3/latest/userguide/optimizing-performance.html';

/** Read in November 2026. docs/scale.md shows this table, and a test holds the two together. */
export const PUBLISHED = {
  s3PutsPerSecond: {
    value: 3_500,
    means: 'PUT/s that one partitioned prefix takes at least; above it 503 until S3 has split it',
    source: S3_PERFORMANCE,
  },
  queueStart: { value: 5, means: 'batches that Lambda begins to read a standard queue with', source: SQS_SCALING },
  queueStep: { value: 300, means: 'concurrent invocations that it adds a minute', source: SQS_SCALING },
  queueMaximum: { value: 1_250, means: 'concurrent invocations for one standard queue', source: SQS_SCALING },
  pollerInvocations: {
    value: 10,
    means: 'concurrent invocations of one provisioned poller',
    source: 'https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-parameters.html',
  },
  pollerStep: {
    value: 1_000,
    means: 'concurrent invocations that provisioned pollers add a minute',
    source:
      'https://aws.amazon.com/blogs/aws/aws-lambda-enhances-sqs-processing-with-new-provisioned-mode-3x-faster-scaling-16x-higher-capacity',
  },
  inFlight: {
    value: 120_000,
    means: 'messages of a standard queue that are received and not yet deleted',
    source: 'https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-queues.html',
  },
  accountConcurrency: {
    value: 1_000,
    means: 'concurrent executions of an account in a region, by default; less in a new account',
    source: 'https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html',
  },
  environmentsPerSecond: {
    value: 100,
    means: 'new execution environments of a function a second: 1,000 every 10 seconds, refilled continuously',
    source: 'https://docs.aws.amazon.com/lambda/latest/dg/scaling-behavior.html',
  },
  megabytesPerProcessor: {
    value: 1_769,
    means: 'MB of a function that has one processor; it has a share in proportion',
    source: 'https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html',
  },
} as const satisfies Record<string, Published>;
