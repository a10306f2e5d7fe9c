import { z } from 'zod';
import { jsonOf } from '../../core/mail/json.ts';
import { invalidValue, SqsError, unsupported } from './errors.ts';

/** Whole numbers with their bounds and defaults (AWS quotas). */
const NUMBERS = {
  DelaySeconds: { min: 0, max: 900, fallback: 0 },
  MaximumMessageSize: { min: 1_024, max: 1_048_576, fallback: 1_048_576 },
  MessageRetentionPeriod: { min: 60, max: 1_209_600, fallback: 345_600 },
  ReceiveMessageWaitTimeSeconds: { min: 0, max: 20, fallback: 0 },
  VisibilityTimeout: { min: 0, max: 43_200, fallback: 30 },
} as const;
type NumberName = keyof typeof NUMBERS;

/** Attributes that are stored and returned; all but the first have no effect locally. */
export const OPTIONAL_ATTRIBUTES: ReadonlySet<string> = new Set([
  'RedrivePolicy',
  'KmsDataKeyReusePeriodSeconds',
  'KmsMasterKeyId',
  'Policy',
  'RedriveAllowPolicy',
  'SqsManagedSseEnabled',
]);

const redrivePolicySchema = z.object({
  deadLetterTargetArn: z.string().regex(/^arn:aws:sqs:[a-z0-9-]+:\d{12}:[A-Za-z0-9_-]{1,80}$/),
  maxReceiveCount: z.coerce.number().int().min(1).max(1_000),
});

export interface QueueSettings {
  delayMs: number;
  maximumMessageBytes: number;
  retentionMs: number;
  waitMs: number;
  visibilityMs: number;
  redrive: { target: string; maxReceiveCount: number } | null;
}

/** The attributes of a queue after `change`; an empty RedrivePolicy or Policy removes it. @throws SqsError */
export function mergeAttributes(
  current: Readonly<Record<string, string>>,
  change: Readonly<Record<string, string>>,
): Record<string, string> {
  const merged: Record<string, string> = { ...current };
  for (const [name, value] of Object.entries(change)) {
    checkAttribute(name, value);
    if (value === '') delete merged[name];
    else merged[name] = name === 'RedrivePolicy' ? JSON.stringify(redrivePolicy(value)) : value;
  }
  return merged;
}

export function settingsOf(attributes: Readonly<Record<string, string>>): QueueSettings {
  const number = (name: NumberName) => Number(attributes[name] ?? NUMBERS[name].fallback);
  const { RedrivePolicy: policy } = attributes;
  return {
    delayMs: number('DelaySeconds') * 1_000,
    maximumMessageBytes: number('MaximumMessageSize'),
    retentionMs: number('MessageRetentionPeriod') * 1_000,
    waitMs: number('ReceiveMessageWaitTimeSeconds') * 1_000,
    visibilityMs: number('VisibilityTimeout') * 1_000,
    redrive: policy === undefined ? null : redriveOf(policy),
  };
}

/** Attributes with defaults, as GetQueueAttributes returns them. */
export function shownAttributes(attributes: Readonly<Record<string, string>>): Record<string, string> {
  const defaults = Object.entries(NUMBERS).map(([name, { fallback }]) => [name, String(fallback)]);
  return { ...Object.fromEntries(defaults), SqsManagedSseEnabled: 'true', ...attributes };
}

/** The region occurs only in ARNs. */
export function queueArn(name: string): string {
  return `arn:aws:sqs:us-east-1:000000000000:${name}`;
}

export function queueNameOfArn(arn: string): string {
  return arn.slice(arn.lastIndexOf(':') + 1);
}

function checkAttribute(name: string, value: string): void {
  if (isNumberName(name)) {
    const { min, max } = NUMBERS[name];
    const number = Number(value);
    if (/^\d+$/.test(value) && number >= min && number <= max) return;
    throw new SqsError('InvalidAttributeValue', `Invalid value for the parameter ${name}: ${min} to ${max}.`);
  }
  if (name === 'RedrivePolicy') {
    if (value !== '') redrivePolicy(value);
    return;
  }
  if (name === 'FifoQueue') throw unsupported('FIFO queues');
  if (!OPTIONAL_ATTRIBUTES.has(name)) throw new SqsError('InvalidAttributeName', `Unknown Attribute ${name}.`);
}

function isNumberName(name: string): name is NumberName {
  return Object.hasOwn(NUMBERS, name);
}

function redriveOf(policy: string): QueueSettings['redrive'] {
  const { deadLetterTargetArn, maxReceiveCount } = redrivePolicy(policy);
  return { target: queueNameOfArn(deadLetterTargetArn), maxReceiveCount };
}

function redrivePolicy(value: string): z.infer<typeof redrivePolicySchema> {
  const parsed = redrivePolicySchema.safeParse(jsonOf(value));
  if (parsed.success) return parsed.data;
  const reason = 'it is JSON with deadLetterTargetArn and maxReceiveCount, 1 to 1000';
  throw invalidValue('RedrivePolicy', value, reason);
}
