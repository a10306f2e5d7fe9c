import { Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { PermanentError } from '../core/mail/errors.ts';

/** All variables of a function (AWS Lambda quota), and the whole definition of a task (Amazon ECS quota). Bytes. */
const QUOTAS = { Lambda: 4 * 1024, Fargate: 64 * 1024 } as const;

/** Size of the rest of a task definition: image, roles, ports, logging. Bytes. */
const REST_OF_DEFINITION = 4 * 1024;

/** Size assumed for a reference: the longest value one resolves to, a queue URL. Bytes. */
const REFERENCE_BYTES = 140;

/** The setting behind each variable that can become long. */
const FROM: Readonly<Record<string, string>> = {
  DOMAINS: 'domains',
  ENRICHMENT: 'enrichment',
  PROXY_PROTOCOL_FROM: 'smtp.proxyProtocolFrom',
  RECIPIENTS: 'smtp.recipients',
  ROUTING: 'routes',
  WEBHOOKS: 'webhook or routes[].webhook',
};

/**
 * @throws PermanentError `config.invalid` when AWS would reject the environment for its size; names the longest setting
 */
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
    `${FROM[longest.name] ?? longest.name} takes ${longest.bytes} bytes in the environment of ${program}, which makes ${total} in total; ${service} allows ${room}: shorten that setting`,
  );
}

/** Size as a member of a JSON object, separator included. */
function jsonBytes(value: unknown): number {
  if (typeof value === 'string') return Buffer.byteLength(JSON.stringify(value)) + 1;
  const join = typeof value === 'object' && value !== null ? Reflect.get(value, 'Fn::Join') : undefined;
  if (!Array.isArray(join) || !Array.isArray(join[1])) return REFERENCE_BYTES;
  return join[1].reduce<number>((sum, part) => sum + jsonBytes(part), 0);
}
