import { isIP } from 'node:net';
import { isForbidden } from '../http/forbidden-address.ts';
import { isPrivateHost } from '../http/private-host.ts';
import type { Finding } from '../settings/explain.ts';
import { configuredWebhooks } from './published-queues.ts';
import type { PipelineConfig } from './schema.ts';

/**
 * Services of the configuration that a deployment cannot reach. Local mode can: its programs run on the machine that the
 * addresses are for, so that these are checked for a deployment only.
 */
export function* reachFindings(config: PipelineConfig): Generator<Finding> {
  if (config.ingress !== 'ses') yield* hookFindings(config);
  yield* serviceFindings(config);
}

/** Hooks are asked by the tasks of the edge. */
function* hookFindings({ smtp, network }: PipelineConfig): Generator<Finding> {
  for (const name of ['recipientHook', 'dataHook'] as const) {
    const hook = smtp[name];
    if (hook === null) continue;
    const path = ['smtp', name, 'url'];
    const host = hostOf(hook.url);
    if (isNowhere(host)) {
      yield { path, message: 'in a deployment no service is there: write an address that the tasks of the edge reach' };
    } else if (network.mode === 'isolated' && !isPrivateHost(host)) {
      yield {
        path,
        message: `an isolated network has no way to the internet: write a private address, such as one in ${network.cidr}, or a private name, such as hook.internal, or choose another network`,
      };
    }
  }
}

/** Everything else is asked by functions, which run in no VPC. */
function* serviceFindings(config: PipelineConfig): Generator<Finding> {
  const { model, detonation, malware } = config.enrichment;
  const services = [
    ...configuredWebhooks(config).map(({ path, webhook }) => ({ path: [...path, 'url'], url: webhook.url })),
    ...Object.entries({ model, detonation }).flatMap(([name, service]) =>
      service === null ? [] : [{ path: ['enrichment', name, 'url'], url: service.url }],
    ),
  ];
  for (const { path, url } of services) {
    const host = hostOf(url);
    if (!isNowhere(host) && !isPrivateHost(host)) continue;
    yield {
      path,
      message: 'the functions of a deployment run in no VPC and reach public addresses only: give the service one',
    };
  }
  const clamd = malware.guardDuty ? null : malware.clamd;
  if (clamd !== null && (isNowhere(clamd.host) || isPrivateHost(clamd.host))) {
    yield {
      path: ['enrichment', 'malware', 'clamd', 'host'],
      message:
        'the functions of a deployment run in no VPC and do not reach it: set enrichment.malware.guardDuty to true, which a deployment then takes instead, or leave clamd out',
    };
  }
}

const hostOf = (url: string): string => new URL(url).hostname.replace(/^\[|\]$/g, '');

/** The machine itself, and addresses of the link or of nothing. */
const isNowhere = (host: string): boolean =>
  isIP(host) === 0 ? /^(.*\.)?localhost$/.test(host) : isForbidden(host, false);
