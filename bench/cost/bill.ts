import { PUBLISHED } from '../burst/published.ts';
import type { Counted, Listings } from './counted.ts';
import { PRICES, type PriceName, type Region } from './prices.ts';

export const MAILS = 1_000_000;
/** AWS's own month: 365 days of 24 hours, divided by twelve. */
export const HOURS = 730;
const GB = 1e9;

/** What cannot be counted on this machine. docs/costs.md has this table. */
export const ASSUMED = {
  requestMs: {
    value: 25,
    means: 'milliseconds for one request from the parser to S3 or SQS, made one after another',
  },
  parserCpuMs: {
    value: 19,
    means:
      'milliseconds of CPU per mail in the parser, measured on the machine of docs/benchmarks.md; Graviton is taken to be as fast',
  },
  listingMs: { value: 100, means: 'milliseconds for the reconciler to list 1,000 keys' },
  spotShare: {
    value: 0.5,
    means:
      'price of Fargate Spot as a share of the price on demand; AWS advertises up to 70 % off and changes the price',
  },
  pollers: { value: 5, means: 'pollers that Lambda runs for an idle queue' },
  pollSeconds: { value: 20, means: 'seconds that a poller waits for a message (long polling)' },
  platformLogBytes: { value: 260, means: 'bytes that Lambda logs per invocation: START, END and REPORT' },
  logLineBytes: { value: 26, means: 'bytes that CloudWatch bills on top of each log line' },
} as const satisfies Record<string, { value: number; means: string }>;

/** AWS's perpetual free tier per account and month, shared with everything else in the account. */
export const ALWAYS_FREE = {
  metrics: 10,
  alarmMetrics: 10,
  logGb: 5,
  lambdaRequests: 1_000_000,
  lambdaGbSeconds: 400_000,
  sqsRequests: 1_000_000,
  transferGb: 100,
} as const;

export interface Line {
  id: string;
  what: string;
  /** In units of the price. */
  quantity: number;
  price: PriceName;
  /** Quantity covered by ALWAYS_FREE. */
  free: number;
  /** Settings that change it. */
  changedBy: string;
  /** Whether it costs the same without mail. */
  fixed: boolean;
}

/** Costs that are the same without mail. */
const FIXED: ReadonlySet<string> = new Set([
  ...['balancer', 'addresses', 'cpu', 'memory', 'spot-cpu', 'spot-memory', 'idle-polls', 'metrics', 'alarms'],
]);

/** Every line of a month's bill, in the order of the page of costs. */
export function bill({ standing, mail, metrics }: Counted, reconciler: Listings): Line[] {
  const memoryMb = (name: string) => standing.memoryMb[name] ?? 0;
  const { tasks } = standing;
  const month = (n: number) => n * HOURS;
  const task = (n: number, size: number) => month(n * size);
  const spot = ASSUMED.spotShare.value;
  const share = Math.min(1, memoryMb('parser') / PUBLISHED.megabytesPerProcessor.value);
  const parserRequests = mail.parser.s3Reads + mail.parser.s3Writes + mail.parser.sqs;
  const parserSeconds = (ASSUMED.parserCpuMs.value / share + parserRequests * ASSUMED.requestMs.value) / 1000;
  const parserGbSeconds = MAILS * parserSeconds * (memoryMb('parser') / 1024);
  const idlePolls = (month(3_600) / ASSUMED.pollSeconds.value) * ASSUMED.pollers.value * standing.polledQueues;
  // S3 sends the event; Lambda receives and deletes it.
  const eventRequests = 3;
  const mailRequests = eventRequests + mail.edge.sqs + mail.parser.sqs;
  const logBytes =
    mail.logBytes +
    mail.logLines * ASSUMED.logLineBytes.value +
    ASSUMED.platformLogBytes.value +
    3 * ASSUMED.logLineBytes.value;
  const line = (id: string, what: string, quantity: number, price: PriceName, changedBy: string, free = 0): Line => ({
    id,
    what,
    quantity,
    price,
    free,
    changedBy,
    fixed: FIXED.has(id),
  });
  return [
    line(
      'balancer',
      'balancer',
      month(standing.balancers),
      'balancerHour',
      "`ingress: 'ses'` has none; `fargate.ipv6` adds one",
    ),
    line('balancer-load', 'balancer capacity units', (mail.balancerBytes * MAILS) / GB, 'balancerCapacity', ''),
    line(
      'addresses',
      'public IPv4 addresses of the balancer and the tasks',
      month(standing.addresses),
      'publicAddressHour',
      '`profile`, `network.mode`, `fargate.minTasks`',
    ),
    line(
      'cpu',
      'Fargate vCPU, on demand',
      task(tasks.onDemand, tasks.vcpu),
      'fargateCpuHour',
      '`profile`, `fargate.minTasks`, `fargate.cpu`',
    ),
    line(
      'memory',
      'Fargate memory, on demand',
      task(tasks.onDemand, tasks.memoryGb),
      'fargateMemoryHour',
      '`profile`, `fargate.memoryMb`',
    ),
    line('spot-cpu', 'Fargate vCPU, Spot', task(tasks.spot, tasks.vcpu) * spot, 'fargateCpuHour', '`profile`'),
    line(
      'spot-memory',
      'Fargate memory, Spot',
      task(tasks.spot, tasks.memoryGb) * spot,
      'fargateMemoryHour',
      '`profile`',
    ),
    line(
      'writes',
      'S3 writes: raw mail, claim, document',
      ((mail.edge.s3Writes + mail.parser.s3Writes) * MAILS) / 1000,
      's3Write',
      'attachments and several routes add to it',
    ),
    line(
      'reads',
      'S3 reads: raw mail, failure record',
      ((mail.edge.s3Reads + mail.parser.s3Reads) * MAILS) / 1000,
      's3Read',
      '',
    ),
    line(
      'storage',
      'S3 storage of one month of mails and documents',
      (mail.storedBytes * MAILS) / GB,
      's3Storage',
      '`storage.rawExpireAfterDays`, `storage.contentExpireAfterDays`',
    ),
    line('reconciler-lists', 'S3 listings by the reconciler', reconciler.pages / 1000, 's3Write', ''),
    line(
      'queue',
      'SQS: event and parsed mail',
      (mailRequests * MAILS) / 1e6,
      'sqsRequest',
      'several routes add to it',
      ALWAYS_FREE.sqsRequests / 1e6,
    ),
    line('idle-polls', 'SQS: Lambda polling idle queues', idlePolls / 1e6, 'sqsRequest', '`webhook` adds a queue'),
    line(
      'invocations',
      'Lambda: invocations',
      (MAILS + reconciler.passes) / 1e6,
      'lambdaRequest',
      '',
      ALWAYS_FREE.lambdaRequests / 1e6,
    ),
    line(
      'parser',
      'Lambda: the parser',
      parserGbSeconds,
      'lambdaCompute',
      '`parser.memoryMb`',
      ALWAYS_FREE.lambdaGbSeconds,
    ),
    line(
      'reconciler',
      'Lambda: the reconciler',
      (reconciler.pages * ASSUMED.listingMs.value * memoryMb('reconciler')) / (1000 * 1024),
      'lambdaCompute',
      '',
      Math.max(0, ALWAYS_FREE.lambdaGbSeconds - parserGbSeconds),
    ),
    line('logs', 'logs', (logBytes * MAILS) / GB, 'logs', '', ALWAYS_FREE.logGb),
    line(
      'metrics',
      'CloudWatch custom metrics',
      metrics.length,
      'metric',
      'attachments, enrichment and failures send more',
      ALWAYS_FREE.metrics,
    ),
    line('alarms', 'CloudWatch alarms', standing.alarmMetrics, 'alarm', '`profile`', ALWAYS_FREE.alarmMetrics),
    line(
      'replies',
      'data out: replies and TLS handshakes',
      (mail.sentBytes * MAILS) / GB,
      'transferOut',
      '',
      ALWAYS_FREE.transferGb,
    ),
  ];
}

export const usd = ({ quantity, price }: Line, region: Region): number => quantity * PRICES[price][region];

/** The bill after the perpetual free tier, if nothing else in the account uses it. */
export const usdAfterFree = ({ quantity, free, price }: Line, region: Region): number =>
  Math.max(0, quantity - free) * PRICES[price][region];
