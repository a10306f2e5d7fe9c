import type { Finding } from '../settings/explain.ts';
import { hasTrustedCertificate, mtaStsHost } from './dns-records.ts';
import { ecrImage } from './ecr-image.ts';
import { isInZone } from './hosted-zones.ts';
import { partitionOf, SES_RECEIVING_REGIONS } from './regions.ts';
import type { PipelineConfig } from './schema.ts';
import { secretElsewhere } from './secret-arn.ts';
import { zoneFindings } from './zones.ts';

/** Settings that AWS would refuse, or accept and never serve, as far as the configuration alone can tell. */
export function* deploymentFindings(config: PipelineConfig): Generator<Finding> {
  const { ingress, storage, teardown } = config;
  if (storage.objectLockDays !== null && teardown === 'remove') {
    yield {
      path: ['teardown'],
      message: 'a bucket with storage.objectLockDays cannot be emptied: write "keep", or leave objectLockDays out',
    };
  }
  if (ingress !== 'fargate') yield* sesFindings(config);
  if (ingress !== 'ses') yield* edgeFindings(config);
  yield* certificateFindings(config);
  yield* mtaStsFindings(config);
  yield* hostedZoneFindings(config);
}

function* sesFindings({ ingress, region, stage, storage }: PipelineConfig): Generator<Finding> {
  if (region === null) {
    yield {
      path: ['region'],
      message: `set the region: ingress "${ingress}" needs SES, which receives mail in some regions only`,
    };
  } else if (!SES_RECEIVING_REGIONS.includes(region)) {
    yield {
      path: ['region'],
      message: `SES does not receive mail there: choose one of ${SES_RECEIVING_REGIONS.join(', ')}, or set ingress to "fargate"`,
    };
  }
  // SES Developer Guide, "Deliver to S3 bucket action".
  if (storage.objectLockDays !== null) {
    yield {
      path: ['storage', 'objectLockDays'],
      message: `SES cannot store mail in a bucket with a default retention: leave it out, or set ingress to "fargate" instead of "${ingress}"`,
    };
  }
  // SES API Reference, CreateReceiptRule: names end with a letter or a digit. The rule has the stage in its name.
  if (stage.endsWith('-')) {
    yield {
      path: ['stage'],
      message: `SES refuses rule names that end with a hyphen: end the stage with a letter or a digit`,
    };
  }
}

function* edgeFindings({ region, network, fargate: { imageUri } }: PipelineConfig): Generator<Finding> {
  if (network.mode !== 'existing' && network.zones !== null) yield* zoneFindings(network.zones, region);
  if (imageUri === null) return;
  const path = ['fargate', 'imageUri'];
  const image = ecrImage(imageUri);
  if (network.mode === 'isolated' && image === null) {
    yield {
      path,
      message: 'an isolated network reaches ECR only: copy the image into an ECR repository, or choose another network',
    };
  }
  if (image === null || region === null || image.region === region) return;
  if (network.mode === 'isolated') {
    yield {
      path,
      message: `an isolated network reaches the ECR of its own region only: copy the image into a repository in ${region}, or choose another network`,
    };
  } else if (image.partition !== partitionOf(region)) {
    yield {
      path,
      message: `${image.region} is in another partition (${image.partition}), where no role of ${region} may pull: copy the image into a repository in ${region}`,
    };
  }
}

/** ACM takes a first name of up to 64 characters. */
const CERTIFICATE_NAME_LENGTH = 64;

function* certificateFindings({ region, tls, fargate: { hostname } }: PipelineConfig): Generator<Finding> {
  yield* secretElsewhere(['tls', 'secretArn'], tls.secretArn, region);
  if (!tls.acm) return;
  const path = ['tls', 'acm'];
  if (tls.secretArn !== null)
    yield { path, message: 'tls.secretArn names a certificate already: leave one of them out' };
  if (hostname === null) {
    yield { path, message: 'set fargate.hostname, the host that the certificate is for, or leave tls.acm out' };
  } else if (hostname.length > CERTIFICATE_NAME_LENGTH) {
    yield {
      path: ['fargate', 'hostname'],
      message: `ACM takes names of up to ${CERTIFICATE_NAME_LENGTH} characters: write a shorter one, or provide a certificate through tls.secretArn`,
    };
  }
}

function* mtaStsFindings(config: PipelineConfig): Generator<Finding> {
  const { mtaSts, region, domains } = config;
  if (mtaSts === null) return;
  if (mtaSts.mode !== 'none' && !hasTrustedCertificate(config)) {
    yield {
      path: ['mtaSts'],
      message:
        'senders check the certificate: set fargate.hostname and a certificate for that name (tls.acm or tls.secretArn), or leave mtaSts out',
    };
  }
  const hosts = (domains ?? []).map(mtaStsHost);
  if (hosts.length > 0 && hosts.every((host) => host.length > CERTIFICATE_NAME_LENGTH)) {
    yield {
      path: ['domains'],
      message: `mtaSts needs a certificate for mta-sts.<domain>, and ACM takes a first name of up to ${CERTIFICATE_NAME_LENGTH} characters: add a shorter domain, or leave mtaSts out`,
    };
  }
  if (region !== null && partitionOf(region) !== 'aws') {
    yield {
      path: ['mtaSts'],
      message: `CloudFront does not serve ${region} from us-east-1: leave mtaSts out and serve the policy yourself`,
    };
  }
}

/** A zone that contains no name of this deployment is misspelt, or in the wrong place. */
function* hostedZoneFindings({ hostedZones, domains = [], fargate }: PipelineConfig): Generator<Finding> {
  const names = [...domains, ...(fargate.hostname === null ? [] : [fargate.hostname])];
  for (const zone of Object.keys(hostedZones)) {
    if (names.some((name) => isInZone(name, zone))) continue;
    yield {
      path: ['hostedZones', zone],
      message: `neither one of \`domains\` nor fargate.hostname is in the zone ${zone}: write the name of the zone, such as example.com`,
    };
  }
}
