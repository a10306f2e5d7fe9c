import { Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { PermanentError } from '../core/mail/errors.ts';

/** All variables of a function (AWS Lambda quota), and the whole definition of a task (Amazon ECS quota). Bytes. */
const QUOTAS = { Lambda: 4 * 1024, Fargate: 64 * 1024 } as const;

/** What a task definition holds besides the environment: image, roles, ports, logging. Bytes. */
const REST_OF_DEFINITION = 4 * 1024;

/** A reference is counted as the longest text that one becomes: the URL of a queue. Bytes. */
const REFERENCE_BYTES = 140;

/** Where the text of a variable comes from that a configuration can make long. */
const FROM: Readonly<Record<string, string>> = {
  DOMAINS: 'domains',
  ENRICHMENT: 'enrichment',
  PROXY_PROTOCOL_FROM: 'smtp.proxyProtocolFrom',
  RECIPIENTS: 'smtp.recipients',
  ROUTING: 'routes',
  WEBHOOKS: 'webhook or routes[].webhook',
};

/** @throws PermanentError `config.invalid` when AWS would refuse the environment for its size; names the longest setting */
export function checkEnvironmentSize(
  scope: Construct,
  service: keyof typeof QUOTAS,
  program: string,
  environment: Readonly<Record<string, string>>,
): void {
  const room = QUOTAS[service] - (service === 'Fargate' ? REST_OF_DEFINITION : 0);
  const sizes = Object.entries(environment)
    .map(([name, value]) => ({ name, bytes: jsonBytes(name) + jsonBytes(Stack.of(scope).resolve(value)) }))
    .sort((a, b) => b.bytes - a.bytes);
  const total = sizes.reduce((sum, { bytes }) => sum + bytes, 0);
  const [longest] = sizes;
  if (longest === undefined || total <= room) return;
  throw new PermanentError(
    'config.invalid',
    `${FROM[longest.name] ?? longest.name} takes ${longest.bytes} bytes in the environment of ${program}, which then has ${total}; ${service} allows ${room}: write less there`,
  );
}

/** As a member of a JSON object, with what separates it from the next one. */
function jsonBytes(value: unknown): number {
  if (typeof value === 'string') return Buffer.byteLength(JSON.stringify(value)) + 1;
  const join = typeof value === 'object' && value !== null ? Reflect.get(value, 'Fn::Join') : undefined;
  if (!Array.isArray(join) || !Array.isArray(join[1])) return REFERENCE_BYTES;
  return join[1].reduce<number>((sum, part) => sum + jsonBytes(part), 0);
}
