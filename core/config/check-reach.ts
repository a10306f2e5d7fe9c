import { isIP } from 'node:net';
import { isForbidden } from '../http/forbidden-address.ts';
import { isPrivateHost } from '../http/private-host.ts';
import type { Finding } from '../settings/explain.ts';
import { configuredWebhooks } from './published-queues.ts';
import type { PipelineConfig } from './schema.ts';

/**
 * Services in the configuration that a deployment could not reach. Only deployments are checked: in local mode the programs
 * run on the machine that such addresses refer to.
 */
export function* reachFindings(config: PipelineConfig): Generator<Finding> {
  if (config.ingress !== 'ses') yield* hookFindings(config);
  yield* serviceFindings(config);
}

/** The tasks of the edge call the hooks. */
function* hookFindings({ smtp, network }: PipelineConfig): Generator<Finding> {
  for (const name of ['recipientHook', 'dataHook'] as const) {
    const hook = smtp[name];
    if (hook === null) continue;
    const path = ['smtp', name, 'url'];
    const host = hostOf(hook.url);
    if (isNowhere(host)) {
      yield { path, message: 'a deployed edge finds no service at this address: write one that its tasks can reach' };
    } else if (network.mode === 'isolated' && !isPrivateHost(host)) {
      yield {
        path,
        message: `an isolated network has no internet access: write a private address, such as one in ${network.cidr}, or a private name, such as hook.internal, or choose another network`,
      };
    }
  }
}

/** Functions, which run outside any VPC, call everything else. */
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
      message:
        'deployed functions run outside any VPC and reach public addresses only: give the service a public address',
    };
  }
  const clamd = malware.guardDuty ? null : malware.clamd;
  if (clamd !== null && (isNowhere(clamd.host) || isPrivateHost(clamd.host))) {
    yield {
      path: ['enrichment', 'malware', 'clamd', 'host'],
      message:
        'deployed functions run outside any VPC and cannot reach this host: set enrichment.malware.guardDuty to true, which a deployment then uses instead, or leave clamd out',
    };
  }
}

const hostOf = (url: string): string => new URL(url).hostname.replace(/^\[|\]$/g, '');

/** Loopback, link-local and unspecified addresses. */
const isNowhere = (host: string): boolean =>
  isIP(host) === 0 ? /^(.*\.)?localhost$/.test(host) : isForbidden(host, false);
