import { PUBLISHED } from '../burst/published.ts';
import type { Counted, Listings } from './counted.ts';
import { PRICES, type PriceName, type Region } from './prices.ts';

export const MAILS = 1_000_000;
/** AWS's own month: 365 days of 24 hours, divided by twelve. */
export const HOURS = 730;
const GB = 1e9;

/**
 * What no run on this machine shows. The page of costs has this table.
 */
export const ASSUMED = {
  requestMs: {
    value: 25,
    means: 'milliseconds of a request of the parser to S3 or SQS; it waits for one after the other',
  },
  parserCpuMs: {
    value: 19,
    means:
      'milliseconds of a processor that the parser needs for the mail, as on the machine of docs/benchmarks.md; a Graviton processor counts as fast',
  },
  listingMs: { value: 100, means: 'milliseconds of a page of 1,000 keys in the reconciler' },
  spotShare: {
    value: 0.5,
    means: 'of the price on demand that Fargate Spot costs; AWS says up to 70 % less and changes it',
  },
  pollers: { value: 5, means: 'pollers with which Lambda waits for an idle queue' },
  pollSeconds: { value: 20, means: 'seconds that a poller waits for a message' },
  platformLogBytes: { value: 260, means: "bytes of Lambda's own lines START, END and REPORT" },
  logLineBytes: { value: 26, means: 'bytes that CloudWatch adds to each line' },
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
  /** Of the quantity; 0 where AWS gives nothing. */
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
    line('balancer-load', 'its capacity units', (mail.balancerBytes * MAILS) / GB, 'balancerCapacity', ''),
    line(
      'addresses',
      'public IPv4 addresses of balancer and tasks',
      month(standing.addresses),
      'publicAddressHour',
      '`profile`, `network.mode`, `fargate.minTasks`',
    ),
    line(
      'cpu',
      'processors of tasks on demand',
      task(tasks.onDemand, tasks.vcpu),
      'fargateCpuHour',
      '`profile`, `fargate.minTasks`, `fargate.cpu`',
    ),
    line(
      'memory',
      'memory of tasks on demand',
      task(tasks.onDemand, tasks.memoryGb),
      'fargateMemoryHour',
      '`profile`, `fargate.memoryMb`',
    ),
    line('spot-cpu', 'processors of tasks on Spot', task(tasks.spot, tasks.vcpu) * spot, 'fargateCpuHour', '`profile`'),
    line(
      'spot-memory',
      'memory of tasks on Spot',
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
      'mails and documents of one month',
      (mail.storedBytes * MAILS) / GB,
      's3Storage',
      '`storage.rawExpireAfterDays`, `storage.contentExpireAfterDays`',
    ),
    line('reconciler-lists', 'S3 listings of the reconciler', reconciler.pages / 1000, 's3Write', ''),
    line(
      'queue',
      'SQS: event and parsed mail',
      (mailRequests * MAILS) / 1e6,
      'sqsRequest',
      'several routes add to it',
      ALWAYS_FREE.sqsRequests / 1e6,
    ),
    line('idle-polls', 'SQS: Lambda waits for messages', idlePolls / 1e6, 'sqsRequest', '`webhook` adds a queue'),
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
      'custom metrics',
      metrics.length,
      'metric',
      'attachments, enrichment and failures send more',
      ALWAYS_FREE.metrics,
    ),
    line('alarms', 'alarms', standing.alarmMetrics, 'alarm', '`profile`', ALWAYS_FREE.alarmMetrics),
    line(
      'replies',
      'replies and TLS to senders',
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
